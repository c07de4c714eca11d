import { defineChapter } from "@orrery/model";

/** Only what is replicated can start elsewhere: the two name servers, on the nodes that have the storage for it. */
export const ha = defineChapter("ha", {
  rules: {
    "dns-apart": {
      kind: "resource affinity",
      guests: ["lab-dns01", "lab-dns02"],
      affinity: "negative",
      comment: "one of them is always left",
    },
    "dns-nodes": {
      kind: "node affinity",
      guests: ["lab-dns01", "lab-dns02"],
      nodes: ["node01", "node02", "node03"],
      strict: true,
      comment: "where local-zfs is",
    },
  },
});

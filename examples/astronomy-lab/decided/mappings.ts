import { defineChapter } from "@orrery/model";

/** The card of node04, by a name that a guest keeps wherever such a card is. */
export const mappings = defineChapter("mappings", {
  pci: { gpu: { description: "RTX A4000", map: [{ node: "node04", path: "0000:01:00.0", id: "10de:24b0" }] } },
});

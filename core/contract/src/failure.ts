import type { PveErrorKind } from "./pve-error.ts";

// The sentences of `die` and `raise` in the Proxmox sources, where the status alone (mostly 500) does not tell.
const sentences: readonly (readonly [PveErrorKind, RegExp])[] = [
  ["invalid", /\b400 Parameter verification failed\.?$/],
  ["no-quorum", /no quorum[!?]?/],
  ["changed", /checksum mismatch \(file change by other user\?\)|detected modified configuration/],
  ["locked", /\bis locked\b|can't lock file|can't acquire lock|^got lock request timeout/],
  ["node-unreachable", /^hostname lookup '.*' failed/],
  [
    "missing",
    /does not exist\)?'?$|(?:^|: )no such (?!file)|unable to find configuration file|does not exist in cluster$/,
  ],
];

/** What a failed answer means: by its status where that tells, otherwise by Proxmox's sentence. */
export const failureKind = (status: number, reason: string): PveErrorKind => {
  switch (status) {
    case 400:
      return "invalid";
    case 401:
      return "unauthenticated";
    case 403:
      return reason.endsWith("does not exist)") ? "missing" : "forbidden";
    case 404:
      return "missing";
    case 501:
      return "not-implemented";
    // AnyEvent::HTTP's own, passed on by the proxy: no connection to the node, or it broke or took too long (30 s)
    // while asking (596) or answering (597).
    case 595:
    case 596:
    case 597:
    case 598:
    case 599:
      return "node-unreachable";
  }
  const [firstLine = ""] = reason.split("\n");
  return sentences.find(([, sentence]) => sentence.test(firstLine))?.[0] ?? "failed";
};

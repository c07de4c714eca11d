import type { BulkVerb } from "./bulk-work.ts";
import type { Section } from "./config.ts";
import type { DiskUse } from "./disk-use.ts";

/** What workers do that are about a node, or about many guests at once. */
export type NodeActMap = {
  "bulk.next": {
    verb: BulkVerb;
    groups: number[][];
    parallel: number;
    user: string;
    /** 0 where it was not told. */
    timeoutMs: number;
    force: boolean;
  };
  "node.set-service": { node: string; service: string; active: boolean };
  "node.apply-network": { node: string };
  "node.use-disks": { node: string; use: DiskUse; storage: Section | null };
  "node.free-disks": { node: string; use: DiskUse["kind"]; name: string; storage: string; wipe: boolean };
  "node.wipe-disk": { node: string; devpath: string };
  "node.label-disk": { node: string; devpath: string };
  /** `nodeid` 0 stands for the next one that is free; no links stand for the node's own address. */
  "cluster.create": { name: string; node: string; links: string[]; votes: number; nodeid: number };
  "cluster.check-join": { node: string; host: string; fingerprint: string };
  "cluster.join": { host: string; node: string; links: string[]; votes: number; nodeid: number };
};

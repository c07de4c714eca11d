import type { Section } from "./config.ts";
import type { DiskUse } from "./disk-use.ts";

/** What workers do that are about a node's services, network and disks, or about many guests at once. */
export type NodeActMap = {
  "bulk.next": {
    verb: "start" | "shutdown" | "suspend" | "migrate";
    /** VMIDs; a group begins when the one before it is done. */
    groups: number[][];
    /** How many guests are worked on at once. */
    parallel: number;
    user: string;
    timeoutMs: number;
    force: boolean;
    /** Where the guests go; empty for all verbs but `migrate`. */
    target: string;
    localDisks: boolean;
    online: boolean;
  };
  "replication.remove": { id: string };
  "node.set-service": { node: string; service: string; active: boolean };
  "node.apply-network": { node: string };
  "node.use-disks": { node: string; use: DiskUse; storage: Section | null };
  "node.free-disks": { node: string; use: DiskUse["kind"]; name: string; storage: string; wipe: boolean };
  "node.wipe-disk": { node: string; devpath: string };
  "node.label-disk": { node: string; devpath: string };
};

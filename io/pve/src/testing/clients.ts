import { connectPve, type PveClient, type PveOptions } from "../index.ts";
import type { HttpsNode } from "./https-node.ts";

/** An API token in test dress. */
export const token = { kind: "token", id: "orrery@pve!test", secret: "5ec7e7-0000-4000-8000-000000000000" } as const;

/** A client of these nodes, in their order, pinned to their certificates. */
export const clientOf = (nodes: readonly HttpsNode[], options: Partial<PveOptions> = {}): PveClient => {
  const [first, ...others] = nodes.map(({ url, sha256 }) => ({ url, trust: { kind: "fingerprint", sha256 } as const }));
  if (first === undefined) throw new Error("a client needs a node");
  return connectPve({ endpoints: [first, ...others], credentials: token, random: () => 0.01, ...options });
};

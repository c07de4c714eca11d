import type { Api } from "../../api/client.ts";

/** Whose a storage is; undefined of one that nodes share. */
export const ownerOf = ({ shared, nodes, unavailable }: Api<"Storage">): string | undefined =>
  shared ? undefined : (nodes[0] ?? unavailable[0]);

/** What metrics call it: `storage/node01/local`. A shared one is measured alike on all its nodes: the first that has it. */
export const metricIdOf = ({ storage, nodes, unavailable }: Api<"Storage">): string =>
  `storage/${nodes[0] ?? unavailable[0] ?? ""}/${storage}`;

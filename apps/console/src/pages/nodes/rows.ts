import type { Api } from "../../api/client.ts";

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Rows of a part that was read as Proxmox tells it; undefined of one that is not known. */
export const rowsOf = (part: Api<"Observed"> | undefined): readonly Readonly<Record<string, unknown>>[] | undefined =>
  part?.kind === "observed" && Array.isArray(part.value) ? part.value.filter(isRow) : undefined;

/** How many votes each node has. */
export const votesOf = (part: Api<"Observed"> | undefined): ReadonlyMap<string, number> =>
  new Map(
    (rowsOf(part) ?? []).flatMap(({ name, votes }) =>
      typeof name === "string" && typeof votes === "number" ? [[name, votes] as const] : [],
    ),
  );

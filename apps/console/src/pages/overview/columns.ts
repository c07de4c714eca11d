import type { Api } from "../../api/client.ts";

/** One guest of a column, or the many that are too small to be drawn each for itself. */
export type Block =
  | { readonly kind: "guest"; readonly guest: Api<"Guest">; readonly bytes: number }
  | { readonly kind: "rest"; readonly guests: readonly Api<"Guest">[]; readonly bytes: number };

export type Column = {
  readonly node: Api<"Node">;
  /** From below. */
  readonly blocks: readonly Block[];
  /** Bytes that its blocks are given in all. */
  readonly given: number;
  /** Guests of it that do not run: they take no memory. */
  readonly stopped: readonly Api<"Guest">[];
};

export type Columns = {
  readonly columns: readonly Column[];
  /** Bytes that the height of the map stands for. */
  readonly scale: number;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const weigh = ({ memory }: Api<"Guest">): number => memory ?? 0;

const byName = (one: Api<"Guest">, other: Api<"Guest">): number => weigh(other) - weigh(one) || one.vmid - other.vmid;

/**
 * The nodes as columns of their guests, the largest below. What would be lower than `least`, a share of the height,
 * is drawn together: ten thousand guests are some hundreds of blocks.
 */
export const columnsOf = (nodes: readonly Api<"Node">[], guests: readonly Api<"Guest">[], least: number): Columns => {
  const there = Map.groupBy(
    guests.filter(({ template }) => template !== true),
    ({ node }) => node,
  );
  const drafts = nodes
    .map((node) => {
      const all = there.get(node.name) ?? [];
      // What nobody can see may run, and what was on a node that is lost was there: they keep their places.
      const takesPlace = ({ status }: Api<"Guest">): boolean => status !== "stopped" || node.status !== "online";
      return {
        node,
        up: all.filter(takesPlace).toSorted(byName),
        stopped: all.filter((guest) => !takesPlace(guest)).toSorted(byName),
      };
    })
    .toSorted((one, other) => one.node.name.localeCompare(other.node.name, "en", { numeric: true }));
  const scale = Math.max(1, ...drafts.map(({ node, up }) => Math.max(node.memory ?? 0, sum(up.map(weigh)))));
  return {
    scale,
    columns: drafts.map(({ node, up, stopped }) => {
      const large = up.filter((guest) => weigh(guest) / scale >= least);
      const small = up.slice(large.length);
      const blocks = large.map((guest): Block => ({ kind: "guest", guest, bytes: weigh(guest) }));
      const rest: readonly Block[] =
        small.length === 0
          ? []
          : [{ kind: "rest", guests: small, bytes: Math.max(sum(small.map(weigh)), scale * least) }];
      return { node, blocks: [...blocks, ...rest], given: sum(up.map(weigh)), stopped };
    }),
  };
};

/** The step of load that a share of its CPUs is, none to full. */
export const loadStep = (cpu: number | undefined): "0" | "1" | "2" | "3" | "unknown" =>
  cpu === undefined ? "unknown" : cpu < 0.25 ? "0" : cpu < 0.5 ? "1" : cpu < 0.8 ? "2" : "3";

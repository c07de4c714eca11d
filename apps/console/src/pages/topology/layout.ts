import type { Api } from "../../api/client.ts";

type Part = Api<"NetworkPart">;
type Link = Api<"NetworkLink">;

/** Where a link meets a part: at its top or bottom, and how far along, as a share. */
export type Port = {
  readonly id: string;
  readonly link: string;
  readonly label: string;
  readonly side: "top" | "bottom" | "left" | "right";
  readonly share: number;
};

export type Placed = {
  readonly part: Part;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly ports: readonly Port[];
};

export type Drawn = { readonly link: Link; readonly fromPort: string; readonly toPort: string };

/** From the way out down to the nodes. */
const rows: Readonly<Record<Part["kind"], number>> = { uplink: 0, firewall: 1, switch: 2, bridge: 2, node: 3 };

/** Pixels. */
const widths: Readonly<Record<Part["kind"], number>> = {
  uplink: 150,
  firewall: 190,
  switch: 250,
  bridge: 170,
  node: 196,
};
const heights: Readonly<Record<Part["kind"], number>> = { uplink: 46, firewall: 54, switch: 60, bridge: 46, node: 132 };
const gap = { x: 20, y: 84 };

const rowOf = ({ kind }: Part): number => rows[kind];

/** Bridges stand above the node that they are in. */
const ordered = (parts: readonly Part[], links: readonly Link[]): readonly Part[] => {
  const at = new Map(parts.filter(({ kind }) => kind === "node").map(({ id }, index) => [id, index]));
  const below = (part: Part): number => {
    const link = links.find(({ kind, from }) => kind === "inside" && from === part.id);
    return link === undefined ? 0 : (at.get(link.to) ?? 0);
  };
  return parts.toSorted((one, other) => rowOf(one) - rowOf(other) || below(one) - below(other));
};

/** Where everything stands: rows by kind, each in the middle of the widest, so many pixels apart. */
export const layoutOf = (
  parts: readonly Part[],
  links: readonly Link[],
): { readonly placed: readonly Placed[]; readonly drawn: readonly Drawn[] } => {
  const byRow = [...Map.groupBy(ordered(parts, links), rowOf)].toSorted(([one], [other]) => one - other);
  const lengthOf = (row: readonly Part[]): number => row.reduce((sum, { kind }) => sum + widths[kind] + gap.x, -gap.x);
  const widest = Math.max(...byRow.map(([, row]) => lengthOf(row)), 0);
  const spots = new Map<string, { x: number; y: number; width: number; height: number }>();
  let y = 0;
  for (const [, row] of byRow) {
    // Few in a row stand as far apart as those below them.
    const spare = row.length < 2 ? 0 : Math.min(160, (widest - lengthOf(row)) / row.length);
    let x = (widest - lengthOf(row) - spare * (row.length - 1)) / 2;
    for (const { id, kind } of row) {
      spots.set(id, { x, y, width: widths[kind], height: heights[kind] });
      x += widths[kind] + gap.x + spare;
    }
    y += Math.max(...row.map(({ kind }) => heights[kind])) + gap.y;
  }
  const middle = (id: string): number => {
    const spot = spots.get(id);
    return spot === undefined ? 0 : spot.x + spot.width / 2;
  };
  const ports = new Map<string, Port[]>(parts.map(({ id }) => [id, []]));
  const ends = links.flatMap((link) => {
    const [from, to] = [spots.get(link.from), spots.get(link.to)];
    if (from === undefined || to === undefined) return [];
    const level = from.y === to.y;
    return [
      {
        link,
        part: link.from,
        other: link.to,
        end: "from",
        side: level ? (from.x < to.x ? "right" : "left") : "bottom",
      },
      { link, part: link.to, other: link.from, end: "to", side: level ? (from.x < to.x ? "left" : "right") : "top" },
    ] as const;
  });
  for (const group of Map.groupBy(ends, ({ part, side }) => `${part} ${side}`).values()) {
    const sorted = group.toSorted(
      (one, other) => middle(one.other) - middle(other.other) || one.link.id.localeCompare(other.link.id, "en"),
    );
    for (const [index, { link, part, end, side }] of sorted.entries())
      ports.get(part)?.push({
        id: `${link.id} ${end}`,
        link: link.id,
        label: link.name,
        side,
        share: (index + 1) / (sorted.length + 1),
      });
  }
  return {
    placed: parts.flatMap((part) => {
      const spot = spots.get(part.id);
      return spot === undefined ? [] : [{ part, ...spot, ports: ports.get(part.id) ?? [] }];
    }),
    drawn: links
      .filter(({ from, to }) => spots.has(from) && spots.has(to))
      .map((link) => ({ link, fromPort: `${link.id} from`, toPort: `${link.id} to` })),
  };
};

import { type Row, type SdnObject, valueIn } from "@orrery/state";
import { type Config, type Dict, dict, type Section } from "@orrery/twin-world";
import { optionsOf, sectionsOf } from "./options.ts";
import type { Seeing } from "./seeing.ts";

const lines = "\n";

const rangesText = (row: Row): Config => {
  const ranges = row["dhcp-range"];
  if (!Array.isArray(ranges)) return optionsOf(row);
  const text = ranges.map((range: Row[string]) => optionsOf({ range }).range ?? "").join(lines);
  return optionsOf({ ...row, "dhcp-range": text });
};

/** SDN as configured and as it runs. */
export const seeSdn = ({ world, state }: Seeing): void => {
  const seen = valueIn(state.sdn);
  if (seen === undefined) return;
  const { sdn } = world;
  const side = (objects: readonly SdnObject[], which: "next" | "live"): Dict<Section> =>
    dict(
      objects.flatMap(({ id, type, [which]: row }) =>
        row === undefined ? [] : [[id, { type, id, options: rangesText(row) }] as const],
      ),
    );
  const kinds = ["zones", "vnets", "subnets", "controllers"] as const;
  for (const kind of kinds) sdn[kind] = side(seen[kind], "next");
  const isApplied = kinds.some((kind) => seen[kind].some(({ live }) => live !== undefined));
  if (isApplied) {
    const live = (kind: (typeof kinds)[number]) => side(seen[kind], "live");
    sdn.running = {
      zones: live("zones"),
      vnets: live("vnets"),
      subnets: live("subnets"),
      controllers: live("controllers"),
    };
  }
  // The one that the product brings is always there.
  sdn.ipams = sectionsOf(seen.ipams.filter(({ id }) => id !== "pve"));
  sdn.dns = sectionsOf(seen.dns);
  const lists = { interfaces: lines, redistribute: lines, allowed_ips: lines, peers: lines };
  if (seen.fabrics.length > 0) sdn.fabrics = sectionsOf(seen.fabrics, lists);
  if (seen.fabricNodes.length > 0) sdn.fabricNodes = sectionsOf(seen.fabricNodes, lists);
};

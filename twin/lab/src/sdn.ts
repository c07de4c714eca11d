import type { ProxmoxOptions } from "@orrery/model";
import { type Config, copy, type Dict, dict, type Section } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { optionText } from "./option-text.ts";

type Given = ProxmoxOptions | undefined;

/** Options as the file has them; of a secret, that it is there. */
const written = (options: Given, more: Readonly<Record<string, string | number | undefined>> = {}): Config => {
  const made = dict<string | number>();
  for (const [key, option] of Object.entries(options ?? {})) {
    const isSecret = typeof option === "object" && "kind" in option && option.kind === "secret";
    const text = isSecret ? "a secret" : optionText(option);
    if (text !== undefined) made[key] = text;
  }
  for (const [key, value] of Object.entries(more)) if (value !== undefined) made[key] = value;
  return made;
};

const sections = <T>(items: Readonly<Record<string, T>>, of: (item: T, id: string) => Omit<Section, "id">) =>
  dict(Object.entries(items).map(([id, item]): readonly [string, Section] => [id, { id, ...of(item, id) }]));

/** SDN as declared, and applied. */
export const buildSdn = ({ world, inventory }: Building): void => {
  const { sdn: declared } = inventory.lab.network;
  if (declared === undefined) return;
  const { controllers, ipams, dns, zones, vnets } = declared;
  const { sdn } = world;
  sdn.controllers = sections(controllers, ({ type, options }) => ({ type, options: written(options) }));
  sdn.ipams = sections(ipams, ({ type, options }) => ({ type, options: written(options) }));
  sdn.dns = sections(dns, ({ type, options }) => ({ type, options: written(options) }));
  sdn.zones = sections(zones, ({ type, nodes, options }) => ({
    type,
    options: written(options, { nodes: nodes?.flatMap((node) => inventory.nodeOf(node) ?? []).join(",") }),
  }));
  sdn.vnets = sections(vnets, ({ zone, tag, alias, options }) => ({
    type: "vnet",
    options: written(options, { zone, tag, alias }),
  }));
  const subnets: Dict<Section> = dict();
  for (const [vnet, { zone, subnets: own }] of Object.entries(vnets)) {
    for (const [cidr, { gateway, snat, dhcp, options }] of Object.entries(own)) {
      const id = `${zone}-${cidr.replace("/", "-")}`;
      const ranges = dhcp.map(({ from, to }) => `start-address=${from},end-address=${to}`).join("\n");
      const more = {
        vnet,
        gateway,
        snat: snat === true ? 1 : undefined,
        "dhcp-range": ranges === "" ? undefined : ranges,
      };
      subnets[id] = { id, type: "subnet", options: written(options, more) };
    }
  }
  sdn.subnets = subnets;
  sdn.running = copy({ zones: sdn.zones, vnets: sdn.vnets, subnets, controllers: sdn.controllers });
};

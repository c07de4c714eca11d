import type { PveVersion } from "@orrery/contract";
import type { ObjectKind } from "../../compare/object-kind.ts";
import { type OptionTable, optionTables } from "../option.ts";

/** The kinds of SDN objects that wait to be applied, and the two services that hold at once. */
export type SdnKind = Extract<ObjectKind, `sdn ${string}`>;

type Form = {
  /** `/cluster/sdn/zones`, and of one of them. */
  readonly path: string;
  readonly onePath: string;
  /** The parameter that names the object. */
  readonly key: string;
  readonly secrets: readonly string[];
};

export const sdnForms: Readonly<Record<SdnKind, Form>> = {
  "sdn controller": {
    path: "/cluster/sdn/controllers",
    onePath: "/cluster/sdn/controllers/{controller}",
    key: "controller",
    secrets: [],
  },
  "sdn ipam": { path: "/cluster/sdn/ipams", onePath: "/cluster/sdn/ipams/{ipam}", key: "ipam", secrets: ["token"] },
  "sdn dns": { path: "/cluster/sdn/dns", onePath: "/cluster/sdn/dns/{dns}", key: "dns", secrets: ["key"] },
  "sdn zone": { path: "/cluster/sdn/zones", onePath: "/cluster/sdn/zones/{zone}", key: "zone", secrets: [] },
  "sdn vnet": { path: "/cluster/sdn/vnets", onePath: "/cluster/sdn/vnets/{vnet}", key: "vnet", secrets: [] },
  "sdn subnet": {
    path: "/cluster/sdn/vnets/{vnet}/subnets",
    onePath: "/cluster/sdn/vnets/{vnet}/subnets/{subnet}",
    key: "subnet",
    secrets: [],
  },
};

/** Lists in one text. */
const words = ["nodes", "exitnodes", "peers", "rt-import", "isis-ifaces"];

const tablesOf = (kind: SdnKind): ((contract: PveVersion) => OptionTable) => {
  const { path, key, secrets } = sdnForms[kind];
  return optionTables(["POST", path], {
    without: [key, "type", "lock-token", ...secrets],
    hints: {
      ...Object.fromEntries(words.map((word) => [word, { as: "words" as const }])),
      // Of a subnet it is part of the path as well.
      ...(kind === "sdn subnet" ? { vnet: { as: "text" as const } } : {}),
    },
  });
};

const tables: Readonly<Record<SdnKind, (contract: PveVersion) => OptionTable>> = {
  "sdn controller": tablesOf("sdn controller"),
  "sdn ipam": tablesOf("sdn ipam"),
  "sdn dns": tablesOf("sdn dns"),
  "sdn zone": tablesOf("sdn zone"),
  "sdn vnet": tablesOf("sdn vnet"),
  "sdn subnet": tablesOf("sdn subnet"),
};

/** The options of a kind of SDN object. */
export const sdnOptions = (contract: PveVersion, kind: SdnKind): OptionTable => tables[kind](contract);

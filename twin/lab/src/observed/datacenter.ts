import { type Row, valueIn, whyUnknown } from "@orrery/state";
import { dict } from "@orrery/twin-world";
import { clusterFile } from "./firewalls.ts";
import { optionsOf, sectionsOf } from "./options.ts";
import type { Seeing } from "./seeing.ts";

const lines = "\n";

/** What datacenter.cfg does not hold: what the API works out, or says where nothing is set. */
const isSet = ([key, value]: readonly [string, Row[string]]): boolean =>
  key !== "allowed-tags" && !(key === "mac_prefix" && value === "BC:24:11") && !(key === "description" && value === "");

/** datacenter.cfg, the cluster's firewall, pools, mappings, metric servers and notifications. */
export const seeDatacenter = ({ world, state, ledger }: Seeing): void => {
  for (const part of ["options", "firewall", "pools", "mappings", "metricServers", "notifications", "sdn"] as const) {
    const why = whyUnknown(state[part]);
    if (why !== undefined) ledger.leaveOut(part, why, "cluster");
  }
  const options = valueIn(state.options) ?? {};
  world.cluster.options = optionsOf(Object.fromEntries(Object.entries(options).filter(isSet)), {
    "registered-tags": ";",
  });
  const firewall = valueIn(state.firewall);
  if (firewall !== undefined) world.cluster.firewall = clusterFile(firewall);
  world.pools = dict(
    (valueIn(state.pools) ?? []).map(({ id, comment, vmids, storages }) => {
      const said = comment === undefined ? {} : { comment };
      return [id, { ...said, vmids: [...vmids], storages: [...storages] }] as const;
    }),
  );
  const mappings = valueIn(state.mappings);
  for (const kind of ["pci", "usb", "dir"] as const) {
    const rows = mappings?.[kind] ?? [];
    world.mappings[kind] = dict(rows.map(({ id, options: row }) => [id, optionsOf(row, { map: lines })] as const));
  }
  world.metricServers = sectionsOf(valueIn(state.metricServers));
  const { endpoints = [], matchers = [] } = valueIn(state.notifications) ?? {};
  const lists = { mailto: lines, "mailto-user": lines, target: lines, "match-field": lines, "match-severity": lines };
  const more = { "match-calendar": lines, header: lines, secret: lines };
  const own = (entries: typeof endpoints) =>
    sectionsOf(
      entries
        .filter(({ options: row }) => row.origin !== "builtin")
        .map((entry) => {
          const { origin, ...rest } = entry.options;
          void origin;
          return { ...entry, options: rest };
        }),
      { ...lists, ...more },
    );
  world.notifications.endpoints = own(endpoints);
  world.notifications.matchers = own(matchers);
};

import type { ClusterOptions, MetricServer, NotificationTarget } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import type { LabFragment } from "../../adopt/fragment.ts";
import { said, secretOf } from "../../adopt/said.ts";
import { type Mark, unmarked } from "../../compare/mark.ts";
import { naturalEntries, naturalOptions } from "../natural-option.ts";
import { seenOptions } from "../option.ts";

import { textOf } from "../text.ts";
import { type MappingType, mappingTable } from "./mapping.ts";
import { metricServerTable } from "./metric-server.ts";
import { matcherTable, seenMatcher } from "./notification-matcher.ts";
import { isTargetType, seenTarget, targetTable } from "./notification-target.ts";
import { clusterOptionTable, fileOptions } from "./options.ts";
import { seenHeaders, seenSecrets } from "./webhook.ts";

type Monitoring = NonNullable<LabFragment["monitoring"]>;
type Notifications = NonNullable<LabFragment["notifications"]>;
type Mappings = NonNullable<LabFragment["mappings"]>;

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

const optionsOf = ({ options, contract }: ClusterState): ClusterOptions | undefined => {
  const row = valueIn(options);
  if (row === undefined) return undefined;
  const table = clusterOptionTable(contract);
  return naturalOptions(table, seenOptions(table, fileOptions(row)));
};

const metricServerOf = ({ id, type, options }: Entry, { contract }: ClusterState): MetricServer => {
  const table = metricServerTable(contract);
  const { server, port, disable, ...rest } = naturalOptions(table, seenOptions(table, options));
  const isHttp = type === "influxdb" && rest.influxdbproto !== undefined && rest.influxdbproto !== "udp";
  // The contract's types are the model's, and the options are as the contract reads them.
  return said({
    type,
    server,
    port,
    disable,
    token: isHttp ? secretOf(id, "token") : undefined,
    headers: options["otel-headers"] === undefined ? undefined : secretOf(id, "headers"),
    options: isEmpty(rest) ? undefined : rest,
  }) as MetricServer;
};

const targetOf = (entry: Entry, state: ClusterState, mark: Mark): NotificationTarget | undefined => {
  const { id, type, options } = entry;
  if (!isTargetType(type)) return undefined;
  const properties = seenTarget(entry, state, mark);
  const header = seenHeaders(options.header);
  const secrets = seenSecrets(options.secret);
  const isUser = type === "smtp" && options.username !== undefined;
  return said({
    type,
    ...naturalOptions(targetTable(state.contract, type), properties),
    token: type === "gotify" ? secretOf(id, "token") : undefined,
    password: isUser ? secretOf(id, "password") : undefined,
    header: isEmpty(header) ? undefined : header,
    body: textOf(properties.body) || undefined,
    secret: isEmpty(secrets) ? undefined : Object.fromEntries(secrets.map((name) => [name, secretOf(id, name)])),
  }) as NotificationTarget;
};

/** As it came with Proxmox, nothing has to be said of it. */
const isAsItCame = ({ options }: Entry): boolean => options.origin === "builtin";

const notificationsOf = (state: ClusterState, mark: Mark): Notifications => {
  const { endpoints = [], matchers = [] } = valueIn(state.notifications) ?? {};
  const targets = endpoints
    .filter((entry) => !isAsItCame(entry))
    .flatMap((entry) => {
      const target = targetOf(entry, state, mark);
      return target === undefined ? [] : [[entry.id, target] as const];
    });
  const own = matchers
    .filter((entry) => !isAsItCame(entry))
    .map((entry) => [entry.id, naturalOptions(matcherTable(state.contract), seenMatcher(entry, state, mark))] as const);
  return said({
    targets: targets.length === 0 ? undefined : Object.fromEntries(targets),
    matchers: own.length === 0 ? undefined : Object.fromEntries(own),
  });
};

const mappingsOf = (state: ClusterState, mark: Mark): Mappings => {
  const { contract, mappings, nodes } = state;
  const found = (type: MappingType): [string, object][] => {
    const table = mappingTable(contract, type);
    return (valueIn(mappings)?.[type] ?? []).flatMap(({ id, options }): [string, object][] => {
      const description = typeof options.description === "string" ? unmarked(mark, options.description) : undefined;
      const { map, ...rest } = seenOptions(table, { ...options, description });
      const entries = naturalEntries(table, "map", map);
      // What is mapped on a node that is gone cannot be declared.
      const isWhole = entries.length > 0 && entries.every(({ node }) => Object.hasOwn(nodes, String(node)));
      return isWhole ? [[id, { ...naturalOptions(table, rest), map: entries }]] : [];
    });
  };
  const types = ["pci", "usb", "dir"] as const;
  const all = types.map((type) => [type, Object.fromEntries(found(type))] as const);
  return Object.fromEntries(all.filter(([, one]) => !isEmpty(one)));
};

/** What holds for the cluster as a whole, as it was found. */
export const adoptDatacenter = (state: ClusterState, mark: Mark): LabFragment => {
  const options = optionsOf(state);
  const servers = valueIn(state.metricServers) ?? [];
  const monitoring: Monitoring = {
    metricServers: Object.fromEntries(servers.map((entry) => [entry.id, metricServerOf(entry, state)])),
  };
  const notifications = notificationsOf(state, mark);
  const mappings = mappingsOf(state, mark);
  return {
    ...(options === undefined ? {} : { cluster: { options } }),
    ...(servers.length === 0 ? {} : { monitoring }),
    ...(isEmpty(notifications) ? {} : { notifications }),
    ...(isEmpty(mappings) ? {} : { mappings }),
  };
};

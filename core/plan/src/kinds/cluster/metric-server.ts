import { contractOf, type PveVersion } from "@orrery/contract";
import type { MetricServer } from "@orrery/model";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Kind, Planning } from "../kind.ts";
import { optionTables, readOptions, seenOptions } from "../option.ts";
import { plainCall, plainSteps, stuckAt } from "../plain-steps.ts";
import { sentChanges, sentOptions } from "../sent-option.ts";
import { textOf } from "../text.ts";

const path = "/cluster/metrics/server/{id}";
const secrets = ["token", "otel-headers"];
const needed = ["server", "port"];

/** What each type has beside what all have. Mirrors the options of the plug-ins under PVE/Status of pve-manager. */
const own: Readonly<Record<MetricServer["type"], readonly string[]>> = {
  graphite: ["proto", "timeout", "path"],
  influxdb: [
    "timeout",
    "organization",
    "bucket",
    "influxdbproto",
    "max-body-size",
    "api-path-prefix",
    "verify-certificate",
  ],
  opentelemetry: [
    "otel-compression",
    "otel-max-body-size",
    "otel-path",
    "otel-protocol",
    "otel-resource-attributes",
    "otel-timeout",
    "otel-verify-ssl",
  ],
};

export const metricServerTable = optionTables(["POST", path], {
  without: ["id", "type", ...secrets],
  hints: {
    proto: { usual: "udp" },
    path: { usual: "proxmox" },
    organization: { usual: "proxmox" },
    bucket: { usual: "proxmox" },
  },
});

const refusal = (id: string, { type, options = {} }: MetricServer, version: PveVersion): string | undefined => {
  const types = contractOf(version).route("POST", path)?.params.properties.type?.enum ?? [];
  if (!types.includes(type))
    return `Proxmox VE ${version} sends nothing to ${type} (monitoring.metricServers.${id}.type)`;
  const foreign = Object.keys(options).find((option) => !own[type].includes(option) && option !== "mtu");
  return foreign === undefined
    ? undefined
    : `a metric server of the type ${type} has no option ${foreign} (monitoring.metricServers.${id}.options.${foreign})`;
};

const declaredServer = (id: string, one: MetricServer, version: PveVersion): DeclaredObject => {
  const { type, server, port, disable, headers, options } = one;
  const { properties, problems } = readOptions(metricServerTable(version), { ...options, server, port, disable });
  const [first] = problems;
  const refused =
    refusal(id, one, version) ??
    (first === undefined
      ? undefined
      : `the option ${first.option} ${first.why} (monitoring.metricServers.${id}.options.${first.option})`);
  return {
    kind: "metric server",
    id,
    properties: {
      ...properties,
      type,
      ...(type === "opentelemetry" && headers !== undefined ? { "otel-headers": "set" } : {}),
    },
    open: {},
    ...(refused === undefined ? {} : { refused }),
    path: ["monitoring", "metricServers", id],
    needs: [],
  };
};

const declaredAt = (id: string, { inventory }: Planning): MetricServer | undefined =>
  inventory.lab.monitoring.metricServers?.[id];

const secretsOf = (id: string, planning: Planning): Record<string, CallValue> => {
  const { type, token, headers } = declaredAt(id, planning) ?? {};
  return {
    ...(type === "influxdb" && token !== undefined ? { token: { secret: token.from } } : {}),
    ...(type === "opentelemetry" && headers !== undefined ? { "otel-headers": { secret: headers.from } } : {}),
  };
};

/** Where Proxmox sends its own figures. It has no comment to be marked in: it is owned where the declaration owns all. */
export const metricServer: Kind = {
  noun: "metric server",
  declared: ({ inventory, contract }) =>
    Object.entries(inventory.lab.monitoring.metricServers ?? {}).map(([id, one]) => declaredServer(id, one, contract)),
  observed: ({ metricServers, contract }) => {
    if (metricServers.kind !== "observed")
      return { objects: [], blind: [{ kind: "metric server", why: metricServers.why }] };
    const objects = metricServers.value.map(
      ({ id, type, options }): ObservedObject => ({
        kind: "metric server",
        id,
        properties: {
          ...seenOptions(metricServerTable(contract), options),
          type,
          ...(options["otel-headers"] === undefined ? {} : { "otel-headers": "set" }),
        },
        hidden: {},
        marked: false,
        builtIn: false,
        at: metricServers.at,
        needs: [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "metricServers" }],
  stuck: stuckAt("metric server", ["type"]),
  steps: plainSteps({
    called: (id) => `the metric server ${id}`,
    fixed: ["type"],
    create: ({ id, properties }, planning) => [
      plainCall("POST", path, {
        ...sentOptions(metricServerTable(planning.contract), properties),
        id,
        type: textOf(properties.type),
        ...secretsOf(id, planning),
      }),
    ],
    change: ({ declared, properties }, planning) => {
      const { set, gone } = sentChanges(metricServerTable(planning.contract), properties);
      const headers = properties.find(({ property }) => property === "otel-headers");
      const taken = [...gone, ...(headers !== undefined && headers.declared === undefined ? ["otel-headers"] : [])];
      return [
        plainCall("PUT", path, {
          id: declared.id,
          // The API wants both each time.
          ...Object.fromEntries(needed.map((option) => [option, textOf(declared.properties[option])])),
          ...set,
          ...(headers?.declared === undefined ? {} : secretsOf(declared.id, planning)),
          ...(taken.length === 0 ? {} : { delete: taken.join(",") }),
        }),
      ];
    },
    remove: ({ id }) => [plainCall("DELETE", path, { id })],
  }),
};

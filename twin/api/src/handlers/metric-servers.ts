import { dict, type Section } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { deleteOptions, needOptions, type OptionTable } from "../section-options.ts";
import { configOf } from "./values.ts";

const shared = ["mtu", "disable"];
const required = ["server", "port"];

/** Options of each type. Mirrors the plug-ins of pve-manager's Status. */
const tables: Readonly<Record<string, OptionTable>> = {
  graphite: { required, optional: [...shared, "proto", "timeout", "path"] },
  influxdb: {
    required,
    optional: [
      ...shared,
      "timeout",
      "organization",
      "bucket",
      "influxdbproto",
      "max-body-size",
      "api-path-prefix",
      "verify-certificate",
    ],
  },
  opentelemetry: {
    required,
    optional: [
      ...shared,
      "otel-compression",
      "otel-headers",
      "otel-max-body-size",
      "otel-path",
      "otel-protocol",
      "otel-resource-attributes",
      "otel-timeout",
      "otel-verify-ssl",
    ],
  },
};

const none: OptionTable = { required: [], optional: [] };

const row = ({ id, type, options }: Section): Record<string, unknown> => ({
  id,
  type,
  server: options.server,
  port: options.port,
  disable: Number(options.disable ?? 0),
});

const read = (call: Call): unknown => {
  const id = call.need("id");
  const server = call.world.metricServers[id] ?? fail(`status server entry '${id}' does not exist`);
  return { type: server.type, ...server.options };
};

/** The token goes into a file of its own, which the API never reads out. */
const given = (call: Call) => configOf(call, "id", "type", "delete", "digest", "token");

const create = (call: Call): unknown => {
  const { metricServers } = call.world;
  const id = call.need("id");
  const type = call.need("type");
  needLock(call.world, call.node, "file-status_cfg");
  if (metricServers[id] !== undefined) fail(`Metric server '${id}' already exists`);
  const options = given(call);
  needOptions(tables[type] ?? none, options, true);
  metricServers[id] = { type, id, options };
  return null;
};

const update = (call: Call): unknown => {
  const { metricServers } = call.world;
  const id = call.need("id");
  needLock(call.world, call.node, "file-status_cfg");
  needSectionDigest(call.text("digest"), metricServers);
  const server = metricServers[id] ?? fail(`no such server '${id}'`);
  const table = tables[server.type] ?? none;
  const changes = given(call);
  needOptions(table, changes, false);
  const options = dict(Object.entries({ ...server.options, ...changes }));
  deleteOptions(
    table,
    options,
    changes,
    call.list("delete").filter((key) => key !== "token"),
  );
  server.options = options;
  return null;
};

const remove = (call: Call): unknown => {
  const id = call.need("id");
  needLock(call.world, call.node, "file-status_cfg");
  // The product asks for the plug-in of a section that is not there.
  if (call.world.metricServers[id] === undefined) fail("cannot lookup undefined type!");
  delete call.world.metricServers[id];
  return null;
};

export const metricServers: Handlers = {
  "GET /cluster/metrics": () => [{ name: "server" }],
  "GET /cluster/metrics/server": (call) =>
    Object.values(call.world.metricServers)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(row),
  "GET /cluster/metrics/server/{id}": read,
  "POST /cluster/metrics/server/{id}": create,
  "PUT /cluster/metrics/server/{id}": update,
  "DELETE /cluster/metrics/server/{id}": remove,
};

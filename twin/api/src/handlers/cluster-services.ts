import { type Config, type Dict, type Section, sectionDigest, sha1 } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { nodeFigures } from "../figures.ts";
import { fail, refuseParameters } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { mountOf, storagesOn } from "../storage-mounts.ts";
import { within } from "../within.ts";
import { configOf } from "./values.ts";

const builtInEndpoint = { name: "mail-to-root", comment: "Send mails to root@pam's email address", origin: "builtin" };
const builtInMatcher = {
  name: "default-matcher",
  comment: "Route all notifications to mail-to-root",
  origin: "builtin",
  target: ["mail-to-root"],
};

const endpointKinds = ["sendmail", "gotify", "smtp", "webhook"];

const endpointsOf = (call: Call, kind?: string): Section[] =>
  Object.values(call.world.notifications.endpoints).filter((one) => kind === undefined || one.type === kind);

const lists = new Set([
  "mailto",
  "mailto-user",
  "target",
  "match-field",
  "match-severity",
  "match-calendar",
  "header",
  "secret",
]);

const shown = (section: Section): Record<string, unknown> => ({
  name: section.id,
  ...Object.fromEntries(
    Object.entries(section.options).map(([key, value]) => [key, lists.has(key) ? String(value).split(",") : value]),
  ),
  origin: "user-created",
});

const targets = (call: Call): unknown => [
  { ...builtInEndpoint, type: "sendmail" },
  ...endpointsOf(call).map((one) => ({
    name: one.id,
    type: one.type,
    origin: "user-created",
    ...(one.options.comment === undefined ? {} : { comment: one.options.comment }),
  })),
];

const endpointList =
  (kind: string) =>
  (call: Call): unknown => [
    ...(kind === "sendmail" ? [{ ...builtInEndpoint, "mailto-user": ["root@pam"] }] : []),
    ...endpointsOf(call, kind).map(shown),
  ];

const crud = (what: string, path: string, of: (call: Call) => Dict<Section>, type: string): Handlers => {
  const need = (call: Call): Section =>
    of(call)[call.need("name")] ?? fail(`${what} '${call.need("name")}' does not exist`);
  return {
    [`POST ${path}`]: (call) => {
      const id = call.need("name");
      needLock(call.world, call.node, "domain-notifications");
      if (of(call)[id] !== undefined) fail(`${what} '${id}' already exists`);
      of(call)[id] = { type, id, options: configOf(call, "name") };
      return null;
    },
    [`GET ${path}/{name}`]: (call) => ({ ...shown(need(call)), digest: sectionDigest(of(call)) }),
    [`PUT ${path}/{name}`]: (call) => {
      needLock(call.world, call.node, "domain-notifications");
      const section = need(call);
      needSectionDigest(call.text("digest"), of(call));
      for (const key of call.list("delete")) delete section.options[key];
      Object.assign(section.options, configOf(call, "name", "delete", "digest"));
      return null;
    },
    [`DELETE ${path}/{name}`]: (call) => {
      needLock(call.world, call.node, "domain-notifications");
      need(call);
      delete of(call)[call.need("name")];
      return null;
    },
  };
};

const endpointHandlers: Handlers = Object.assign(
  {},
  ...endpointKinds.map((kind) => ({
    [`GET /cluster/notifications/endpoints/${kind}`]: endpointList(kind),
    ...crud("endpoint", `/cluster/notifications/endpoints/${kind}`, (call) => call.world.notifications.endpoints, kind),
  })),
);

const mappingKinds = ["pci", "usb", "dir"] as const;

const mapping = (kind: (typeof mappingKinds)[number]): Handlers => {
  const path = `/cluster/mapping/${kind}`;
  const of = (call: Call): Dict<Config> => call.world.mappings[kind];
  const digest = (call: Call) => sha1(JSON.stringify(of(call)));
  const show = (call: Call, id: string, config: Config) => ({
    id,
    ...config,
    map: config.map === undefined ? [] : String(config.map).split("\n"),
    digest: digest(call),
  });
  const need = (call: Call): Config => of(call)[call.need("id")] ?? fail(`mapping '${call.need("id")}' not found`);
  const given = (call: Call): Config => {
    const config = configOf(call, "id", "delete", "digest");
    const map = call.parameters.map;
    if (Array.isArray(map)) config.map = map.map(String).join("\n");
    return config;
  };
  return {
    [`GET ${path}`]: (call) =>
      Object.entries(of(call))
        .filter(([id]) =>
          call.rights.hasAny(`/mapping/${kind}/${id}`, "Mapping.Audit", "Mapping.Use", "Mapping.Modify"),
        )
        .map(([id, config]) => show(call, id, config)),
    [`POST ${path}`]: (call) => {
      const id = call.need("id");
      return within(`create ${kind} mapping failed`, () => {
        needLock(call.world, call.node, `file-mapping-${kind}`);
        if (of(call)[id] !== undefined) fail(`${kind} ID '${id}' already defined`);
        of(call)[id] = given(call);
        return null;
      });
    },
    [`GET ${path}/{id}`]: (call) => show(call, call.need("id"), need(call)),
    [`PUT ${path}/{id}`]: (call) => {
      needLock(call.world, call.node, `file-mapping-${kind}`);
      const config = need(call);
      for (const key of call.list("delete")) delete config[key];
      Object.assign(config, given(call));
      return null;
    },
    [`DELETE ${path}/{id}`]: (call) => {
      needLock(call.world, call.node, `file-mapping-${kind}`);
      delete of(call)[call.need("id")];
      return null;
    },
  };
};

const metricOf = (call: Call): Section =>
  call.world.metricServers[call.need("id")] ?? fail(`status server entry '${call.need("id")}' does not exist`);

const metrics: Handlers = {
  "GET /cluster/metrics/server": (call) =>
    Object.values(call.world.metricServers).map(({ id, type, options }) => ({
      id,
      type,
      ...options,
      disable: Number(options.disable ?? 0),
    })),
  "GET /cluster/metrics/server/{id}": (call) => ({
    ...metricOf(call).options,
    id: call.need("id"),
    type: metricOf(call).type,
    digest: sectionDigest(call.world.metricServers),
  }),
  "POST /cluster/metrics/server/{id}": (call) => {
    const id = call.need("id");
    return within("create metric server failed", () => {
      needLock(call.world, call.node, "file-status_cfg");
      if (call.world.metricServers[id] !== undefined) fail(`metric server '${id}' already exists`);
      call.world.metricServers[id] = { type: call.need("type"), id, options: configOf(call, "id", "type") };
      return null;
    });
  },
  "PUT /cluster/metrics/server/{id}": (call) => {
    const section = metricOf(call);
    needLock(call.world, call.node, "file-status_cfg");
    needSectionDigest(call.text("digest"), call.world.metricServers);
    for (const key of call.list("delete")) delete section.options[key];
    Object.assign(section.options, configOf(call, "id", "delete", "digest"));
    return null;
  },
  "DELETE /cluster/metrics/server/{id}": (call) => {
    needLock(call.world, call.node, "file-status_cfg");
    metricOf(call);
    delete call.world.metricServers[call.need("id")];
    return null;
  },
  "GET /cluster/metrics/export": (call) => {
    const timestamp = call.seconds - (call.seconds % 10);
    const rows = Object.values(call.world.nodes).flatMap((node) => {
      const figures = nodeFigures(call.world, node);
      const gauge = (metric: string, value: number) => ({
        id: `node/${node.name}`,
        metric,
        type: "gauge",
        timestamp,
        value,
      });
      const derive = (metric: string, value: number) => ({ ...gauge(metric, value), type: "derive" });
      return [
        gauge("uptime", figures.uptime),
        derive("net_in", 0),
        derive("net_out", 0),
        gauge("cpu_avg1", figures.loadavg),
        gauge("cpu_avg5", figures.loadavg),
        gauge("cpu_avg15", figures.loadavg),
        gauge("cpu_max", node.hardware.cpus),
        gauge("cpu_current", figures.cpu),
        gauge("cpu_iowait", 0),
        gauge("mem_total", figures.maxmem),
        gauge("mem_used", figures.mem),
        gauge("swap_total", node.hardware.swap),
        gauge("swap_used", 0),
        gauge("disk_total", figures.maxdisk),
        gauge("disk_used", figures.disk),
      ];
    });
    const storages = Object.keys(call.world.nodes).flatMap((node) =>
      storagesOn(call.world, node).flatMap((storage) => {
        const backing = mountOf(call.world, storage.id, node);
        const gauge = (metric: string, value: number) => ({
          id: `storage/${node}/${storage.id}`,
          metric,
          type: "gauge",
          timestamp,
          value,
        });
        return backing === undefined ? [] : [gauge("disk_total", backing.total), gauge("disk_used", backing.used)];
      }),
    );
    return { data: [...rows, ...storages] };
  },
};

const replicationOf = (call: Call): Section =>
  call.world.jobs.replication[call.need("id")] ?? fail(`replication job '${call.need("id")}' does not exist`);

const shownReplication = (call: Call, job: Section): Record<string, unknown> => {
  const [guest = "", number = ""] = job.id.split("-");
  return {
    id: job.id,
    type: job.type,
    guest: Number(guest),
    jobnum: Number(number),
    ...job.options,
    ...(call.world.guests[guest] === undefined ? {} : { source: call.world.guests[guest]?.node }),
  };
};

const replication: Handlers = {
  "GET /cluster/replication": (call) =>
    Object.values(call.world.jobs.replication)
      .filter((job) => call.rights.has(`/vms/${job.id.split("-")[0]}`, "VM.Audit"))
      .map((job) => shownReplication(call, job)),
  "POST /cluster/replication": (call) => {
    const id = call.need("id");
    const vmid = id.split("-")[0] ?? "";
    const { world } = call;
    const guest = world.guests[vmid] ?? fail(`guest '${vmid}' does not exist`);
    const target = call.need("target");
    return within("create replication job failed", () => {
      needLock(world, call.node, "file-replication_cfg");
      if (world.jobs.replication[id] !== undefined) fail(`replication job '${id}' already exists`);
      if (world.nodes[target] === undefined) fail(`no such cluster node '${target}'`);
      if (guest.node === target)
        refuseParameters({ target: `Source '${guest.node}' and target '${target}' are the same` });
      world.jobs.replication[id] = { type: call.need("type"), id, options: configOf(call, "id", "type") };
      return null;
    });
  },
  "GET /cluster/replication/{id}": (call) => ({
    ...shownReplication(call, replicationOf(call)),
    digest: sectionDigest(call.world.jobs.replication),
  }),
  "PUT /cluster/replication/{id}": (call) => {
    const job = replicationOf(call);
    needLock(call.world, call.node, "file-replication_cfg");
    needSectionDigest(call.text("digest"), call.world.jobs.replication);
    for (const key of call.list("delete")) delete job.options[key];
    Object.assign(job.options, configOf(call, "id", "delete", "digest"));
    return null;
  },
  "DELETE /cluster/replication/{id}": (call) => {
    const job = replicationOf(call);
    needLock(call.world, call.node, "file-replication_cfg");
    if (call.flag("keep") || call.flag("force")) delete call.world.jobs.replication[job.id];
    else job.options.remove_job = "full";
    return null;
  },
};

export const clusterServices: Handlers = {
  "GET /cluster/notifications/targets": targets,
  "GET /cluster/notifications/matchers": (call) => [
    builtInMatcher,
    ...Object.values(call.world.notifications.matchers).map(shown),
  ],
  ...crud("matcher", "/cluster/notifications/matchers", (call) => call.world.notifications.matchers, "matcher"),
  ...endpointHandlers,
  ...Object.assign({}, ...mappingKinds.map(mapping)),
  "GET /cluster/mapping": () => [{ name: "dir" }, { name: "pci" }, { name: "usb" }],
  ...metrics,
  ...replication,
  "GET /cluster/acme/account": () => [],
  "GET /cluster/acme/plugins": () => [{ plugin: "standalone", type: "standalone", digest: sha1("") }],
  "GET /cluster/acme/tos": () => null,
};

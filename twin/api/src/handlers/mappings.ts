import { type Config, type Dict, dict, propertyOf, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needDigest } from "../digest.ts";
import { fail } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { deleteOptions, needOptions, type OptionTable } from "../section-options.ts";
import { within } from "../within.ts";
import { typedValue } from "./values.ts";

type Kind = "pci" | "usb" | "dir";

const tables: Record<Kind, OptionTable> = {
  pci: { required: ["map"], optional: ["description", "mdev", "live-migration-capable"] },
  usb: { required: ["map"], optional: ["description"] },
  dir: { required: ["map"], optional: ["description"] },
};

/** How the product calls a kind where it defines one, and where it writes one. */
const words: Record<Kind, { id: string; create: string; update: string; remove: string; lock: string }> = {
  pci: {
    id: "pci ID",
    create: "create hardware mapping failed",
    update: "update hardware mapping failed",
    remove: "delete pci mapping failed",
    lock: "file-mapping/pci_cfg",
  },
  usb: {
    id: "usb ID",
    create: "create hardware mapping failed",
    update: "update hardware mapping failed",
    remove: "delete usb mapping failed",
    lock: "file-mapping/usb_cfg",
  },
  dir: {
    id: "dir ID",
    create: "create dir mapping failed",
    update: "update dir mapping failed",
    remove: "remove dir mapping failed",
    lock: "file-mapping/directory_cfg",
  },
};

const digestOf = (mappings: Dict<Config>): string =>
  sectionDigest(
    dict<Section>(Object.entries(mappings).map(([id, options]) => [id, { type: "", id, options }] as const)),
  );

const shown = (config: Config): Record<string, unknown> => ({
  ...config,
  map: String(config.map ?? "")
    .split("\n")
    .filter((one) => one !== ""),
});

/** The parameters as the file holds them: entries of the map one a line. */
const given = (call: Call): Config => {
  const config: Config = dict();
  for (const [name, raw] of Object.entries(call.parameters)) {
    if (name === "id" || name === "delete" || name === "digest") continue;
    const value = Array.isArray(raw) ? raw.map(String).join("\n") : (call.text(name) ?? "");
    config[name] = typedValue(call.method.params.properties?.[name], value);
  }
  return config;
};

/** A directory is mapped once on each node. */
const needOneOfEach = (kind: Kind, config: Config): void => {
  if (kind !== "dir") return;
  const nodes = String(config.map ?? "")
    .split("\n")
    .map((text) => propertyOf(text, "node") ?? "");
  for (const node of new Set(nodes)) {
    const count = nodes.filter((one) => one === node).length;
    if (count > 1) fail(`Node '${node}' is specified ${count} times.`);
  }
};

type Check = { severity: "warning" | "error"; message: string };

/** The entries of a mapping that are of one node. */
const entriesOn = (config: Config, node: string): string[] =>
  String(config.map ?? "")
    .split("\n")
    .filter((text) => propertyOf(text, "node") === node);

/** What is wrong with a mapping on a node. */
const checksOf = (call: Call, kind: Kind, id: string, config: Config, node: string): Check[] => {
  const entries = entriesOn(config, node);
  if (entries.length === 0) return [{ severity: "warning", message: `No mapping for node ${node}.` }];
  const hardware = call.world.nodes[node]?.hardware;
  if (kind !== "pci") return [];
  return entries.flatMap((entry): Check[] =>
    (propertyOf(entry, "path") ?? "").split(";").flatMap((path): Check[] => {
      const full = /^[0-9a-f]{4}:/i.test(path) ? path : `0000:${path}`;
      const there = hardware?.pci.some((device) => device.id === full || device.id.startsWith(`${full}.`)) ?? false;
      return there
        ? []
        : [{ severity: "error", message: `Invalid configuration: pci device '${path}' not found for '${id}'\n` }];
    }),
  );
};

const handlersOf = (kind: Kind): Handlers => {
  const path = `/cluster/mapping/${kind}`;
  const of = (call: Call): Dict<Config> => call.world.mappings[kind];
  const word = words[kind];
  return {
    [`GET ${path}`]: (call) => {
      const node = call.text("check-node");
      const mappings = of(call);
      return Object.entries(mappings)
        .filter(([id]) =>
          call.rights.hasAny(`/mapping/${kind}/${id}`, "Mapping.Modify", "Mapping.Use", "Mapping.Audit"),
        )
        .map(([id, config]) => ({
          id,
          type: kind,
          ...shown(config),
          digest: digestOf(mappings),
          ...(node === undefined ? {} : { checks: checksOf(call, kind, id, config, node) }),
        }));
    },
    [`GET ${path}/{id}`]: (call) => {
      const id = call.need("id");
      const config = of(call)[id] ?? fail(`mapping '${id}' not found`);
      return { type: kind, ...shown(config), digest: digestOf(of(call)) };
    },
    [`POST ${path}`]: (call) =>
      within(word.create, () => {
        needLock(call.world, call.node, word.lock);
        const id = call.need("id");
        if (of(call)[id] !== undefined) fail(`${word.id} '${id}' already defined`);
        const config = given(call);
        needOneOfEach(kind, config);
        of(call)[id] = config;
        return null;
      }),
    [`PUT ${path}/{id}`]: (call) =>
      within(word.update, () => {
        needLock(call.world, call.node, word.lock);
        needDigest(call.text("digest"), digestOf(of(call)));
        const id = call.need("id");
        const config = of(call)[id] ?? fail(`${word.id} '${id}' does not exist`);
        const changes = given(call);
        needOptions(tables[kind], changes, true);
        needOneOfEach(kind, changes);
        deleteOptions(tables[kind], config, changes, call.list("delete"));
        Object.assign(config, changes);
        return null;
      }),
    [`DELETE ${path}/{id}`]: (call) =>
      within(word.remove, () => {
        needLock(call.world, call.node, word.lock);
        delete of(call)[call.need("id")];
        return null;
      }),
  };
};

export const mappings: Handlers = {
  "GET /cluster/mapping": () => ["dir", "pci", "usb"].map((name) => ({ name })),
  ...handlersOf("pci"),
  ...handlersOf("usb"),
  ...handlersOf("dir"),
};

import type { NodePart, NodeState, NodeStatus, Observed, Row } from "@orrery/state";
import { concealing, configOf, given, isSet, needText, numberOf, rowOf, rowsOf, textOf, without } from "./answers.ts";
import { readNodeFirewall } from "./firewall-parts.ts";
import { Garbled, type Reader } from "./reader.ts";

type Value<P extends NodePart> = NodeState[P] extends Observed<infer T> ? T : never;
type Readers = { readonly [P in NodePart]: (reader: Reader, node: string) => Promise<Value<P>> };

const child = (row: Row, key: string): Row => {
  const value = row[key];
  return value === undefined || value === null ? {} : rowOf(value);
};

export const statusOf = (row: Row): NodeStatus => {
  const cpu = child(row, "cpuinfo");
  const root = child(row, "rootfs");
  const boot = child(row, "boot-info");
  const [, manager, repoid = ""] = (textOf(row, "pveversion") ?? "").split("/");
  if (manager === undefined) throw new Garbled("the node does not tell its version");
  const kernel = textOf(child(row, "current-kernel"), "release") ?? textOf(row, "kversion")?.split(" ")[1] ?? "";
  return {
    manager,
    repoid,
    kernel,
    hardware: {
      cpus: numberOf(cpu, "cpus") ?? 0,
      cores: numberOf(cpu, "cores") ?? 0,
      sockets: numberOf(cpu, "sockets") ?? 1,
      model: textOf(cpu, "model") ?? "",
      mhz: numberOf(cpu, "mhz") ?? 0,
      flags: textOf(cpu, "flags") ?? "",
      hvm: isSet(cpu, "hvm"),
      memory: numberOf(child(row, "memory"), "total") ?? 0,
      swap: numberOf(child(row, "swap"), "total") ?? 0,
      root: numberOf(root, "total") ?? 0,
      rootUsed: numberOf(root, "used") ?? 0,
      ...given("bootMode", textOf(boot, "mode")),
      ...given("secureBoot", boot.secureboot === undefined ? undefined : isSet(boot, "secureboot")),
    },
  };
};

export const subscriptionOf = (row: Row): Row => concealing(without(row, "url"), "key");

const list =
  (path: string) =>
  async (reader: Reader, node: string): Promise<readonly Row[]> =>
    rowsOf(await reader.ask(`/nodes/{node}/${path}`, { node }));

/** How each part of a node is read. */
export const nodeReaders: Readers = {
  status: async (reader, node) => statusOf(rowOf(await reader.ask("/nodes/{node}/status", { node }))),
  network: async (reader, node) => {
    const { data, changes } = await reader.answer("/nodes/{node}/network", { node });
    return { interfaces: rowsOf(data), ...given("staged", changes) };
  },
  dns: async (reader, node) => rowOf(await reader.ask("/nodes/{node}/dns", { node })),
  time: async (reader, node) => {
    const row = rowOf(await reader.ask("/nodes/{node}/time", { node }));
    return { timezone: needText(row, "timezone"), ahead: Number(needText(row, "time")) * 1000 - reader.now() };
  },
  hosts: async (reader, node) => needText(rowOf(await reader.ask("/nodes/{node}/hosts", { node })), "data"),
  config: async (reader, node) => configOf(rowOf(await reader.ask("/nodes/{node}/config", { node })), "digest"),
  disks: list("disks/list"),
  pci: list("hardware/pci"),
  usb: list("hardware/usb"),
  packages: list("apt/versions"),
  updates: list("apt/update"),
  services: list("services"),
  subscription: async (reader, node) => subscriptionOf(rowOf(await reader.ask("/nodes/{node}/subscription", { node }))),
  certificates: list("certificates/info"),
  firewall: readNodeFirewall,
  replication: list("replication"),
  runStates: async (reader, node) =>
    Object.fromEntries(
      rowsOf(await reader.ask("/nodes/{node}/qemu", { node, full: true })).flatMap((row) => {
        const state = textOf(row, "qmpstatus") ?? textOf(row, "status");
        return state === undefined ? [] : [[needText(row, "vmid"), state]];
      }),
    ),
};

/** Reads one part of a node. */
export const readNodePart = <P extends NodePart>(reader: Reader, part: P, node: string): Promise<Observed<Value<P>>> =>
  reader.part<Value<P>>(() => nodeReaders[part](reader, node));

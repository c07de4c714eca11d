import { type ClusterState, type Config, type GuestKind, type Json, type Mapping, valueIn } from "@orrery/state";
import { isOn, propertiesOf } from "./property.ts";

/** What a guest has of the hardware of nodes. */
export interface Attached {
  /** How many of each mapped device it takes, by `pci gpu` or `usb dongle`. */
  readonly takes: Readonly<Record<string, number>>;
  /** Mappings that it needs on its node, by kind and name, with the key that says so. */
  readonly needs: readonly { readonly mapping: string; readonly key: string }[];
  /** What binds it to its node, in words that read on after its name. */
  readonly bound: readonly string[];
  /** Whether it has to stop in order to move. */
  readonly stops: boolean;
}

/** Mapped devices of the cluster: how many each node has, and which let a guest move while it runs. */
export interface Mapped {
  /** By mapping (`pci gpu`) and node. Absent as a whole where mappings could not be read. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined;
  readonly live: ReadonlySet<string>;
}

const rowsOf = (map: Json | undefined): string[] =>
  (Array.isArray(map) ? map : map === undefined ? [] : [map]).filter((row): row is string => typeof row === "string");

export const mappedOf = (state: ClusterState): Mapped => {
  const mappings = valueIn(state.mappings);
  if (mappings === undefined) return { counts: undefined, live: new Set() };
  const counts = new Map<string, Map<string, number>>();
  const live = new Set<string>();
  const add = (kind: string, listed: readonly Mapping[]): void => {
    for (const { id, options } of listed) {
      const name = `${kind} ${id}`;
      const nodes = new Map<string, number>();
      for (const row of rowsOf(options.map)) {
        const node = propertiesOf(row).get("node");
        if (node !== undefined) nodes.set(node, (nodes.get(node) ?? 0) + 1);
      }
      counts.set(name, nodes);
      if (isOn(options["live-migration-capable"] ?? 0)) live.add(name);
    }
  };
  add("pci", mappings.pci);
  add("usb", mappings.usb);
  add("dir", mappings.dir);
  return { counts, live };
};

/**
 * What in a configuration is of a node. Mirrors check_local_resources in qemu-server's QemuMigrate/Helpers.pm and the
 * checks of prepare in QemuMigrate.pm: mapped devices let a guest move while it is stopped, and while it runs only where
 * the mapping says so; devices by address, serial and parallel ports and shared memory do not let it move at all.
 */
export const attachedOf = (kind: GuestKind, config: Config, { live }: Mapped): Attached => {
  const takes: Record<string, number> = {};
  const needs: { mapping: string; key: string }[] = [];
  const bound: string[] = [];
  let stops = false;
  for (const key of Object.keys(config).sort()) {
    const value = `${config[key]}`;
    if (kind === "lxc") {
      if (/^dev\d+$/.test(key))
        bound.push(
          `uses the device ${propertiesOf(value).get("") ?? propertiesOf(value).get("path") ?? value} of its node (${key})`,
        );
      continue;
    }
    const device = /^(hostpci|usb|virtiofs|serial|parallel)\d+$/.exec(key)?.[1];
    if (key === "ivshmem") bound.push("shares memory with its node (ivshmem)");
    if (key === "amd-sev") stops = true;
    if (key === "vga" && propertiesOf(value).get("clipboard") === "vnc") stops = true;
    if (device === undefined) continue;
    const properties = propertiesOf(value);
    const host = properties.get("") ?? properties.get("host");
    if (device === "virtiofs") {
      needs.push({ mapping: `dir ${properties.get("") ?? properties.get("dirid") ?? ""}`, key });
      stops = true;
      continue;
    }
    if (device === "serial" || device === "parallel") {
      if (value !== "socket") bound.push(`uses ${value} of its node (${key})`);
      continue;
    }
    const mapping = properties.get("mapping");
    if (mapping === undefined) {
      if (!/^spice$/i.test(host ?? "")) bound.push(`uses the device ${host ?? value} of its node (${key})`);
      continue;
    }
    const name = `${device === "usb" ? "usb" : "pci"} ${mapping}`;
    needs.push({ mapping: name, key });
    // A device that is shared out as parts has no number that the mapping tells.
    if (properties.get("mdev") === undefined) takes[name] = (takes[name] ?? 0) + 1;
    if (!live.has(name)) stops = true;
  }
  return { takes, needs, bound, stops };
};

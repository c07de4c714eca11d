import type { Guest, Template } from "./guests.ts";
import type { Lab, Path } from "./lab.ts";
import { names, plain, type References } from "./references.ts";

/** What a guest and a template may both have: storages, a pool, slots that are there once, CPUs in whole sockets. */
const checkHardware = (refs: References, path: Path, of: Guest | Template, lab: Lab): void => {
  const items = names(lab.storage.items);
  refs.must([...path, "pool"], of.pool, "pool", names(lab.pools?.items ?? {}));
  for (const [at, disk] of (of.disks ?? []).entries())
    refs.must([...path, "disks", at, "storage"], disk.storage, "storage", items);
  for (const [at, nic] of (of.nics ?? []).entries())
    refs.must([...path, "nics", at, "vlan"], nic.vlan, "VLAN", names(lab.network.vlans));
  for (const key of ["cloudInit", "efi", "tpm"] as const)
    refs.must([...path, key, "storage"], of[key]?.storage, "storage", items);
  const mappings = {
    hostpci: names(lab.mappings?.pci ?? {}),
    usb: names(lab.mappings?.usb ?? {}),
    virtiofs: names(lab.mappings?.dir ?? {}),
  };
  for (const [at, { slot, mapping }] of of.mapped.entries())
    for (const kind of ["hostpci", "usb", "virtiofs"] as const)
      if (slot.startsWith(kind)) refs.must([...path, "mapped", at, "mapping"], mapping, "mapping", mappings[kind]);
  const taken = new Set<string>();
  for (const key of ["disks", "nics", "drives", "mapped"] as const)
    for (const [at, { slot }] of (of[key] ?? []).entries()) {
      if (slot !== undefined && taken.has(slot))
        refs.problems.push({
          path: [...path, key, at, "slot"],
          message: `a second "${slot}"; give it a slot of its own`,
        });
      if (slot !== undefined) taken.add(slot);
    }
  const sockets = Number(of.options?.sockets ?? 1);
  if (of.vcpus !== undefined && of.vcpus % sockets !== 0)
    refs.problems.push({ path: [...path, "vcpus"], message: `${of.vcpus} vCPUs do not make ${sockets} equal sockets` });
};

/** What guests and templates refer to. */
export const checkGuests = (refs: References, lab: Lab): void => {
  const { cluster, guests, network, storage } = lab;
  const nodes = names(cluster.nodes);
  const items = names(storage.items);
  const templates = new Set((lab.templates?.items ?? []).map((template) => template.name));
  const guestNames = new Set<string>(guests.items.map((guest) => guest.name));
  const devices = new Map(Object.entries(cluster.nodes).map(([name, node]) => [name, names(node.devices)]));
  const vnets = Object.keys(network.sdn?.vnets ?? {});
  const bridges = new Map(
    Object.entries(cluster.nodes).map(([name, node]) => [name, new Set([...names(node.bridges), ...vnets])]),
  );
  for (const [index, guest] of guests.items.entries()) {
    const path: Path = ["guests", "items", index];
    refs.must([...path, "node"], guest.node, "node", nodes);
    checkHardware(refs, path, guest, lab);
    for (const [at, copy] of guest.replication.entries())
      refs.must([...path, "replication", at, "to"], copy.to, "node", nodes);
    for (const [at, before] of guest.startsAfter.entries())
      refs.must([...path, "startsAfter", at], before, "guest", guestNames);
    refs.must([...path, "template"], guest.template, "template", templates);
    const node = plain(guest.node);
    if (node === undefined || !nodes.has(node)) continue;
    for (const [at, device] of guest.devices.entries())
      refs.must([...path, "devices", at], device, `device of ${node}`, devices.get(node) ?? new Set());
    for (const [at, nic] of guest.nics.entries())
      refs.must([...path, "nics", at, "bridge"], nic.bridge, `bridge of ${node}`, bridges.get(node) ?? new Set());
  }
  for (const [index, template] of (lab.templates?.items ?? []).entries()) {
    checkHardware(refs, ["templates", "items", index], template, lab);
    refs.must(["templates", "items", index, "node"], template.node, "node", nodes);
    refs.must(["templates", "items", index, "storage"], template.storage, "storage", items);
  }
};

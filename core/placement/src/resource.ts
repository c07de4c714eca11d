import { compareNames, type Host, type Item, type Problem } from "./problem.ts";

/** One thing that a host has so much of and items take. */
export type Resource =
  | { readonly kind: "memory" }
  | { readonly kind: "vcpus" }
  | { readonly kind: "device"; readonly device: string }
  | { readonly kind: "storage"; readonly storage: string };

/** Every resource that some item of the problem takes, memory and vCPUs first, then by name. */
export const resourcesOf = (problem: Problem): Resource[] => {
  const devices = new Set<string>();
  const storages = new Set<string>();
  for (const item of problem.items) {
    for (const device of Object.keys(item.devices)) devices.add(device);
    for (const disk of item.disks ?? []) storages.add(disk.storage);
  }
  return [
    { kind: "memory" },
    { kind: "vcpus" },
    ...[...devices].sort(compareNames).map((device): Resource => ({ kind: "device", device })),
    ...[...storages].sort(compareNames).map((storage): Resource => ({ kind: "storage", storage })),
  ];
};

/** How much of the resource the item takes. */
export const demandOf = (item: Item, resource: Resource): number => {
  switch (resource.kind) {
    case "memory":
      return item.memoryBytes;
    case "vcpus":
      return item.vcpus;
    case "device":
      return own(item.devices, resource.device) ?? 0;
    case "storage":
      return (item.disks ?? []).reduce((sum, disk) => sum + (disk.storage === resource.storage ? disk.bytes : 0), 0);
  }
};

/** How much of the resource the host has in all; `Infinity` where nothing limits it. */
export const capacityOf = (host: Host, resource: Resource): number => {
  switch (resource.kind) {
    case "memory":
      return host.memoryBytes;
    case "vcpus":
      return host.vcpuLimit ?? Number.POSITIVE_INFINITY;
    case "device":
      return own(host.devices, resource.device) ?? 0;
    case "storage":
      return own(host.storages ?? {}, resource.storage) ?? 0;
  }
};

/** `own({}, "constructor")` is undefined: a device may have any name. */
export const own = (record: Readonly<Record<string, number>>, key: string): number | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Refuses what would make exact arithmetic inexact or a name ambiguous. Throws a RangeError that names the culprit. */
export const checkProblem = (problem: Problem): void => {
  checkNames("host", problem.hosts);
  checkNames("item", problem.items);
  for (const host of problem.hosts) {
    const limit = host.vcpuLimit === undefined ? [] : [host.vcpuLimit];
    const amounts = [host.memoryBytes, ...limit, ...Object.values(host.devices), ...Object.values(host.storages ?? {})];
    checkAmounts(`host ${host.name}`, amounts);
    const total = host.memoryTotalBytes ?? host.memoryBytes;
    checkMeasured(`host ${host.name}`, [total, host.own?.cpu ?? 0, host.own?.memoryBytes ?? 0]);
    const speeds = [host.cores ?? 1, host.linkBitsPerSecond ?? 1];
    if (speeds.some((speed) => !(speed > 0 && speed < Number.POSITIVE_INFINITY)))
      throw new RangeError(`The host ${host.name} has a count of cores or a link speed that is not above zero.`);
  }
  for (const item of problem.items) {
    const disks = (item.disks ?? []).map((disk) => disk.bytes);
    checkAmounts(`item ${item.name}`, [item.memoryBytes, item.vcpus, ...Object.values(item.devices), ...disks]);
    checkMeasured(`item ${item.name}`, [item.used?.cpu ?? 0, item.used?.memoryBytes ?? 0]);
  }
  const most = problem.movesPerLink ?? 1;
  if (!Number.isSafeInteger(most) || most < 1)
    throw new RangeError(`The placement problem allows ${most} moves on a link at once; it has to be 1 or more.`);
};

const checkNames = (what: string, named: readonly { readonly name: string }[]): void => {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw new RangeError(`Two ${what}s of the placement problem are named ${name}.`);
    seen.add(name);
  }
};

const checkMeasured = (of: string, amounts: readonly number[]): void => {
  for (const amount of amounts) {
    if (!Number.isFinite(amount) || amount < 0)
      throw new RangeError(`The ${of} has the measured amount ${amount}; it has to be zero or more.`);
  }
};

const checkAmounts = (of: string, amounts: readonly number[]): void => {
  for (const amount of amounts) {
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw new RangeError(`The ${of} has the amount ${amount}; placement counts in whole numbers, zero or more.`);
  }
};

import type { Call, Handlers } from "../call.ts";
import { cpuModels } from "../cpu-models.ts";
import { fail } from "../problem.ts";

/** Machine versions of QEMU, the newest first, with what the product's own revisions of them changed. */
const machineVersions =
  "10.1 10.0+pve1 10.0 9.2+pve1 9.2 9.1 9.0 8.2 8.1 8.0 7.2 7.1 7.0 6.2 6.1 6.0 5.2 5.1 5.0 4.2 4.1+pve2 4.1+pve1 4.1 4.0 3.1 3.0 2.12 2.11 2.10 2.9 2.8 2.7 2.6 2.5 2.4".split(
    " ",
  );
const changes: Readonly<Record<string, string>> = {
  "4.1+pve2": "Increases the number of SCSI drives supported.",
  "4.1+pve1": "Introduction of pveX versioning, no changes.",
};
const beforeQ35 = "2.3 2.2 2.1 2.0 1.7 1.6 1.5 1.4".split(" ");

const isAtMost = (version: string, newest: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const [top = 0, sub = 0] = newest.split(".").map((part) => Number.parseInt(part, 10));
  return major < top || (major === top && minor <= sub);
};

const machines = (call: Call): unknown => {
  const newest = call.world.nodes[call.node]?.versions.qemu ?? "10.1";
  const of = (type: string, prefix: string, version: string) => ({
    id: `${prefix}-${version}`,
    type,
    version,
    ...(changes[version] === undefined ? {} : { changes: changes[version] }),
  });
  return [
    ...machineVersions
      .filter((version) => isAtMost(version, newest))
      .flatMap((version) => [
        of("i440fx", "pc-i440fx", version),
        ...(version === "4.0" ? [of("q35", "pc-q35", "4.0.1")] : []),
        of("q35", "pc-q35", version),
      ]),
    ...beforeQ35.map((version) => of("i440fx", "pc-i440fx", version)),
  ];
};

export const nodeCapabilities: Handlers = {
  "GET /nodes/{node}/capabilities/qemu/cpu": () =>
    Object.entries(cpuModels).map(([name, vendor]) => ({
      name,
      vendor,
      custom: 0,
      ...(name.startsWith("x86-64-") ? { abstract: 1 } : {}),
    })),
  "GET /nodes/{node}/capabilities/qemu/machines": machines,
  "GET /cluster/qemu/cpu-flags": () =>
    fail("Cannot query understood QEMU CPU flags for architecture: x86_64 (file not found)"),
  "GET /cluster/qemu/custom-cpu-models": () => [],
};

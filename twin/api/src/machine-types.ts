/** Versions of the virtual machine types, the oldest first, and what Proxmox changed in those of its own. */
const versions: Readonly<Record<"i440fx" | "q35", string>> = {
  i440fx:
    "1.4 1.5 1.6 1.7 2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1",
  q35: "2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.0.1 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1",
};

const changes: Readonly<Record<string, readonly string[]>> = {
  "4.1": ["Introduction of pveX versioning, no changes.", "Increases the number of SCSI drives supported."],
  "9.2": ["Disables S3/S4 power states by default."],
  "10.0": ["Set host_mtu vNIC option even with default value for migration compat."],
};

const compare = (one: string, other: string): number => {
  const [left, right] = [one, other].map((text) => text.split(/[.+]/).map((part) => Number(part) || 0));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

export type MachineType = {
  readonly id: string;
  readonly type: string;
  readonly version: string;
  readonly changes?: string;
};

/** Machine types that a QEMU of this version offers, the newest first. */
export const machineTypes = (qemu: string): MachineType[] => {
  const newest = /^\d+\.\d+/.exec(qemu)?.[0] ?? "10.1";
  // Types older than six years go with a new major of QEMU.
  const oldest = compare(newest, "10.0") >= 0 ? "4.1" : compare(newest, "9.1") >= 0 ? "2.4" : "1.4";
  const rows: MachineType[] = [];
  for (const type of ["i440fx", "q35"] as const) {
    for (const version of versions[type].split(" ")) {
      if (compare(version, newest) > 0 || compare(version, oldest) < 0) continue;
      rows.push({ id: `pc-${type}-${version}`, type, version });
      for (const [index, text] of (changes[version] ?? []).entries()) {
        const own = `${version}+pve${index + 1}`;
        rows.push({ id: `pc-${type}-${own}`, type, version: own, changes: text });
      }
    }
  }
  return rows.toSorted((one, other) => compare(other.version, one.version) || (one.id < other.id ? -1 : 1));
};

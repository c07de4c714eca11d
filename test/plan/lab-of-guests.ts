import tidyLab from "@orrery/example-tidy-lab";
import { type Lab, type LabInput, parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import { addVolume, backingOf, type Release, type World } from "@orrery/twin-world";

type GuestInput = LabInput["guests"]["items"][number];
type TemplateInput = NonNullable<NonNullable<LabInput["templates"]>["items"]>[number];

const gib = 2 ** 30;

export const usual = {
  kind: "vm",
  category: "Tests",
  role: "a guest of a test",
  os: "Debian 13",
  node: "pve1",
  vcpus: 2,
  memory: "2 GiB",
  bootTime: "20 s",
  recoveryTier: 1,
  onDrain: "migrate",
} as const satisfies Partial<GuestInput>;

const unknownUse = { kind: "unknown", why: "a test" } as const;

export const disk = (size: `${number} GiB`, more: object = {}) => ({
  storage: "local-zfs",
  size,
  used: unknownUse,
  ...more,
});

/** A lab with these guests on the nodes of the tidy lab. */
export const labOf = (guests: readonly GuestInput[], templates: readonly TemplateInput[] = []): Lab => {
  const parsed = parseLab({
    ...tidyLab,
    storage: {
      ...tidyLab.storage,
      items: {
        ...tidyLab.storage.items,
        shared: {
          kind: "nfs",
          purpose: "Disks that all nodes reach",
          home: { on: "elsewhere", place: "the rack", site: "this" },
          content: ["images", "rootdir", "iso", "vztmpl", "snippets"],
          capacity: "10 TB",
          shared: true,
          read: "1 GB/s",
          write: "1 GB/s",
        },
      },
      claims: [],
    },
    guests: { items: guests, claims: [] },
    templates: { items: templates, claims: [] },
    pools: { items: { web: {}, data: {} }, claims: [] },
    backup: { ...tidyLab.backup, policies: [], claims: [] },
    monitoring: { ...tidyLab.monitoring, runsOn: [] },
    recovery: { ...tidyLab.recovery, scenarios: [] },
  });
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems, undefined, 1));
  return parsed.lab;
};

const files = [
  ["vztmpl/debian-13.tar.zst", "vztmpl", "tzst", 120e6],
  ["iso/debian-13.iso", "iso", "iso", 700e6],
  ["import/debian-13.raw", "import", "raw", 3 * gib],
] as const;

/** The twin of a lab without its guests, with an image of each kind on the shared storage. */
export const emptyWorld = (lab: Lab, options: { readonly release?: Release; readonly seed?: number } = {}): World => {
  const world = worldOf({ ...lab, guests: { items: [], claims: [] }, templates: { items: [], claims: [] } }, options);
  for (const node of Object.keys(world.nodes)) {
    const backing = backingOf(world, node, "shared");
    if (backing === undefined) throw new Error("the shared storage is not in the twin");
    for (const [file, content, format, size] of files)
      addVolume(world, backing, {
        volid: `shared:${file}`,
        storage: "shared",
        content,
        format,
        size,
        used: size,
        ctime: world.now,
        protected: false,
      });
  }
  return world;
};

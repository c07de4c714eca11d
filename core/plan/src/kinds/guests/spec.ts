import {
  type CloudInit,
  type Guest,
  type GuestDisk,
  type GuestDrive,
  type GuestNic,
  known,
  type Lab,
  type Path,
  startOrders,
  type Template,
  templateGuestName,
} from "@orrery/model";

/** What the declaration says of a guest or a template, side by side. */
export type Spec = {
  readonly kind: "guest" | "template";
  readonly type: "qemu" | "lxc";
  /** By which its number is looked up. */
  readonly key: string;
  readonly id: number | undefined;
  /** As Proxmox has it. */
  readonly name: string;
  readonly path: Path;
  readonly node: Guest["node"];
  readonly os: string | undefined;
  readonly state: "running" | "stopped" | undefined;
  readonly vcpus: number | undefined;
  readonly memory: Guest["memory"] | undefined;
  readonly disks: readonly GuestDisk[];
  readonly nics: readonly GuestNic[] | undefined;
  readonly tags: readonly string[];
  readonly pool: string | undefined;
  readonly startOrder: number | undefined;
  readonly startup: Guest["startup"];
  readonly onboot: boolean | undefined;
  readonly placement: Guest["placement"];
  readonly ha: Guest["ha"];
  readonly devices: readonly string[];
  /** What waits for its next start may wait. */
  readonly mayWait: boolean;
  readonly template: string | undefined;
  readonly clone: "full" | "linked";
  readonly drives: readonly GuestDrive[] | undefined;
  readonly cloudInit: CloudInit | undefined;
  readonly efi: Guest["efi"];
  readonly tpm: Guest["tpm"];
  readonly mapped: Guest["mapped"];
  readonly boot: readonly string[] | undefined;
  readonly image: Guest["image"];
  readonly description: string | undefined;
  readonly protection: boolean | undefined;
  readonly options: Guest["options"];
};

const hardwareOf = (of: Guest | Template) => ({
  id: known(of.id),
  node: of.node,
  type: of.kind === "vm" ? ("qemu" as const) : ("lxc" as const),
  drives: of.drives,
  cloudInit: of.cloudInit,
  efi: of.efi,
  tpm: of.tpm,
  mapped: of.mapped,
  boot: of.boot,
  image: of.image,
  description: of.description,
  protection: of.protection,
  options: of.options,
  pool: of.pool,
});

const guestSpec = (guest: Guest, index: number, order: number | undefined): Spec => ({
  ...hardwareOf(guest),
  kind: "guest",
  key: guest.name,
  name: guest.name,
  path: ["guests", "items", index],
  os: known(guest.os),
  state: guest.state,
  vcpus: guest.vcpus,
  memory: guest.memory,
  disks: guest.disks,
  nics: guest.nics,
  tags: guest.tags,
  startOrder: order,
  startup: guest.startup,
  onboot: guest.onboot,
  placement: guest.placement,
  ha: guest.ha,
  devices: guest.devices,
  mayWait: guest.onPending === "wait",
  template: guest.template,
  clone: guest.clone,
});

const templateSpec = (template: Template, index: number): Spec => ({
  ...hardwareOf(template),
  kind: "template",
  key: template.name,
  name: templateGuestName(template.name),
  path: ["templates", "items", index],
  os: known(template.os),
  state: undefined,
  vcpus: template.vcpus,
  memory: template.memory,
  disks: template.disks ?? [
    {
      storage: template.storage,
      size: template.size,
      used: { kind: "unknown", why: "nobody asked" },
      backup: true,
      ...(template.from === undefined ? {} : { from: template.from }),
    },
  ],
  nics: template.nics,
  tags: template.tags ?? [],
  startOrder: undefined,
  startup: undefined,
  onboot: undefined,
  placement: "pinned",
  ha: false,
  devices: [],
  mayWait: true,
  template: undefined,
  clone: "full",
});

const specs = new WeakMap<Lab, { readonly guest: readonly Spec[]; readonly template: readonly Spec[] }>();

/** The guests and the templates of a declaration, in its order. */
export const specsOf = (lab: Lab): { readonly guest: readonly Spec[]; readonly template: readonly Spec[] } => {
  const before = specs.get(lab);
  if (before !== undefined) return before;
  const orders = startOrders(lab.guests.items);
  const found = {
    guest: lab.guests.items.map((guest, index) => guestSpec(guest, index, orders.get(guest.name))),
    template: (lab.templates?.items ?? []).map(templateSpec),
  };
  specs.set(lab, found);
  return found;
};

import type { LabInput } from "@orrery/model";
import { movedFrom, type ObjectRef, observedObjects, type Plan, refName, sorted } from "@orrery/plan";
import { restoreWorld, saveWorld, type World } from "@orrery/twin-world";
import { beforeAll, expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { carryOut, planOn } from "./carry-out.ts";
import { disk, emptyWorld, labOf, usual } from "./lab-of-guests.ts";

type Guest = LabInput["guests"]["items"][number];
type Template = NonNullable<NonNullable<LabInput["templates"]>["items"]>[number];

const web: Guest = {
  ...usual,
  name: "web",
  id: 101,
  disks: [disk("16 GiB"), disk("8 GiB")],
  nics: [{ bridge: "vmbr0", vlan: 20, mac: "BC:24:11:00:00:01" }],
  options: { scsihw: "virtio-scsi-single", agent: true },
};
const db: Guest = { ...usual, name: "db", id: 102, disks: [disk("16 GiB")], state: "stopped", options: {} };
const base: Template = {
  name: "base",
  id: 9000,
  node: "pve1",
  storage: "local-zfs",
  os: "Debian 13",
  size: "4 GiB",
  memory: "1 GiB",
  vcpus: 1,
  nics: [{ bridge: "vmbr0" }],
  options: {},
};

let built: string;

beforeAll(async () => {
  const lab = labOf([web, db], [base]);
  const twin = overTwin(emptyWorld(lab));
  await carryOut(twin, await planOn(twin, lab));
  for (const guest of Object.values(twin.world.guests)) {
    guest.obeysShutdown = true;
    guest.agent = "present";
    if (guest.run.kind === "running") guest.run.agentAt = twin.world.now;
  }
  built = saveWorld(twin.world);
}, 60_000);

const planFrom = async (lab: ReturnType<typeof labOf>, change: (world: World) => void = () => undefined) => {
  const world = restoreWorld(built);
  change(world);
  const twin = overTwin(world);
  return { twin, lab, plan: await planOn(twin, lab) };
};

const inShort = ({ actions }: Plan): string[] =>
  actions.map(
    ({ title, risk, consent }) => `${title} (${risk}${consent === undefined ? "" : `, consent: ${consent}`})`,
  );

const left = async ({ twin, lab, plan }: Awaited<ReturnType<typeof planFrom>>): Promise<Plan> => {
  await carryOut(twin, plan);
  return planOn(twin, lab);
};

test("a guest that is declared no more is shut down and removed, by consent that names it", async () => {
  const of = await planFrom(labOf([db], [base]));
  expect(inShort(of.plan)).toEqual([
    "Shut web (101) down (stop, consent: guest 101)",
    "Remove the VM web (101) and its disks (data loss, consent: guest 101)",
  ]);
  const again = await left(of);
  expect(again.drift).toEqual([]);
  expect(Object.keys(of.twin.world.guests)).toEqual(["102", "9000"]);
});

test("one that bears no mark is somebody else's, and is left alone", async () => {
  const { plan } = await planFrom(labOf([db], [base]), (world) => {
    const guest = world.guests[101];
    if (guest !== undefined) delete guest.config.tags;
  });
  expect(plan.actions).toEqual([]);
  expect(plan.unmanaged).toContainEqual({ kind: "guest", id: "101" });
});

test("one with its protection flag set is not removed, and the plan says why", async () => {
  const { plan } = await planFrom(labOf([db], [base]), (world) => {
    const guest = world.guests[101];
    if (guest !== undefined) guest.config.protection = 1;
  });
  expect(plan.actions).toEqual([]);
  expect(plan.stuck).toEqual([
    {
      object: { kind: "guest", id: "101" },
      why: "it is declared no more, and its protection flag is set: take the flag away by hand if it is to go",
    },
  ]);
});

test("a disk that is declared no more goes last, by consent that names it", async () => {
  const of = await planFrom(labOf([{ ...web, disks: [disk("16 GiB")], tags: ["new"] }, db], [base]));
  expect(inShort(of.plan)).toEqual([
    "Change tags of web (101) (none)",
    "Remove the disk scsi1 of web (101) and all that is on it (data loss, consent: disk 101/scsi1)",
  ]);
  expect((await left(of)).drift).toEqual([]);
});

test("a disk that is larger than declared stays as it is, and the plan says why", async () => {
  const { plan } = await planFrom(labOf([{ ...web, disks: [disk("15 GiB"), disk("8 GiB")] }, db], [base]));
  expect(plan.actions).toEqual([]);
  expect(plan.stuck.map(({ why }) => why)).toEqual([
    "scsi0 has 17179869184 bytes and 16106127360 are declared: no disk can be made smaller in place",
  ]);
});

test("a TPM, UEFI variables and a larger disk are added in place; what waits is a reboot by itself", async () => {
  const more: Guest = {
    ...web,
    disks: [disk("20 GiB"), disk("8 GiB")],
    tpm: { storage: "local-zfs" },
    efi: { storage: "local-zfs" },
    options: { ...web.options, bios: "ovmf" },
  };
  const of = await planFrom(labOf([more, db], [base]));
  expect(inShort(of.plan)).toEqual([
    "Change bios, efidisk0, tpmstate0 of web (101) (none)",
    "Grow scsi0 of web (101) (hot)",
    "Reboot web (101) so that bios, efidisk0, tpmstate0 take effect (reboot)",
  ]);
  expect(of.plan.actions[0]?.pending).toEqual(["bios", "efidisk0", "tpmstate0"]);
  expect((await left(of)).drift).toEqual([]);
});

test("what waits for a reboot is not sent again, and may wait where the declaration says so", async () => {
  const lab = labOf([{ ...web, vcpus: 4 }, db], [base]);
  const of = await planFrom(lab);
  const [change] = of.plan.actions;
  await carryOut(of.twin, { ...of.plan, actions: change === undefined ? [] : [change] });
  const waiting = await planOn(of.twin, lab);
  expect(inShort(waiting)).toEqual(["Reboot web (101) so that cores takes effect (reboot)"]);
  const patient = await planOn(of.twin, labOf([{ ...web, vcpus: 4, onPending: "wait" }, db], [base]));
  expect(patient.drift).toEqual([]);
});

test("a guest under a declared number with nothing of the declared one is not touched", async () => {
  const { plan } = await planFrom(
    labOf([{ ...web, name: "other", memory: "4 GiB", nics: [], disks: [disk("3 GiB")] }, db], [base]),
    (world) => {
      const guest = world.guests[101];
      if (guest !== undefined) delete guest.config.tags;
    },
  );
  expect(plan.actions).toEqual([]);
  expect(plan.stuck.map(({ why }) => why)).toEqual([
    "101 is the number of web, which bears no mark and has neither the addresses nor the hardware of other: give other another number, or rename that guest if it is the one",
  ]);
});

test("one with a declared address is the declared one under another name", async () => {
  const of = await planFrom(labOf([{ ...web, name: "www" }, db], [base]), (world) => {
    const guest = world.guests[101];
    if (guest !== undefined) delete guest.config.tags;
  });
  expect(inShort(of.plan)).toEqual(["Change name of www (101) (none)"]);
  expect((await left(of)).drift).toEqual([]);
});

test("a clone on another node is made where its template is, moved, and changed before it starts", async () => {
  const clone: Guest = {
    ...usual,
    name: "clone",
    id: 103,
    node: "pve2",
    template: "base",
    disks: [disk("6 GiB")],
    nics: [{ bridge: "vmbr0", vlan: 20 }],
  };
  const of = await planFrom(labOf([web, db, clone], [base]));
  expect(inShort(of.plan)).toEqual([
    "Make the VM clone (103) a full clone of base (9000) (none)",
    "Migrate clone (103) from pve1 to pve2 (none)",
    "Change cores, memory, net0, onboot, tags of clone (103) (none)",
    "Grow scsi0 of clone (103) (none)",
    "Start clone (103) on pve2 (none)",
  ]);
  expect((await left(of)).drift).toEqual([]);
});

test("a template goes after the linked clones that stand on it", async () => {
  const linked: Guest = {
    ...usual,
    name: "linked",
    id: 103,
    template: "base",
    clone: "linked",
    disks: [disk("4 GiB")],
    state: "stopped",
    options: {},
  };
  const of = await planFrom(labOf([web, db, linked], [base]));
  await carryOut(of.twin, of.plan);
  const gone = await planOn(of.twin, labOf([web, db]));
  const order = sorted(gone.actions);
  expect(order.kind === "order" ? order.actions.map(({ object }) => object.id) : []).toEqual(["103", "9000"]);
  await carryOut(of.twin, gone);
  expect(Object.keys(of.twin.world.guests)).toEqual(["101", "102"]);
});

test("an option that Proxmox does not know is told with its place, and nothing is sent of it", async () => {
  const { plan } = await planFrom(
    labOf([{ ...web, options: { ...web.options, scsihw: "virtio-scsi", nonsense: 1 } as object }, db], [base]),
  );
  expect(plan.actions).toEqual([]);
  expect(plan.stuck.map(({ why }) => why)).toEqual([
    'the option "scsihw" is one of lsi, lsi53c810, virtio-scsi-pci, virtio-scsi-single, megasas, pvscsi, not "virtio-scsi" (guests.items.0.options.scsihw)',
    'Proxmox VE 9.2 knows no option "nonsense" of a VM (guests.items.0.options.nonsense)',
  ]);
});

test("a container nobody says the template of is not made, and the plan says what is missing", async () => {
  const { plan } = await planFrom(
    labOf([web, db, { ...usual, name: "box", id: 105, kind: "ct", disks: [disk("1 GiB")] }], [base]),
  );
  expect(plan.actions).toEqual([]);
  expect(plan.undecided).toContainEqual({
    object: { kind: "guest", id: "105" },
    why: "the declaration would have to say which container template it is made from (guests.items.2.image)",
  });
});

test("what cloud-init tells is taken at once, and read when the VM starts next", async () => {
  const told: Guest = {
    ...web,
    name: "told",
    id: 103,
    disks: [disk("4 GiB")],
    cloudInit: { nameservers: ["1.1.1.1"] },
  };
  const before = labOf([web, db, told], [base]);
  const twin = overTwin(restoreWorld(built));
  await carryOut(twin, await planOn(twin, before));
  const lab = labOf([web, db, { ...told, cloudInit: { nameservers: ["9.9.9.9"] } }], [base]);
  const plan = await planOn(twin, lab);
  expect(inShort(plan)).toEqual([
    "Change nameserver of told (103); cloud-init reads it when the VM starts next (none)",
  ]);
  await carryOut(twin, plan);
  expect((await planOn(twin, lab)).drift).toEqual([]);
});

test("a TPM's state moves while the VM is stopped, which runs again after that", async () => {
  const trusted: Guest = { ...web, name: "trusted", id: 104, disks: [disk("4 GiB")], tpm: { storage: "local-zfs" } };
  const before = labOf([web, db, trusted], [base]);
  const twin = overTwin(restoreWorld(built));
  await carryOut(twin, await planOn(twin, before));
  const guest = twin.world.guests[104];
  if (guest !== undefined) guest.obeysShutdown = true;
  const lab = labOf([web, db, { ...trusted, tpm: { storage: "shared" } }], [base]);
  const plan = await planOn(twin, lab);
  expect(inShort(plan)).toEqual([
    "Shut trusted (104) down (stop)",
    "Move tpmstate0 of trusted (104) to shared (none)",
    "Start trusted (104) on pve1 (none)",
  ]);
  await carryOut(twin, plan);
  expect((await planOn(twin, lab)).drift).toEqual([]);
});

test("a plan that is done has moved nothing by what waits for a reboot since", async () => {
  const lab = labOf([{ ...web, vcpus: 4, onPending: "wait" }, db], [base]);
  const of = await planFrom(lab);
  expect(of.plan.actions.length).toBe(1);
  await carryOut(of.twin, of.plan);
  const { objects } = observedObjects((await observeTwin(of.twin)).state, of.plan.mark);
  const now = (ref: ObjectRef) => objects.find((one) => refName(one) === refName(ref));
  expect(Object.keys(now({ kind: "guest", id: "101" })?.properties ?? {})).toContain("pending.cores");
  expect(movedFrom(of.plan, now)).toEqual([]);
});

test("a step that shuts a guest down says that it is stopped by force where it does not", async () => {
  const { plan } = await planFrom(labOf([{ ...web, state: "stopped" }, db], [base]));
  expect(plan.actions[0]?.because).toBe(
    "it is declared not to run; it is stopped by force where it has not shut down within 180 s",
  );
});

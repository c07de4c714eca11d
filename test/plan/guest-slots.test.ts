import type { LabInput } from "@orrery/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { overTwin } from "../observe/observed-twin.ts";
import { carryOut, planOn } from "./carry-out.ts";
import { disk, emptyWorld, labOf, usual } from "./lab-of-guests.ts";

type Guest = LabInput["guests"]["items"][number];
type Size = `${number} GiB`;

const vm = (disks: Guest["disks"], more: Partial<Guest> = {}): Guest => ({
  ...usual,
  name: "old",
  id: 200,
  state: "stopped",
  disks,
  ...more,
});

/** A VM as somebody made it, with the bus of each disk; and what is planned for it by a declaration without buses. */
const planFor = async (slots: readonly (readonly [slot: string, size: Size])[], declared: Guest["disks"]) => {
  const made = labOf([vm(slots.map(([slot, size]) => disk(size, { slot })))]);
  const twin = overTwin(emptyWorld(made));
  await carryOut(twin, await planOn(twin, made));
  const lab = labOf([vm(declared)]);
  return { plan: await planOn(twin, lab), twin, lab };
};

test("a second disk is added beside the first, on whichever bus that is", async () => {
  const { plan, twin, lab } = await planFor([["virtio0", "8 GiB"]], [disk("8 GiB"), disk("4 GiB")]);
  expect(plan.actions.map(({ title, consent }) => [title, consent])).toEqual([
    ["Change scsi0 of old (200)", undefined],
  ]);
  await carryOut(twin, plan);
  expect((await planOn(twin, lab)).drift).toEqual([]);
});

test("of two disks the one that nobody declares goes, and not the one that looks like the declared", async () => {
  const { plan } = await planFor(
    [
      ["sata0", "8 GiB"],
      ["virtio3", "2 GiB"],
    ],
    [disk("8 GiB")],
  );
  expect(plan.actions.map(({ consent }) => consent)).toEqual(["disk 200/virtio3"]);
});

test("a clone keeps the disk of its template, on whichever bus that is", async () => {
  const base = {
    name: "base",
    id: 9000,
    node: "pve1",
    storage: "local-zfs",
    os: "Debian 13",
    size: "4 GiB",
    disks: [disk("4 GiB", { slot: "virtio0" })],
    memory: "1 GiB",
    vcpus: 1,
  } satisfies NonNullable<NonNullable<LabInput["templates"]>["items"]>[number];
  const lab = labOf([vm([disk("8 GiB"), disk("2 GiB")], { template: "base" })], [base]);
  // Once with a template that is yet to be made, once with one that is there.
  for (const before of [lab, labOf([], [base])]) {
    const fresh = overTwin(emptyWorld(lab));
    if (before !== lab) await carryOut(fresh, await planOn(fresh, before));
    const plan = await planOn(fresh, lab);
    expect(plan.actions.flatMap(({ consent }) => consent ?? [])).toEqual([]);
    await carryOut(fresh, plan);
    expect(Object.keys(fresh.world.guests[200]?.config ?? {}).filter((key) => /^(?:scsi|virtio)\d/.test(key))).toEqual([
      "virtio0",
      "scsi0",
    ]);
    expect((await planOn(fresh, lab)).drift).toEqual([]);
  }
});

const slot = fc.constantFrom("scsi0", "scsi1", "scsi4", "virtio0", "virtio2", "sata0", "sata3", "ide0");
const size = fc.constantFrom<Size>("1 GiB", "2 GiB", "4 GiB");

test("disks that name no bus are those that are there, in whichever order they are declared", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(slot, size), { minLength: 1, maxLength: 4, selector: ([one]) => one }),
      fc.array(size, { maxLength: 2 }),
      fc.boolean(),
      async (slots, more, isReversed) => {
        const same = slots.map(([, one]) => disk(one));
        const declared = [...(isReversed ? same.toReversed() : same), ...more.map((one) => disk(one))];
        const { plan, twin, lab } = await planFor(slots, declared);
        expect(plan.actions.flatMap(({ consent }) => consent ?? [])).toEqual([]);
        await carryOut(twin, plan);
        expect((await planOn(twin, lab)).drift).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
}, 60_000);

import astronomyLab from "@orrery/example-astronomy-lab";
import tidyLab from "@orrery/example-tidy-lab";
import { type Lab, type LabInput, parseLab } from "@orrery/model";
import { worldOf } from "@orrery/twin-lab";
import { expect, test } from "vitest";
import { overTwin } from "../observe/observed-twin.ts";
import { carryOut, planOn, tellsSecret } from "./carry-out.ts";
import { disk, emptyWorld, labOf, usual } from "./lab-of-guests.ts";

const parsed = (raw: unknown): Lab => {
  const result = parseLab(raw);
  if (result.kind === "problems") throw new Error(JSON.stringify(result.problems));
  return result.lab;
};

type Guests = readonly LabInput["guests"]["items"][number][];

const guests: Guests = [
  {
    ...usual,
    name: "blank",
    id: 101,
    disks: [disk("16 GiB"), disk("1.5 GiB")],
    nics: [{ bridge: "vmbr0", vlan: 20, mac: "BC:24:11:00:00:01" }],
    pool: "web",
    tags: ["a", "Team B"],
  },
  {
    ...usual,
    name: "uefi",
    id: 102,
    state: "stopped",
    disks: [disk("16 GiB", { options: { discard: "on" } })],
    nics: [{ bridge: "vmbr0" }],
    options: {
      bios: "ovmf",
      machine: "q35",
      agent: { enabled: true, fstrim_cloned_disks: true },
      smbios1: { serial: "YWJj", base64: true },
    },
    efi: { storage: "local-zfs" },
    tpm: { storage: "local-zfs" },
    drives: [{ slot: "ide2", file: "shared:iso/debian-13.iso" }],
    description: "two\nlines",
    onboot: true,
  },
  {
    ...usual,
    name: "container",
    id: 103,
    kind: "ct",
    image: { volume: "shared:vztmpl/debian-13.tar.zst", keys: ["ssh-ed25519 AAAA me"] },
    disks: [disk("8 GiB"), disk("4 GiB", { mount: "/data" })],
    nics: [{ bridge: "vmbr0", ip: "dhcp" }],
  },
  {
    ...usual,
    name: "copy",
    id: 104,
    template: "debian",
    node: "pve2",
    disks: [disk("32 GiB"), disk("5 GiB")],
    nics: [{ bridge: "vmbr0", vlan: 20, ip: "10.0.20.7/24", gateway: "10.0.20.1" }],
    cloudInit: {
      user: "me",
      keys: ["ssh-ed25519 AAAA me"],
      password: { kind: "secret", from: "env:GUEST_PASSWORD" },
    },
    tags: ["x"],
  },
];

const templates: NonNullable<NonNullable<LabInput["templates"]>["items"]> = [
  {
    name: "debian",
    id: 9000,
    node: "pve1",
    storage: "local-zfs",
    os: "Debian 13",
    size: "16 GiB",
    memory: "1 GiB",
    nics: [{ bridge: "vmbr0" }],
  },
];

test.each(["9.2", "8.4"] as const)(
  "guests of every making are built on an empty twin of %s, and are then as declared",
  async (release) => {
    const lab = labOf(guests, templates);
    const twin = overTwin(emptyWorld(lab, { release }));
    const plan = await planOn(twin, lab);
    expect(plan.stuck).toEqual([]);
    expect(tellsSecret(plan)).toBe(false);
    await carryOut(twin, plan);
    const again = await planOn(twin, lab);
    expect(again.drift).toEqual([]);
    expect(again.actions).toEqual([]);
    expect(again.stuck).toEqual([]);
  },
);

test.each([
  ["of guests of every making", labOf(guests, templates)],
  ["of the tidy lab", parsed(tidyLab)],
  ["of the astronomy lab", parsed(astronomyLab)],
])("nothing is planned for the twin %s", async (_, lab) => {
  const twin = overTwin(worldOf(lab));
  const { drift, actions, stuck } = await planOn(twin, lab);
  const isGuest = ({ object }: { readonly object: { readonly kind: string } }): boolean =>
    object.kind === "guest" || object.kind === "template";
  expect(drift.filter(isGuest)).toEqual([]);
  expect(actions.filter(isGuest)).toEqual([]);
  expect(stuck.filter(isGuest)).toEqual([]);
});

import type { PveVersion } from "@orrery/contract";
import { mountOf, osTypeOf } from "@orrery/model";
import type { Mark } from "../../compare/mark.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Step } from "../../plan/step.ts";
import type { Planning } from "../kind.ts";
import { volumesOf } from "./option-step.ts";
import { guestCall, nameOf, nounOf, present } from "./planned.ts";
import { keyOf } from "./reading.ts";
import type { Wanted } from "./wanted.ts";
import { optionText, type Writing } from "./writing.ts";

/** What a guest is made with where the declaration leaves it open: chosen once, and nobody's concern after. */
const sensible = ({ spec, properties }: Wanted): Record<string, string> => {
  if (spec.options !== undefined) return {};
  if (spec.type === "lxc")
    return { unprivileged: "1", ...(spec.onboot === undefined && spec.state === "running" ? { onboot: "1" } : {}) };
  return {
    scsihw: "virtio-scsi-single",
    agent: "enabled=1",
    cpu: "cputype=x86-64-v2-AES",
    ostype: osTypeOf(spec.os ?? ""),
    ...(spec.onboot === undefined && spec.state === "running" ? { onboot: "1" } : {}),
    ...(Object.keys(properties).some((key) => key.startsWith("hostpci")) ? { machine: "q35" } : {}),
    ...(properties.efidisk0 === undefined ? {} : { bios: "ovmf" }),
  };
};

/** The parts of disks that are chosen where the declaration leaves them open. */
const sensibleDisk = ({ spec, disks }: Wanted, key: string): string => {
  if (key === "efidisk0" && spec.efi?.options === undefined) return ",efitype=4m,pre-enrolled-keys=1";
  const index = disks.findIndex(({ slot }) => slot === key);
  const disk = spec.disks[index];
  if (disk === undefined || disk.options !== undefined || spec.options !== undefined || spec.type !== "qemu") return "";
  return /^(?:scsi|virtio)/.test(key) ? ",discard=on,iothread=1" : ",discard=on";
};

const firstOf = (wanted: Wanted): Record<string, CallValue> => {
  const { spec, password } = wanted;
  if (spec.type === "qemu") return password === undefined ? {} : { cipassword: password };
  const keys = spec.image?.keys ?? [];
  return {
    ostemplate: spec.image?.volume ?? "",
    ...(password === undefined ? {} : { password }),
    ...(keys.length === 0 ? {} : { "ssh-public-keys": keys.join("\n") }),
  };
};

const outside = new Set(["type", "node", "status", "pool"]);

/** The options of a new guest; with the mark, where there is one. */
export const newGuestOptions = (
  wanted: Wanted,
  version: PveVersion,
  mark: Mark | undefined,
): Record<string, string> => {
  const { spec, properties } = wanted;
  const writing: Writing = {
    version,
    type: spec.type,
    mark: mark ?? { tag: "", word: "" },
    marked: mark !== undefined,
    declared: properties,
    open: {},
    config: {},
    volumes: volumesOf(wanted),
  };
  const options = sensible(wanted);
  const keys = new Set(
    Object.keys(properties)
      .filter((property) => !outside.has(property))
      .map(keyOf),
  );
  for (const key of [...keys, "tags"]) {
    if (key === "cores" && properties.cores === "all") continue;
    const text = `${optionText(writing, key)}${sensibleDisk(wanted, key)}`;
    if (text !== "") options[key] = text;
  }
  if (spec.type === "lxc")
    for (const [index, { slot }] of wanted.disks.entries())
      if (slot.startsWith("mp") && properties[`${slot}.mp`] === undefined)
        options[slot] = `${optionText(writing, slot)},mp=${mountOf({}, index)}`;
  return options;
};

const howMade = ({ spec }: Wanted): string => {
  if (spec.image !== undefined && spec.type === "lxc") return ` from ${spec.image.volume}`;
  const from = spec.disks.find((disk) => disk.from !== undefined)?.from;
  return from === undefined ? "" : ` from ${from}`;
};

/** Makes a guest of nothing, of an image or of a container template; a template is turned into one at once. */
export const creationStep = (wanted: Wanted, planning: Planning): Step => {
  const { spec, vmid, properties, node = "" } = wanted;
  const { status: _, ...made } = properties;
  const isTemplate = spec.kind === "template";
  const at = { type: spec.type, vmid, node };
  const parameters: Record<string, CallValue> = {
    ...newGuestOptions(wanted, planning.contract, planning.mark),
    ...firstOf(wanted),
    ...(spec.pool === undefined ? {} : { pool: spec.pool }),
  };
  return {
    verb: "create",
    title: `Create the ${isTemplate ? "template" : nounOf(spec.type)} ${nameOf(spec.name, vmid)} on ${node}${howMade(wanted)}`,
    because: "it is declared and not there",
    calls: [
      {
        method: "POST",
        path: `/nodes/{node}/${spec.type}`,
        parameters: { node, vmid, ...parameters },
        answers: "task",
      },
      ...(isTemplate ? [conversionCall(at)] : []),
    ],
    from: { kind: "absent" },
    expects: present(made),
    risk: "none",
    principal: "token",
    node,
  };
};

const conversionCall = (at: { readonly type: Wanted["spec"]["type"]; readonly vmid: number; readonly node: string }) =>
  guestCall("POST", at, "/template", { answers: at.type === "qemu" ? "task" : "nothing" });

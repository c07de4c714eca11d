import { isAsWritten, isUnknown, known, mountOf, type NodeName, prefixOf, refText, tagOf } from "@orrery/model";
import { type Properties, sameValue, type Value } from "../../compare/value.ts";
import type { SecretRef } from "../../plan/call.ts";
import type { Declaring } from "../kind.ts";
import { type Like, slotsOf } from "./disk-slots.ts";
import { statedFacts } from "./facts.ts";
import { isCtDisk, isNet, isVmDisk } from "./formats.ts";
import { optionProblem } from "./option-problem.ts";
import { keyOf, slotKind, usualBoot } from "./reading.ts";
import { seenByVmid } from "./seen.ts";
import { type Spec, specsOf } from "./spec.ts";

type Facts = Record<string, Value>;

/** What a declaration is read by. */
export type Grounds = Pick<Declaring, "inventory" | "contract">;

/** A disk in its slot. */
type WantedDisk = {
  readonly slot: string;
  readonly storage: string;
  readonly size: number;
  readonly from: string | undefined;
};

/** A guest or template as declared, read for the comparison and for making it. */
export type Wanted = {
  readonly spec: Spec;
  readonly vmid: number;
  readonly node: NodeName | undefined;
  readonly properties: Properties;
  /** Properties that it leaves open whatever is observed, and why. */
  readonly open: Readonly<Record<string, string>>;
  readonly disks: readonly WantedDisk[];
  readonly password: SecretRef | undefined;
  /** Why it could not be made. */
  readonly incomplete: string | undefined;
  /** Options that Proxmox would refuse. */
  readonly problems: ReadonlyMap<string, string>;
  /** Why a property that is observed and not declared is left alone; undefined where it has to go. */
  readonly leaves: (property: string, observed: Properties) => string | undefined;
};

const pathText = (spec: Spec, ...rest: readonly (string | number)[]): string => [...spec.path, ...rest].join(".");

const netSlotsOf = (spec: Spec): string[] => (spec.nics ?? []).map(({ slot }, index) => slot ?? `net${index}`);

const put = (facts: Facts, key: string, value: Value | undefined): void => {
  if (value !== undefined) facts[key] = value;
};

/** Why its node is nobody's concern; undefined where it has to be on the declared one. */
const whyMovable = (spec: Spec, seen: Like | undefined): string | undefined => {
  if (spec.placement === "pinned") return undefined;
  if (spec.placement === "policy") return "its placement is a policy";
  if ((known(spec.ha) ?? false) !== false || seen?.ha !== undefined) return "HA may move it";
  return undefined;
};

const putIdentity = (facts: Facts, spec: Spec): void => {
  facts.type = spec.type;
  facts[spec.type === "qemu" ? "name" : "hostname"] = spec.name;
  put(facts, "status", spec.state);
  put(facts, "pool", spec.pool);
  const tags = [...new Set(spec.tags.map(tagOf))].filter((tag) => tag !== "").toSorted();
  if (tags.length > 0) facts.tags = tags;
  const notes = spec.description?.trimEnd() ?? "";
  if (notes !== "") facts.description = notes;
  if (spec.protection === true) facts.protection = "1";
  if (spec.onboot === true) facts.onboot = "1";
  if (spec.startOrder !== undefined) facts.startup = String(spec.startOrder);
  if (spec.startup?.up !== undefined) facts["startup.up"] = String(Math.round(spec.startup.up));
  if (spec.startup?.down !== undefined) facts["startup.down"] = String(Math.round(spec.startup.down));
};

const putCpus = (facts: Facts, spec: Spec, seen: Like | undefined): void => {
  if (spec.vcpus === undefined) return;
  if (spec.type === "lxc") {
    facts.cores = spec.options?.cores === "all" ? "all" : String(spec.vcpus);
    return;
  }
  const stated = spec.options === undefined ? Number(seen?.properties.sockets ?? 1) : Number(spec.options.sockets ?? 1);
  const sockets = spec.vcpus % stated === 0 ? stated : 1;
  facts.cores = String(spec.vcpus / sockets);
  if (sockets !== 1) facts.sockets = String(sockets);
};

const putDisks = (
  facts: Facts,
  open: Record<string, string>,
  spec: Spec,
  slots: readonly string[],
  version: Declaring["contract"],
): WantedDisk[] =>
  spec.disks.flatMap((disk, index): WantedDisk[] => {
    const slot = slots[index] ?? "";
    if (isAsWritten(disk.storage)) open[slot] = `its storage is only said to be "${disk.storage.text}"`;
    else facts[slot] = disk.storage;
    facts[`${slot}.size`] = String(disk.size);
    if (slot.startsWith("mp")) {
      if (disk.mount === undefined && spec.options === undefined)
        open[`${slot}.mp`] = "nobody says where it is mounted";
      else facts[`${slot}.mp`] = mountOf(disk, index);
      if (disk.backup) facts[`${slot}.backup`] = "1";
    } else if (!disk.backup && slot !== "rootfs") facts[`${slot}.backup`] = "0";
    for (const [name, value] of Object.entries(disk.options ?? {}))
      for (const [key, told] of statedFacts(version, spec.type, slot, { [name]: value }))
        if (key !== "") facts[`${slot}.${key}`] = told;
    return [{ slot, storage: refText(disk.storage), size: disk.size, from: disk.from }];
  });

const putDrives = (facts: Facts, spec: Spec, version: Declaring["contract"]): void => {
  for (const { slot, media, file, mount, options } of spec.drives ?? []) {
    facts[slot] = file ?? "none";
    if (slot.startsWith("mp")) put(facts, `${slot}.mp`, mount);
    else if (media === "cdrom") facts[`${slot}.media`] = "cdrom";
    for (const [name, value] of Object.entries(options ?? {}))
      for (const [key, told] of statedFacts(version, spec.type, slot, { [name]: value }))
        if (key !== "") facts[`${slot}.${key}`] = told;
  }
};

const mib = (bytes: number): string => String(Number((bytes / 2 ** 20).toFixed(6)));

const putNics = (
  facts: Facts,
  open: Record<string, string>,
  spec: Spec,
  slots: readonly string[],
  declaring: Grounds,
): void => {
  const isVm = spec.type === "qemu";
  for (const [index, nic] of (spec.nics ?? []).entries()) {
    const slot = slots[index] ?? "";
    facts[slot] = isVm ? nic.model : (nic.name ?? `eth${index}`);
    facts[`${slot}.bridge`] = nic.bridge;
    if (isAsWritten(nic.vlan)) open[`${slot}.tag`] = `its VLAN is only said to be "${nic.vlan.text}"`;
    else if (nic.vlan !== undefined) facts[`${slot}.tag`] = String(nic.vlan);
    if (nic.mac !== undefined) facts[`${slot}.${isVm ? "macaddr" : "hwaddr"}`] = nic.mac.toUpperCase();
    else open[`${slot}.${isVm ? "macaddr" : "hwaddr"}`] = "no address is declared";
    if (nic.firewall === true) facts[`${slot}.firewall`] = "1";
    if (nic.rate !== undefined) facts[`${slot}.rate`] = mib(nic.rate);
    if (nic.mtu !== undefined) facts[`${slot}.mtu`] = String(nic.mtu);
    const address = known(nic.address);
    const ip =
      nic.ip ?? (address === undefined ? undefined : `${address}/${prefixOf(declaring.inventory.lab, address)}`);
    const at = isVm ? `ipconfig${slot.slice(3)}` : slot;
    if (!isVm || spec.cloudInit !== undefined) {
      put(facts, `${at}.ip`, ip);
      put(facts, `${at}.gw`, nic.gateway);
      put(facts, `${at}.ip6`, nic.ip6);
      put(facts, `${at}.gw6`, nic.gateway6);
    }
    if (isUnknown(nic.address) || isAsWritten(nic.address)) open[`${at}.ip`] = "its address is not known";
    for (const [name, value] of Object.entries(nic.options ?? {}))
      for (const [key, told] of statedFacts(declaring.contract, spec.type, slot, { [name]: value }))
        facts[key === "" ? slot : `${slot}.${key}`] = told;
  }
};

const putCloudInit = (facts: Facts, { cloudInit: init, disks }: Spec): void => {
  if (init === undefined) return;
  const storage = init.storage ?? disks[0]?.storage;
  if (storage !== undefined) facts[init.slot] = `${refText(storage)}:cloudinit`;
  put(facts, "ciuser", init.user);
  const lists = {
    sshkeys: init.keys.map((key) => key.trim()).toSorted(),
    nameserver: init.nameservers,
    searchdomain: init.searchDomains,
  };
  for (const [key, list] of Object.entries(lists)) if (list.length > 0) facts[key] = list;
  put(facts, "citype", init.type);
  if (init.upgrade === false) facts.ciupgrade = "0";
  for (const [key, volume] of Object.entries(init.custom ?? {})) put(facts, `cicustom.${key}`, volume);
};

const putRest = (facts: Facts, spec: Spec, version: Declaring["contract"]): Map<string, string> => {
  const problems = new Map<string, string>();
  if (spec.efi !== undefined) {
    facts.efidisk0 = refText(spec.efi.storage);
    for (const [key, told] of statedFacts(version, "qemu", "efidisk0", spec.efi.options ?? {}))
      if (key !== "") facts[`efidisk0.${key}`] = told;
  }
  if (spec.tpm !== undefined) {
    facts.tpmstate0 = refText(spec.tpm.storage);
    if (spec.tpm.version !== "v1.2") facts["tpmstate0.version"] = spec.tpm.version;
  }
  for (const { slot, mapping, options } of spec.mapped) {
    facts[slot.startsWith("virtiofs") ? slot : `${slot}.mapping`] = mapping;
    for (const [key, told] of statedFacts(version, "qemu", slot, options ?? {}))
      if (key !== "") facts[`${slot}.${key}`] = told;
  }
  for (const [key, value] of Object.entries(spec.options ?? {})) {
    if (key === "sockets" || (key === "cores" && value === "all")) continue;
    const problem = optionProblem(version, spec.type, key, value);
    if (problem !== undefined) problems.set(key, `${problem} (${pathText(spec, "options", key)})`);
    for (const [name, told] of statedFacts(version, spec.type, key, value))
      facts[name === "" ? key : `${key}.${name}`] = told;
  }
  if (facts.balloon !== undefined && facts.balloon === facts.memory) delete facts.balloon;
  return problems;
};

const whyIncomplete = (
  spec: Spec,
  facts: Properties,
  node: NodeName | undefined,
  problems: ReadonlyMap<string, string>,
): string | undefined => {
  const must = (what: string, ...path: readonly string[]): string =>
    `the declaration would have to say ${what} (${pathText(spec, ...path)})`;
  if (problems.size > 0) return [...problems.values()].join("; ");
  if (node === undefined) return must("on which node it is", "node");
  if (spec.disks.some(({ storage }) => isAsWritten(storage))) return must("on which storages its disks are", "disks");
  if (spec.kind === "guest" && spec.template !== undefined) return undefined;
  if (facts.memory === undefined && spec.kind === "guest") return must("how much memory it has", "memory");
  if (spec.type === "lxc" && spec.image === undefined) return must("which container template it is made from", "image");
  if (spec.devices.length > 0 && spec.mapped.length === 0)
    return must(`by which mappings it gets ${spec.devices.join(", ")}`, "mapped");
  return undefined;
};

const isDiskKey = (key: string): boolean => isVmDisk(key) || isCtDisk(key);

const leavesOf = (spec: Spec, slots: ReadonlySet<string>, nets: ReadonlySet<string>): Wanted["leaves"] => {
  const isWhole = spec.options !== undefined;
  const unsaid = "the declaration says nothing of it";
  const stated = new Map<string, boolean>();
  for (const disk of spec.disks) if (disk.slot !== undefined) stated.set(disk.slot, disk.options !== undefined);
  const whole = (slot: string, options: unknown): boolean =>
    isWhole || options !== undefined || stated.get(slot) === true;
  return (property, observed) => {
    if (property.startsWith("pending.")) return undefined;
    const key = keyOf(property);
    const isPart = key !== property;
    if (isDiskKey(key)) {
      const kind = slotKind(observed, key);
      if (slots.has(key) && isPart) {
        const index = [...slots].indexOf(key);
        return whole(key, spec.disks[index]?.options) ? undefined : unsaid;
      }
      if (isWhole || kind === undefined || kind === "disk") return undefined;
      return spec.drives === undefined || kind === "cloudinit" ? unsaid : undefined;
    }
    if (isNet(key)) {
      if (spec.nics === undefined) return unsaid;
      if (nets.has(key) && isPart && property !== `${key}.tag`)
        return whole(key, spec.nics[[...nets].indexOf(key)]?.options) ? undefined : unsaid;
      return undefined;
    }
    if (spec.kind === "template" && (key === "onboot" || key === "startup")) return "a template is never started";
    if (property === "memory" && spec.memory === undefined) return unsaid;
    if (property === "cores" && spec.vcpus === undefined) return unsaid;
    // Nothing changes them in place, so that only what is asked for by name is held against it.
    if (key === "efidisk0" && isPart && spec.efi !== undefined && spec.efi.options === undefined) return unsaid;
    return isWhole ? undefined : unsaid;
  };
};

const knownWanted = new WeakMap<Declaring["state"], WeakMap<Spec, Wanted | { readonly why: string }>>();

/**
 * A guest or template as declared; why not, where nobody can say which it is.
 *
 * @param seen the guest that is under its number, or what it is to be a copy of
 */
export const readWanted = (
  { inventory, contract }: Grounds,
  spec: Spec,
  vmid: number,
  seen: Like | undefined,
): Wanted => {
  const node = inventory.nodeOf(spec.node);
  const facts: Facts = {};
  const open: Record<string, string> = {};
  const movable = whyMovable(spec, seen);
  if (node === undefined) open.node = `its node is only said to be "${refText(spec.node)}"`;
  else if (movable !== undefined) open.node = movable;
  else facts.node = node;
  putIdentity(facts, spec);
  putCpus(facts, spec, seen);
  if (spec.memory !== undefined) {
    const bytes = known(spec.memory);
    if (bytes === undefined) open.memory = isUnknown(spec.memory) ? spec.memory.why : "it is not known";
    else facts.memory = mib(bytes);
  }
  const slots = slotsOf(spec, seen);
  const nets = netSlotsOf(spec);
  const disks = putDisks(facts, open, spec, slots, contract);
  putDrives(facts, spec, contract);
  putNics(facts, open, spec, nets, { inventory, contract });
  putCloudInit(facts, spec);
  const problems = putRest(facts, spec, contract);
  if (spec.type === "qemu" && (spec.boot !== undefined || spec.options !== undefined))
    facts.boot = spec.boot ?? usualBoot(facts);
  const password = spec.cloudInit?.password ?? spec.image?.password;
  return {
    spec,
    vmid,
    node,
    properties: facts,
    open,
    disks,
    password: password === undefined ? undefined : { secret: password.from },
    incomplete: whyIncomplete(spec, facts, node, problems),
    problems,
    leaves: leavesOf(spec, new Set(slots), new Set(nets)),
  };
};

/** The template that a guest is made from, as it is there or is declared. */
const templateOf = (declaring: Declaring, { kind, template }: Spec): Like | undefined => {
  if (kind === "template" || template === undefined) return undefined;
  const vmid = declaring.vmidOf(template);
  const seen = vmid === undefined ? undefined : seenByVmid(declaring.state, vmid, declaring.mark);
  if (seen !== undefined) return seen.isTemplate ? seen : undefined;
  const spec = specsOf(declaring.inventory.lab).template.find(({ key }) => key === template);
  const declared = spec === undefined ? undefined : wantedOf(declaring, spec);
  if (spec === undefined || declared === undefined || "why" in declared) return undefined;
  return { type: spec.type, properties: declared.properties, ha: undefined };
};

/** A guest or template as declared; why not, where nobody can say which it is. Read once, however often it is asked for. */
export const wantedOf = (declaring: Declaring, spec: Spec): Wanted | { readonly why: string } => {
  const bySpec = knownWanted.get(declaring.state) ?? new WeakMap<Spec, Wanted | { readonly why: string }>();
  knownWanted.set(declaring.state, bySpec);
  const before = bySpec.get(spec);
  if (before !== undefined) return before;
  const vmid = spec.id ?? declaring.vmidOf(spec.key);
  const now =
    vmid === undefined
      ? { why: `its number is not known (${pathText(spec, "id")})` }
      : readWanted(
          declaring,
          spec,
          vmid,
          seenByVmid(declaring.state, vmid, declaring.mark) ?? templateOf(declaring, spec),
        );
  bySpec.set(spec, now);
  return now;
};

/** Why what waits for a start is nobody's concern: nobody declares it, or it is about to be changed. */
const whyMayWait = (
  wanted: Wanted,
  open: Readonly<Record<string, string>>,
  observed: Properties,
  key: string,
): string | undefined => {
  if (wanted.spec.mayWait) return "the declaration lets changes wait for its next start";
  const isOfKey = (name: string): boolean => keyOf(name) === key;
  const declared = Object.keys(wanted.properties).filter(isOfKey);
  if (declared.length === 0 && observed[key] === undefined) return open[key] ?? wanted.leaves(key, observed);
  const isOther = [...new Set([...declared, ...Object.keys(observed).filter(isOfKey)])].some(
    (name) => !Object.hasOwn(open, name) && !sameValue(wanted.properties[name], observed[name]),
  );
  if (isOther) return "what waits is not as declared";
  return declared.length === 0 ? open[key] : undefined;
};

/** What it leaves open beside what is observed. */
export const openBeside = (wanted: Wanted, observed: Properties | undefined): Record<string, string> => {
  const open: Record<string, string> = { ...wanted.open };
  for (const property of Object.keys(observed ?? {})) {
    if (Object.hasOwn(wanted.properties, property) || Object.hasOwn(open, property)) continue;
    const why = wanted.leaves(property, observed ?? {});
    if (why !== undefined) open[property] = why;
  }
  for (const property of Object.keys(observed ?? {})) {
    if (!property.startsWith("pending.")) continue;
    const why = whyMayWait(wanted, open, observed ?? {}, property.slice("pending.".length));
    if (why !== undefined) open[property] = why;
  }
  return open;
};

import type { PveVersion } from "@orrery/contract";
import type { Config, GuestKind } from "@orrery/state";
import type { Call, CallValue } from "../../call.ts";
import type { PropertyDifference } from "../../comparison.ts";
import type { Mark } from "../../mark.ts";
import type { Condition, Principal, Risk, Step } from "../../step.ts";
import { type Properties, type Value, valueText } from "../../value.ts";
import { isCtDisk, isSlot, isVmDisk } from "./formats.ts";
import { type OptionChange, reachOf } from "./hotplug.ts";
import { keyOf, slotKind } from "./reading.ts";
import type { Wanted } from "./wanted.ts";
import { optionText, type Writing } from "./writing.ts";

/** The guest that steps are made for, as it is (or will be, where it is a copy of a template that is yet to be made). */
export type Standing = {
  readonly vmid: number;
  readonly type: GuestKind;
  readonly node: string;
  readonly isRunning: boolean;
  readonly isProtected: boolean;
  readonly marked: boolean;
  readonly properties: Properties;
  readonly config: Config;
  readonly isTemplate: boolean;
};

export type Planned = {
  readonly wanted: Wanted;
  readonly open: Readonly<Record<string, string>>;
  readonly standing: Standing;
  readonly differences: readonly PropertyDifference[];
  readonly version: PveVersion;
  readonly mark: Mark;
  /** Whether all nodes reach a storage. */
  readonly isShared: (storage: string) => boolean;
};

/** `dc01 (101)`. */
export const nameOf = (name: string | undefined, vmid: number): string =>
  name === undefined ? `${vmid}` : `${name} (${vmid})`;

export const nounOf = (type: GuestKind): string => (type === "qemu" ? "VM" : "container");

const conditionsOf = (
  differences: readonly PropertyDifference[],
): { readonly from: Condition; readonly expects: Condition } => ({
  from: Object.fromEntries(differences.map(({ property, observed }) => [property, observed ?? null])),
  expects: Object.fromEntries(differences.map(({ property, declared }) => [property, declared ?? null])),
});

export const present = (properties: Condition) => ({ kind: "present", properties }) as const;

export const guestCall = (
  method: Call["method"],
  { type, vmid, node }: Pick<Standing, "type" | "vmid" | "node">,
  below: string,
  { answers, ...parameters }: { readonly answers: Call["answers"] } & Readonly<Record<string, CallValue>>,
): Call => ({
  method,
  path: `/nodes/{node}/${type}/{vmid}${below}`,
  parameters: { node, vmid, ...parameters },
  answers,
});

const saying = ({ property, declared, observed }: PropertyDifference): string =>
  `${property} is ${valueText(observed)}, declared ${valueText(declared)}`;

const becauseOf = (differences: readonly PropertyDifference[]): string => {
  const told = differences.slice(0, 4).map(saying);
  const more = differences.length - told.length;
  return more > 0 ? `${told.join("; ")}; and ${more} more` : told.join("; ");
};

/** Options that only root@pam may set. Mirrors check_vm_modify_config_perm in qemu-server and in pve-container. */
const principalOf = (type: GuestKind, key: string, text: string): Principal => {
  if (key === "args" || key === "hookscript" || key === "affinity") return key === "affinity" ? "token" : "root@pam";
  if (/^hostpci\d+$/.test(key)) return text.includes("mapping=") ? "token" : "root@pam";
  if (/^usb\d+$/.test(key)) return text.includes("mapping=") || /spice/i.test(text) ? "token" : "root@pam";
  if (/^(?:serial|parallel)\d+$/.test(key)) return text === "socket" ? "token" : "root@pam";
  if (type === "lxc" && (key === "features" || /^dev\d+$/.test(key)))
    return key === "features" && /^nesting=\d$/.test(text) ? "token" : "root@pam";
  if (isSlot(key) && text.startsWith("/")) return "root@pam";
  return "token";
};

const worse = (one: Risk, other: Risk): Risk => {
  const rank: readonly Risk[] = ["none", "hot", "reboot", "stop", "network", "quorum", "data loss"];
  return rank.indexOf(one) > rank.indexOf(other) ? one : other;
};

/** Properties that no configuration has: who it is, where it is, whether it runs. */
const outside = new Set(["type", "node", "status", "pool"]);

const isDiskMain = (property: string): boolean =>
  isVmDisk(property) || isCtDisk(property) || property === "efidisk0" || property === "tpmstate0";

/** Whether what is in a slot has data of the guest. */
const holdsData = (properties: Properties, slot: string): boolean => slotKind(properties, slot) === "disk";

/** What nothing but making the disk or the guest anew would change. */
const fixed = /^(?:efidisk0\.(?:efitype|pre-enrolled-keys|ms-cert)|tpmstate0\.version|unprivileged)$/;

const sizeOf = (value: Value | undefined): number => Number(typeof value === "string" ? value : Number.NaN);

type Sorted = {
  readonly options: PropertyDifference[];
  readonly removals: string[];
  readonly moves: PropertyDifference[];
  readonly grows: PropertyDifference[];
  readonly impossible: string[];
};

const sortDifference = (planned: Planned, difference: PropertyDifference, sorted: Sorted): void => {
  const { standing, wanted } = planned;
  const { property, declared, observed } = difference;
  const slot = keyOf(property);
  const isThere = standing.properties[slot] !== undefined;
  const willBe = wanted.properties[slot] !== undefined || Object.hasOwn(wanted.open, slot);
  if (isDiskMain(slot) && holdsData(standing.properties, slot) && (!willBe || !holdsData(wanted.properties, slot))) {
    if (property === slot) sorted.removals.push(slot);
    if (willBe) sorted.options.push(difference);
    return;
  }
  if (fixed.test(property) && isThere) {
    sorted.impossible.push(
      `${property} is ${valueText(observed)} and declared ${valueText(declared)}: it is settled when ${property === "unprivileged" ? "the container" : "the disk"} is made, and nothing changes it in place`,
    );
    return;
  }
  if (property.endsWith(".size") && isThere) {
    const [wants, has] = [sizeOf(declared), sizeOf(observed)];
    if (wants > has) sorted.grows.push(difference);
    else
      sorted.impossible.push(
        `${slot} has ${has} bytes and ${wants} are declared: no disk can be made smaller in place`,
      );
    return;
  }
  if (
    property === slot &&
    isDiskMain(slot) &&
    isThere &&
    declared !== undefined &&
    holdsData(standing.properties, slot)
  ) {
    sorted.moves.push(difference);
    return;
  }
  sorted.options.push(difference);
};

const sortAll = (planned: Planned): Sorted => {
  const sorted: Sorted = { options: [], removals: [], moves: [], grows: [], impossible: [] };
  for (const difference of planned.differences) {
    const { property } = difference;
    if (outside.has(property) || property.startsWith("pending.")) continue;
    sortDifference(planned, difference, sorted);
  }
  return sorted;
};

/** Why part of a difference cannot be brought about. */
export const impossibleOf = (planned: Planned): readonly string[] => {
  const { standing, wanted } = planned;
  if (standing.type !== wanted.spec.type)
    return [
      `${standing.vmid} is a ${nounOf(standing.type)} and is declared a ${nounOf(wanted.spec.type)}: one is not made of the other`,
    ];
  const { impossible, removals } = sortAll(planned);
  const kept = removals.flatMap((slot) => {
    if (slot === "rootfs") return ["rootfs is declared no more: a container cannot be without it"];
    return standing.isProtected ? [`${slot} is declared no more, and the guest's protection flag is set`] : [];
  });
  return [...impossible, ...kept, ...wanted.problems];
};

const writingOf = ({ wanted, open, standing, version, mark }: Planned, config: Config): Writing => ({
  version,
  type: standing.type,
  mark,
  marked: standing.marked,
  declared: wanted.properties,
  open,
  config,
  volumes: volumesOf(wanted),
});

/** The sizes that new volumes are made with. */
export const volumesOf = (wanted: Wanted): Writing["volumes"] =>
  new Map(
    wanted.disks.map(({ slot, size, from }) => [slot, { gib: String(Number((size / 2 ** 30).toFixed(9))), from }]),
  );

const byKey = (differences: readonly PropertyDifference[]): Map<string, PropertyDifference[]> => {
  const keys = new Map<string, PropertyDifference[]>();
  for (const difference of differences) {
    const key = keyOf(difference.property);
    keys.set(key, [...(keys.get(key) ?? []), difference]);
  }
  return keys;
};

const changeOf = (planned: Planned, key: string, differences: readonly PropertyDifference[]): OptionChange => ({
  key,
  parts: new Set(differences.map(({ property }) => (property === key ? "" : property.slice(key.length + 1)))),
  before: planned.standing.config[key] === undefined ? undefined : String(planned.standing.config[key]),
  after: Object.keys(planned.wanted.properties).some((property) => keyOf(property) === key) ? key : undefined,
});

/** The options that differ, in one request. */
const optionsStep = (
  planned: Planned,
  options: readonly PropertyDifference[],
  isRunning: boolean,
  isMade: boolean,
): Step[] => {
  const { standing, wanted } = planned;
  const keys = byKey(
    options.filter(({ property }) => !wanted.problems.some((problem) => problem.includes(`"${keyOf(property)}"`))),
  );
  if (keys.size === 0 && !isMade) return [];
  const config = Object.fromEntries(Object.entries(standing.config).filter(([key]) => !isReplaced(planned, key)));
  const writing = { ...writingOf(planned, config), marked: standing.marked || isMade };
  const parameters: Record<string, CallValue> = {};
  const gone: string[] = [];
  const waits: string[] = [];
  let risk: Risk = "none";
  let principal: Principal = "token";
  let allocates = false;
  for (const [key, differences] of keys) {
    const change = changeOf(planned, key, differences);
    if (change.after === undefined && key !== "tags") gone.push(key);
    else {
      const text = optionText(writing, key);
      if (text === "") gone.push(key);
      else parameters[key] = text;
      principal = principalOf(standing.type, key, text) === "root@pam" ? "root@pam" : principal;
      allocates ||= isDiskMain(key) && change.before === undefined;
    }
    const reach = reachOf(standing.type, isRunning, change, standing.config);
    if (reach === "waits") waits.push(key);
    if (reach === "hot") risk = worse(risk, "hot");
  }
  if (isMade) {
    parameters.tags ??= optionText(writing, "tags");
    if (wanted.password !== undefined && standing.type === "qemu") parameters.cipassword = wanted.password;
    if (wanted.spec.options === undefined && wanted.spec.onboot === undefined && wanted.spec.state === "running")
      parameters.onboot = 1;
  }
  const told = [...keys.values()].flat();
  const { from, expects } = conditionsOf(told);
  const set = Object.keys(parameters);
  if (gone.length > 0) parameters.delete = gone.join(",");
  // Volumes take their time: a VM has a way to wait for them as a task.
  const isTask = allocates && standing.type === "qemu";
  return [
    {
      verb: "change",
      title: `Change ${[...set, ...gone].join(", ")} of ${nameOf(wanted.spec.name, standing.vmid)}`,
      because: isMade ? "it is made, and not yet as it is declared" : becauseOf(told),
      calls: [
        guestCall(isTask ? "POST" : "PUT", standing, "/config", {
          ...parameters,
          answers: isTask ? "task" : "nothing",
        }),
      ],
      from: present(from),
      expects: present(expects),
      risk,
      principal,
      node: standing.node,
      ...(waits.length > 0 ? { pending: waits.toSorted() } : {}),
    },
  ];
};

/** A disk gives its slot to what is none. */
const isReplaced = ({ standing, wanted }: Planned, key: string): boolean =>
  isDiskMain(key) &&
  holdsData(standing.properties, key) &&
  wanted.properties[key] !== undefined &&
  !holdsData(wanted.properties, key);

const removalStep = ({ standing, wanted, differences }: Planned, slot: string): Step => {
  const isVm = standing.type === "qemu";
  const own = differences.filter(({ property }) => keyOf(property) === slot);
  const { from } = conditionsOf(own);
  return {
    verb: "remove-disk",
    title: `Remove the disk ${slot} of ${nameOf(wanted.spec.name, standing.vmid)} and all that is on it`,
    because: `${slot} is declared no more`,
    calls: [guestCall("PUT", standing, "/config", { delete: slot, ...(isVm ? { force: 1 } : {}), answers: "nothing" })],
    from: present(from),
    expects: present(Object.fromEntries(own.map(({ property }) => [property, null]))),
    risk: "data loss",
    principal: "token",
    consent: `disk ${standing.vmid}/${slot}`,
    node: standing.node,
    ...(standing.isRunning && (!isVm || !/^(?:scsi|virtio)/.test(slot)) ? { pending: [slot] } : {}),
  };
};

const moveStep = ({ standing, wanted }: Planned, difference: PropertyDifference, isRunning: boolean): Step => {
  const slot = difference.property;
  const storage = valueText(difference.declared);
  const isVm = standing.type === "qemu";
  const { from, expects } = conditionsOf([difference]);
  return {
    verb: "move",
    title: `Move ${slot} of ${nameOf(wanted.spec.name, standing.vmid)} to ${storage}`,
    because: becauseOf([difference]),
    calls: [
      guestCall("POST", standing, isVm ? "/move_disk" : "/move_volume", {
        [isVm ? "disk" : "volume"]: slot,
        storage,
        delete: 1,
        answers: "task",
      }),
    ],
    from: present(from),
    expects: present(expects),
    risk: isRunning ? "hot" : "none",
    principal: "token",
    node: standing.node,
  };
};

const growStep = ({ standing, wanted }: Planned, difference: PropertyDifference, isRunning: boolean): Step => {
  const slot = keyOf(difference.property);
  const { from, expects } = conditionsOf([difference]);
  return {
    verb: "grow",
    title: `Grow ${slot} of ${nameOf(wanted.spec.name, standing.vmid)}`,
    because: becauseOf([difference]),
    calls: [
      guestCall("PUT", standing, "/resize", { disk: slot, size: valueText(difference.declared), answers: "task" }),
    ],
    from: present(from),
    expects: present(expects),
    risk: isRunning ? "hot" : "none",
    principal: "token",
    node: standing.node,
  };
};

/** Another node: disks on storages of the node go along. */
const migrateStep = (
  { standing, wanted, isShared }: Planned,
  difference: PropertyDifference,
  isRunning: boolean,
): Step => {
  const target = valueText(difference.declared);
  const isVm = standing.type === "qemu";
  const { from, expects } = conditionsOf([difference]);
  const isLocal = Object.keys(standing.properties).some(
    (key) => isDiskMain(key) && holdsData(standing.properties, key) && !isShared(valueText(standing.properties[key])),
  );
  const isLive = isVm && isRunning;
  return {
    verb: "migrate",
    title: `Migrate ${nameOf(wanted.spec.name, standing.vmid)} from ${standing.node} to ${target}`,
    because: `it is declared to be on ${target}`,
    calls: [
      guestCall("POST", standing, "/migrate", {
        target,
        ...(isLive ? { online: 1 } : {}),
        ...(isLive && isLocal ? { "with-local-disks": 1 } : {}),
        // A container is never moved while it runs: it is shut down, moved and started again.
        ...(!isVm && isRunning ? { restart: 1 } : {}),
        answers: "task",
      }),
    ],
    from: present(from),
    expects: present(expects),
    risk: isRunning ? (isVm ? "hot" : "reboot") : "none",
    principal: "token",
    node: standing.node,
  };
};

const poolStep = ({ standing, wanted }: Planned, difference: PropertyDifference): Step => {
  const { declared, observed } = difference;
  const { from, expects } = conditionsOf([difference]);
  const title = nameOf(wanted.spec.name, standing.vmid);
  const parameters: Record<string, CallValue> =
    declared === undefined
      ? { poolid: valueText(observed), vms: String(standing.vmid), delete: 1 }
      : {
          poolid: valueText(declared),
          vms: String(standing.vmid),
          ...(observed === undefined ? {} : { "allow-move": 1 }),
        };
  return {
    verb: "pool",
    title:
      declared === undefined
        ? `Take ${title} out of the pool ${valueText(observed)}`
        : `Put ${title} in the pool ${valueText(declared)}`,
    because: becauseOf([difference]),
    calls: [{ method: "PUT", path: "/pools", parameters, answers: "nothing" }],
    from: present(from),
    expects: present(expects),
    risk: "none",
    principal: "token",
  };
};

export const startStep = (standing: Pick<Standing, "type" | "vmid" | "node">, name: string, because: string): Step => ({
  verb: "start",
  title: `Start ${nameOf(name, standing.vmid)} on ${standing.node}`,
  because,
  calls: [guestCall("POST", standing, "/status/start", { answers: "task" })],
  from: present({ status: "stopped" }),
  expects: present({ status: "running" }),
  risk: "none",
  principal: "token",
  node: standing.node,
});

export const stopStep = (
  standing: Pick<Standing, "type" | "vmid" | "node">,
  name: string | undefined,
  because: string,
): Step => ({
  verb: "stop",
  title: `Shut ${nameOf(name, standing.vmid)} down`,
  because,
  calls: [guestCall("POST", standing, "/status/shutdown", { timeout: 180, forceStop: 1, answers: "task" })],
  from: present({ status: "running" }),
  expects: present({ status: "stopped" }),
  risk: "stop",
  principal: "token",
  node: standing.node,
});

const rebootStep = (standing: Standing, name: string, keys: readonly string[]): Step => ({
  verb: "reboot",
  title: `Reboot ${nameOf(name, standing.vmid)} so that ${keys.join(", ")} ${keys.length === 1 ? "takes" : "take"} effect`,
  because: "a change waits for its next start",
  calls: [guestCall("POST", standing, "/status/reboot", { timeout: 180, answers: "task" })],
  from: present({ status: "running" }),
  expects: present(Object.fromEntries(keys.map((key) => [`pending.${key}`, null]))),
  risk: "reboot",
  principal: "token",
  node: standing.node,
});

/** What turns a guest that is there into the declared one, one after another. */
export const changeSteps = (planned: Planned, isMade = false): Step[] => {
  const { wanted, differences } = planned;
  if (planned.standing.type !== wanted.spec.type) return [];
  const { name } = wanted.spec;
  const sorted = sortAll(planned);
  const of = (property: string): PropertyDifference | undefined => differences.find((one) => one.property === property);
  const [status, node, pool] = [of("status"), of("node"), of("pool")];
  const steps: Step[] = [];
  let { isRunning } = planned.standing;
  let hasStopped = false;
  const stop = (because: string): void => {
    if (!isRunning) return;
    steps.push(stopStep(standing, name, because));
    isRunning = false;
    hasStopped = true;
  };
  let { standing } = planned;
  if (status?.declared === "stopped") stop("it is declared not to run");
  if (node?.declared !== undefined) {
    steps.push(migrateStep(planned, node, isRunning));
    standing = { ...standing, node: valueText(node.declared) };
  }
  const there: Planned = { ...planned, standing };
  const removals = sorted.removals.filter((slot) => slot !== "rootfs" && !standing.isProtected);
  for (const slot of removals) steps.push(removalStep(there, slot));
  steps.push(...optionsStep(there, sorted.options, isRunning, isMade));
  if (standing.type === "lxc" && sorted.moves.length > 0)
    stop("a volume of a container moves only while it is stopped");
  for (const difference of sorted.moves) steps.push(moveStep(there, difference, isRunning));
  for (const difference of sorted.grows) steps.push(growStep(there, difference, isRunning));
  if (pool !== undefined) steps.push(poolStep(there, pool));
  const waiting = new Set(steps.flatMap(({ pending }) => pending ?? []));
  for (const { property } of differences)
    if (property.startsWith("pending.")) waiting.add(property.slice("pending.".length));
  if (isRunning && waiting.size > 0) steps.push(rebootStep(standing, name, [...waiting].toSorted()));
  const shouldRun = wanted.spec.state === "running";
  if (shouldRun && !isRunning)
    steps.push(startStep(standing, name, hasStopped ? "it was shut down for a change" : "it is declared to run"));
  return steps;
};

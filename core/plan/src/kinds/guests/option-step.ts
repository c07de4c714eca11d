import type { Config, GuestKind } from "@orrery/state";
import type { PropertyDifference } from "../../compare/comparison.ts";
import { sameValue, type Value, valueText } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import { isAbove } from "../../plan/maintenance.ts";
import type { Principal, Risk, Step } from "../../plan/step.ts";
import { holdsData, isDiskMain } from "./differing.ts";
import { factsOf } from "./facts.ts";
import { isSlot } from "./formats.ts";
import { isCloudInit, type OptionChange, reachOf, tellsCloudInit } from "./hotplug.ts";
import { becauseOf, conditionsOf, guestCall, nameOf, type Planned, present } from "./planned.ts";
import { keyOf } from "./reading.ts";
import type { Wanted } from "./wanted.ts";
import { detachedVolume, optionText, type Writing } from "./writing.ts";

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

const worse = (one: Risk, other: Risk): Risk => (isAbove(one, other) ? one : other);

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

/** The main value that an option gets; a blank where it gets parts alone. */
const afterOf = ({ wanted: { properties } }: Planned, key: string): string | undefined => {
  const main = properties[key];
  if (main !== undefined) return valueText(main);
  return Object.keys(properties).some((property) => keyOf(property) === key) ? "" : undefined;
};

const changeOf = (planned: Planned, key: string, differences: readonly PropertyDifference[]): OptionChange => ({
  key,
  parts: new Set(differences.map(({ property }) => (property === key ? "" : property.slice(key.length + 1)))),
  before: planned.standing.config[key] === undefined ? undefined : String(planned.standing.config[key]),
  after: afterOf(planned, key),
});

/** A disk gives its slot to what is none. */
export const isReplaced = ({ standing, wanted }: Planned, key: string): boolean =>
  isDiskMain(key) &&
  holdsData(standing.properties, key) &&
  wanted.properties[key] !== undefined &&
  !holdsData(wanted.properties, key);

/** Whether it runs with what is declared, so that what waited is only taken back. */
const runsAsDeclared = ({ standing, wanted, open, version }: Planned, key: string): boolean => {
  const text = standing.running[key];
  const facts = new Map<string, Value>(
    text === undefined
      ? []
      : factsOf(version, standing.type, key, text).map(([part, value]) => [
          part === "" ? key : `${key}.${part}`,
          value,
        ]),
  );
  if (key === "cores" || key === "memory") facts.set(key, String(text ?? (key === "cores" ? 1 : 512)));
  const names = new Set([...facts.keys(), ...Object.keys(wanted.properties).filter((name) => keyOf(name) === key)]);
  return [...names].every((name) => Object.hasOwn(open, name) || sameValue(facts.get(name), wanted.properties[name]));
};

/** The options that differ, in one request. */
export const optionsStep = (
  planned: Planned,
  options: readonly PropertyDifference[],
  isRunning: boolean,
  isMade: boolean,
): Step[] => {
  const { standing, wanted } = planned;
  const keys = byKey(options.filter(({ property }) => !wanted.problems.has(keyOf(property))));
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
    if ((change.after === undefined && key !== "tags") || (key === "cores" && wanted.properties.cores === "all"))
      gone.push(key);
    else {
      const text = optionText(writing, key);
      if (text === "") gone.push(key);
      else parameters[key] = text;
      principal = principalOf(standing.type, key, text) === "root@pam" ? "root@pam" : principal;
      allocates ||= isDiskMain(key) && change.before === undefined;
    }
    const reach = reachOf(standing.type, isRunning, change, standing.config);
    if (reach === "waits" && !runsAsDeclared(planned, key)) waits.push(key);
    if (reach === "hot") risk = worse(risk, "hot");
  }
  if (isMade) {
    parameters.tags ??= optionText(writing, "tags");
    if (wanted.password !== undefined && standing.type === "qemu") parameters.cipassword = wanted.password;
    if (wanted.spec.options === undefined && wanted.spec.onboot === undefined && wanted.spec.state === "running")
      parameters.onboot = 1;
  }
  const told = [...keys.values()].flat();
  const isReadLater =
    standing.type === "qemu" && isRunning && !tellsCloudInit(standing.config) && [...keys.keys()].some(isCloudInit);
  const attached = [...keys.keys()].flatMap((key) => (isSlot(key) ? (detachedVolume(writing, key) ?? []) : []));
  const { expects } = conditionsOf(told);
  // Proxmox keeps the boot order in step with the drives by itself; a slot that was emptied just before is empty.
  const { from } = conditionsOf(
    told
      .filter(({ property }) => property !== "boot")
      .map((one) => (isReplaced(planned, keyOf(one.property)) ? { ...one, observed: undefined } : one)),
  );
  const set = Object.keys(parameters);
  if (gone.length > 0) parameters.delete = gone.join(",");
  // Volumes take their time: a VM has a way to wait for them as a task.
  const isTask = allocates && standing.type === "qemu";
  return [
    {
      verb: "change",
      title: `Change ${[...set, ...gone].toSorted().join(", ")} of ${nameOf(wanted.spec.name, standing.vmid)}${isReadLater ? "; cloud-init reads it when the VM starts next" : ""}`,
      because: isMade
        ? "it is made, and not yet as it is declared"
        : [becauseOf(told), ...attached.map((volume) => `${volume} is still the guest's, and is attached again`)].join(
            "; ",
          ),
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

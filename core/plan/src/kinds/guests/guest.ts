import { type ClusterState, valueIn } from "@orrery/state";
import { type Change, differencesOf } from "../../compare/comparison.ts";
import type { Mark } from "../../compare/mark.ts";
import type { DeclaredObject, ObjectRef, Observation, ObservedObject } from "../../compare/object.ts";
import { isObjectKind, type ObjectKind } from "../../compare/object-kind.ts";
import type { Step } from "../../plan/step.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { cloneStep, predicted } from "./cloning.ts";
import { creationStep } from "./creation.ts";
import { impossibleOf } from "./differing.ts";
import { busyWith, unsettledBy } from "./ha-acts.ts";
import { isKeptByHa } from "./ha-kept.ts";
import { needsOf } from "./needs.ts";
import type { Planned, Standing } from "./planned.ts";
import { removalSteps } from "./removal.ts";
import { startStep } from "./run-steps.ts";
import { type SeenGuest, seenByVmid, seenGuest } from "./seen.ts";
import { type Spec, specsOf } from "./spec.ts";
import { changeSteps } from "./steps.ts";
import { reachOf } from "./storage-reach.ts";
import { strangerAt } from "./stranger.ts";
import { openBeside, type Wanted, wantedOf } from "./wanted.ts";

/** A reference, where there are objects of that kind. */
const refTo = (kind: string, id: string): readonly ObjectRef[] => (isObjectKind(kind) ? [{ kind, id }] : []);

type GuestLike = "guest" | "template";

const declaredObject = (declaring: Declaring, spec: Spec): DeclaredObject[] => {
  const wanted = wantedOf(declaring, spec);
  if ("why" in wanted) return [];
  const seen = seenByVmid(declaring.state, wanted.vmid, declaring.mark);
  return [
    {
      kind: spec.kind,
      id: String(wanted.vmid),
      name: spec.name,
      properties: wanted.properties,
      open: openBeside(wanted, seen?.properties),
      ...(wanted.incomplete === undefined ? {} : { incomplete: wanted.incomplete }),
      path: spec.path,
      needs: needsOf(wanted, refTo, declaring.vmidOf),
      ...(wanted.node === undefined ? {} : { node: wanted.node }),
    },
  ];
};

/** A linked clone stands on its template. */
const basesOf = ({ config, vmid }: SeenGuest): string[] => {
  const found = Object.values(config).flatMap((value) => /[:/]base-(\d+)-disk/.exec(String(value))?.[1] ?? []);
  return [...new Set(found)].filter((id) => id !== String(vmid));
};

const observedObject = (state: ClusterState, seen: SeenGuest, kind: ObjectKind): ObservedObject => {
  const storages = new Set(
    Object.entries(seen.properties).flatMap(([key, value]) =>
      /^(?:scsi|virtio|sata|ide|efidisk|tpmstate|mp)\d+$|^rootfs$/.test(key) &&
      typeof value === "string" &&
      /^[A-Za-z]/.test(value)
        ? [value.split(":", 1)[0] ?? ""]
        : [],
    ),
  );
  return {
    kind,
    id: String(seen.vmid),
    ...(seen.name === undefined ? {} : { name: seen.name }),
    properties: seen.properties,
    hidden: {},
    unsettled: unsettledBy(busyWith(state, seen)),
    marked: seen.marked,
    builtIn: false,
    protected: seen.protected,
    at: seen.at,
    needs: [
      ...(seen.pool === undefined ? [] : refTo("pool", seen.pool)),
      ...[...storages].flatMap((storage) => refTo("storage", storage)),
      ...basesOf(seen).flatMap((id) => refTo("template", id)),
    ],
    node: seen.node,
  };
};

const observe = (state: ClusterState, mark: Mark, kind: GuestLike): Observation => {
  if (state.guests.kind !== "observed") return { objects: [], blind: [{ kind, why: state.guests.why }] };
  const objects: ObservedObject[] = [];
  const blind: Observation["blind"][number][] = [];
  for (const guest of Object.values(valueIn(state.guests) ?? {})) {
    const seen = seenGuest(state, guest, mark);
    if ("why" in seen) blind.push({ kind, id: String(guest.vmid), why: seen.why });
    else if (seen.isTemplate === (kind === "template")) objects.push(observedObject(state, seen, kind));
  }
  return { objects, blind };
};

const wantedAt = (planning: Planning, object: DeclaredObject): Wanted | undefined => {
  const spec = specsOf(planning.inventory.lab)[object.kind === "template" ? "template" : "guest"][
    Number(object.path[2])
  ];
  const wanted = spec === undefined ? undefined : wantedOf(planning, spec);
  return wanted === undefined || "why" in wanted ? undefined : wanted;
};

const standingOf = (seen: SeenGuest, state: ClusterState): Standing => ({
  ...seen,
  isProtected: seen.protected,
  isKeptByHa: isKeptByHa(state, seen),
  unsettled: unsettledBy(busyWith(state, seen)),
});

const plannedFor = (planning: Planning, wanted: Wanted, standing: Standing): Planned => {
  const open = openBeside(wanted, standing.properties);
  const { contract, mark } = planning;
  return {
    wanted,
    open,
    standing,
    differences: differencesOf(
      { properties: wanted.properties, open },
      { properties: standing.properties, hidden: {}, unsettled: standing.unsettled ?? {} },
    ),
    version: contract,
    mark,
    ...reachOf(planning),
  };
};

/** A copy begins on the declared node, wherever it may go after. */
const plannedCopy = (planning: Planning, wanted: Wanted, standing: Standing): Planned => {
  const { node: _, ...open } = wanted.open;
  const properties = wanted.node === undefined ? wanted.properties : { ...wanted.properties, node: wanted.node };
  return plannedFor(planning, { ...wanted, open, properties }, standing);
};

const creationSteps = (planning: Planning, wanted: Wanted): Step[] => {
  const { spec, vmid, node } = wanted;
  if (node === undefined) return [];
  if (spec.kind === "guest" && spec.template !== undefined) {
    const copy = predicted(planning, wanted);
    if (copy === undefined) return [];
    return [cloneStep(wanted, copy), ...changeSteps(plannedCopy(planning, wanted, copy.standing), true)];
  }
  const made = creationStep(wanted, planning);
  return spec.state === "running"
    ? [made, startStep({ type: spec.type, vmid, node }, spec.name, "it is declared to run")]
    : [made];
};

/** The guest under the number of a template that is yet to be made one. */
const unconverted = (planning: Planning, wanted: Wanted): SeenGuest | undefined => {
  const seen = seenByVmid(planning.state, wanted.vmid, planning.mark);
  return wanted.spec.kind === "template" && seen?.isTemplate === false ? seen : undefined;
};

const stepsFor = (change: Change, planning: Planning): readonly Step[] => {
  if (change.kind === "surplus") {
    const seen = seenByVmid(planning.state, Number(change.observed.id), planning.mark);
    return seen === undefined || whyKept(change.observed, planning).length > 0
      ? []
      : removalSteps(seen, change.observed.kind);
  }
  const wanted = wantedAt(planning, change.declared);
  if (wanted === undefined) return [];
  if (change.kind === "missing") {
    if (whyNotMade(planning, wanted).length > 0) return [];
    const before = unconverted(planning, wanted);
    return before === undefined ? creationSteps(planning, wanted) : conversionSteps(wanted, before);
  }
  const seen = seenByVmid(planning.state, wanted.vmid, planning.mark);
  if (seen === undefined || strangerAt(planning, wanted, seen) !== undefined) return [];
  if (busyWith(planning.state, seen)?.holdsAll === true) return [];
  return changeSteps(plannedFor(planning, wanted, standingOf(seen, planning.state)));
};

const conversionSteps = (wanted: Wanted, seen: SeenGuest): Step[] => [
  {
    verb: "convert",
    title: `Turn ${wanted.spec.name} (${wanted.vmid}) into a template`,
    because: "it is declared a template and is a guest yet",
    calls: [
      {
        method: "POST",
        path: `/nodes/{node}/${seen.type}/{vmid}/template`,
        parameters: { node: seen.node, vmid: seen.vmid },
        answers: seen.type === "qemu" ? "task" : "nothing",
      },
    ],
    from: { kind: "absent" },
    expects: { kind: "present", properties: { type: seen.type } },
    risk: "none",
    principal: "token",
    node: seen.node,
  },
];

/** What keeps something that is not there from being made. */
const whyNotMade = (planning: Planning, wanted: Wanted): readonly string[] => {
  const { spec, vmid } = wanted;
  const seen = seenByVmid(planning.state, vmid, planning.mark);
  if (seen === undefined) {
    if (spec.template === undefined || spec.kind === "template" || predicted(planning, wanted) !== undefined) return [];
    return [`it is made from the template ${spec.template}, which is neither declared for a known number nor there`];
  }
  if (spec.kind === "guest") return [`${vmid} is a template, and a template is not made a guest again`];
  if (seen.name !== spec.name) return [`${vmid} is the number of the guest ${seen.name ?? "without a name"}`];
  return seen.isRunning ? [`${spec.name} (${vmid}) runs, and what runs is not made a template`] : [];
};

/** What a copy of a template cannot be given as it is made. */
const whyNotYet = (planning: Planning, wanted: Wanted): readonly string[] => {
  if (wanted.spec.kind === "template" || seenByVmid(planning.state, wanted.vmid, planning.mark) !== undefined)
    return [];
  const copy = predicted(planning, wanted);
  return copy === undefined ? [] : impossibleOf(plannedCopy(planning, wanted, copy.standing));
};

/** What keeps something that is declared no more from being removed. */
const whyKept = (observed: ObservedObject, planning: Planning): readonly string[] => {
  const other = observed.kind === "guest" ? "template" : "guest";
  if (planning.declared({ kind: other, id: observed.id }) !== undefined)
    return [`${observed.id} is declared a ${other}`];
  if (observed.protected === true)
    return [`it is declared no more, and its protection flag is set: take the flag away by hand if it is to go`];
  const seen = seenByVmid(planning.state, Number(observed.id), planning.mark);
  const busy = seen === undefined ? undefined : busyWith(planning.state, seen);
  return busy?.holdsAll === true ? [`it is declared no more, and ${busy.why}: it is removed when that is over`] : [];
};

const impossibleFor = (change: Change, planning: Planning): readonly string[] => {
  if (change.kind === "surplus") return whyKept(change.observed, planning);
  const wanted = wantedAt(planning, change.declared);
  if (wanted === undefined) return [];
  if (change.kind === "missing") return [...whyNotMade(planning, wanted), ...whyNotYet(planning, wanted)];
  const seen = seenByVmid(planning.state, wanted.vmid, planning.mark);
  if (seen === undefined) return [];
  const stranger = strangerAt(planning, wanted, seen);
  if (stranger !== undefined) return [stranger];
  const busy = busyWith(planning.state, seen);
  if (busy?.holdsAll === true) return [`${busy.why}: it is changed when that is over`];
  return impossibleOf(plannedFor(planning, wanted, standingOf(seen, planning.state)));
};

const kindOf = (kind: GuestLike): Kind => ({
  noun: kind,
  declared: (declaring) => specsOf(declaring.inventory.lab)[kind].flatMap((spec) => declaredObject(declaring, spec)),
  observed: (state, mark) => observe(state, mark, kind),
  // Whether it runs stands in the list of resources, which is read once for all.
  sources: ({ id }, _node, about) => [
    { of: about?.length === 1 && about[0] === "status" ? "presence" : "guest", vmid: Number(id) },
  ],
  steps: stepsFor,
  stuck: impossibleFor,
});

export const guest: Kind = kindOf("guest");
export const template: Kind = kindOf("template");

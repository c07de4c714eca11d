import type { PveVersion } from "@orrery/contract";
import { type Guest, type HaResource, isUnknown } from "@orrery/model";
import { type Entry, valueIn } from "@orrery/state";
import { isMarked, type Mark, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import type { Properties } from "../../compare/value.ts";
import type { Declaring, Kind } from "../kind.ts";
import { optionTables } from "../option.ts";
import { sectionSteps } from "../section-steps.ts";
import { textOf } from "../text.ts";
import { groupOf } from "./ha-rule-form.ts";
import { sidOf, vmidOfSid } from "./sid.ts";

const resourceTable = optionTables(["POST", "/cluster/ha/resources"]);

/** Flags and counts that differ from what holds without them. */
const unusual = (said: Readonly<Record<string, string>>): Properties => {
  const usual: Readonly<Record<string, string>> = {
    max_restart: "1",
    max_relocate: "1",
    failback: "1",
    "auto-rebalance": "1",
    comment: "",
    group: "",
  };
  return Object.fromEntries(Object.entries(said).filter(([key, value]) => value !== usual[key]));
};

/** The state by the one word of two that mean it. */
const stateOf = (state: string): string => (state === "enabled" || state === "" ? "started" : state);

/** A resource's properties; `comment` and `group` are always said. */
export const readResource = (contract: PveVersion, mark: Mark, { options }: Entry): Properties => ({
  state: stateOf(textOf(options.state)),
  comment: unmarked(mark, textOf(options.comment)),
  ...unusual({
    max_restart: textOf(options.max_restart ?? 1),
    max_relocate: textOf(options.max_relocate ?? 1),
    ...(contract === "8.4"
      ? {}
      : { failback: textOf(options.failback ?? 1), "auto-rebalance": textOf(options["auto-rebalance"] ?? 1) }),
  }),
  ...(contract === "8.4" ? { group: textOf(options.group) } : {}),
});

const said = (contract: PveVersion, mark: Mark, ha: HaResource): Properties => ({
  comment: unmarked(mark, ha.comment),
  ...unusual({
    max_restart: String(ha.maxRestart),
    max_relocate: String(ha.maxRelocate),
    ...(contract === "8.4"
      ? {}
      : { failback: ha.failback ? "1" : "0", "auto-rebalance": ha.autoRebalance ? "1" : "0" }),
  }),
});

const declaredResource = (guest: Guest, index: number, declaring: Declaring): DeclaredObject[] => {
  const { contract, mark, vmidOf } = declaring;
  const vmid = vmidOf(guest.name);
  const { ha } = guest;
  if (isUnknown(ha) || ha === false || vmid === undefined) return [];
  const state = (ha === true ? undefined : ha.state) ?? (guest.state === "running" ? "started" : "stopped");
  const id = sidOf(guest.kind, vmid);
  const group = groupOf(id, declaring);
  const properties: Properties = {
    state,
    ...(ha === true ? {} : said(contract, mark, ha)),
    ...(group.kind === "one" ? { group: group.id } : {}),
    ...(contract === "8.4" && group.kind === "none" && ha !== true ? { group: "" } : {}),
  };
  return [
    {
      kind: "ha resource",
      id,
      name: guest.name,
      properties,
      open: group.kind === "several" ? { group: group.why } : {},
      ...(ha === true ? { rest: "nothing is declared of it but that it is an HA resource" } : {}),
      path: ["guests", "items", index, "ha"],
      needs: needsOf(id, properties),
    },
  ];
};

const needsOf = (sid: string, { group }: Properties): ObjectRef[] => {
  const id = textOf(group);
  const guest: ObjectRef = { kind: "guest", id: String(vmidOfSid(sid)) };
  return id === "" ? [guest] : [guest, { kind: "ha group", id }];
};

const plainState: Readonly<Record<string, string>> = {
  started: "starts it, and again elsewhere when its node fails",
  stopped: "stops it",
  disabled: "stops it and leaves it alone",
  ignored: "leaves it alone",
};

/** What the change does to the guest itself. */
const effect = (state: string): string => `the HA manager then ${plainState[state] ?? `has it ${state}`}`;

/** A guest that the HA manager looks after. */
export const haResource: Kind = {
  noun: "HA resource",
  declared: (declaring) =>
    declaring.inventory.lab.guests.items.flatMap((guest, index) => declaredResource(guest, index, declaring)),
  observed: ({ haResources, contract, guests, at }, mark) => {
    if (haResources.kind !== "observed") return { objects: [], blind: [{ kind: "ha resource", why: haResources.why }] };
    const objects = haResources.value.map((entry): ObservedObject => {
      const properties = readResource(contract, mark, entry);
      const name = valueIn(valueIn(guests)?.[String(vmidOfSid(entry.id))]?.presence)?.name;
      return {
        kind: "ha resource",
        id: entry.id,
        ...(name === undefined ? {} : { name }),
        properties,
        hidden: {},
        marked: isMarked(mark, textOf(entry.options.comment)),
        builtIn: false,
        at: haResources.at ?? at,
        needs: needsOf(entry.id, properties),
      };
    });
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "haResources" }],
  steps: (change, planning) => {
    const { contract, state } = planning;
    const steps = sectionSteps(
      change,
      {
        noun: "HA resource",
        create: "/cluster/ha/resources",
        at: "/cluster/ha/resources/{sid}",
        idKey: "sid",
        table: resourceTable(contract),
        // What holds it in a rule is said by the rule: it is not taken out of others' by the way.
        remove: contract === "8.4" ? {} : { purge: 0 },
      },
      planning,
    );
    const rules = (valueIn(state.haRules) ?? []).filter(({ options }) => {
      const sid = change.kind === "surplus" ? change.observed.id : "";
      return textOf(options.resources).split(",").includes(sid);
    });
    return steps.map((step) => {
      if (change.kind === "surplus")
        return {
          ...step,
          because: `${step.because}; the guest stays as it is`,
          follows: rules.map(({ id }) => ({ kind: "ha rule" as const, id })),
        };
      const wanted = textOf(change.declared.properties.state);
      const stops = wanted === "stopped" || wanted === "disabled";
      const isAbout = change.kind === "missing" || change.properties.some(({ property }) => property === "state");
      return isAbout
        ? { ...step, because: `${step.because}; ${effect(wanted)}`, risk: stops ? "stop" : step.risk }
        : step;
    });
  },
};

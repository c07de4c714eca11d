import type { FirewallRule, RuleList } from "@orrery/model";
import type { Change } from "../../compare/comparison.ts";
import { type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObjectRef } from "../../compare/object.ts";
import { listOf } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Step } from "../../plan/step.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { callTo, sourcesOf } from "./calls.ts";
import { allPlaces, declaredNames, namesIn } from "./declared-places.ts";
import { allFiles, type Place, placeId, placeOf } from "./place.ts";
import { edited, type RuleEdit, ruleEdits } from "./rule-edits.ts";
import { mergedRules } from "./rule-merge.ts";
import { canonicalField, lostKeys, type RuleFields, ruleFields, ruleParameters, ruleText } from "./rule-text.ts";
import { rulesSeen, standingRules } from "./rules-seen.ts";

/** A declared rule in one line. */
const lineOf = (mark: Mark, rule: FirewallRule): string => {
  const said = { enable: rule.enabled, comment: unmarked(mark, rule.comment).replaceAll(/\s+/g, " ") };
  if ("group" in rule) return ruleText({ ...said, type: "group", action: rule.group, iface: rule.iface ?? "" });
  const [type, action] = "in" in rule ? ["in", rule.in] : "out" in rule ? ["out", rule.out] : ["forward", rule.forward];
  const { macro, proto, source, dest, sport, dport, icmpType, iface, log } = rule;
  const matches = { macro, proto, source, dest, sport, dport, "icmp-type": icmpType, iface, log };
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(matches)) {
    const text = canonicalField(key, value ?? "");
    if (text !== "") fields[key] = text;
  }
  const whole: RuleFields = { ...fields, ...said, type, action: action.toUpperCase() };
  return ruleText(whole);
};

const cluster: Place = { at: "cluster" };

/** The lists that are declared, by what they are of. */
const declaredLists = (declaring: Declaring) => {
  const { firewall } = declaring.inventory.lab;
  const ofPlaces = allPlaces(declaring).flatMap(({ place, said, path, needs, node }) =>
    said.rules === undefined
      ? []
      : [{ id: placeId(place), place, list: said.rules, path: [...path, "rules"], needs, node }],
  );
  const ofGroups = Object.entries(firewall?.cluster.groups ?? {}).flatMap(([name, { rules }]) =>
    rules === undefined
      ? []
      : [
          {
            id: `group ${name}`,
            place: cluster,
            list: rules,
            path: ["firewall", "cluster", "groups", name, "rules"],
            needs: [{ kind: "security group", id: name }] as readonly ObjectRef[],
            node: undefined,
          },
        ],
  );
  return [...ofPlaces, ...ofGroups];
};

/** What the rules of a list name: groups, sets and aliases. */
const named = (lines: readonly string[], place: Place, known: (ref: ObjectRef) => boolean): ObjectRef[] =>
  lines.flatMap((line): ObjectRef[] => {
    const rule = ruleFields(line);
    if (rule.type === "group")
      return [
        { kind: "security group", id: rule.action },
        // An empty group lets nobody in.
        { kind: "firewall rules", id: `group ${rule.action}` },
      ];
    return [rule.source, rule.dest].flatMap((text) => (typeof text === "string" ? namesIn(text, place, known) : []));
  });

const wantedRules = (list: RuleList, id: string, declaring: Declaring): readonly string[] => {
  const { mark, inventory, state } = declaring;
  const wanted = list.items.map((rule) => lineOf(mark, rule));
  const isWhole = list.only || inventory.lab.cluster.ownership.all.includes("firewall rules");
  return isWhole ? wanted : mergedRules(wanted, standingRules(state, mark).get(id) ?? []);
};

const declaredRules = (declaring: Declaring): DeclaredObject[] => {
  const known = declaredNames(declaring);
  return declaredLists(declaring).map(({ id, place, list, path, needs, node }): DeclaredObject => {
    const rules = wantedRules(list, id, declaring);
    return {
      kind: "firewall rules",
      id,
      properties: { rules },
      open: {},
      path,
      needs: [...needs, ...named(rules, place, known)],
      ...(node === undefined ? {} : { node }),
    };
  });
};

/** Where the rules of a list are. */
const pathOf = (id: string): { readonly path: string; readonly of: Readonly<Record<string, CallValue>> } =>
  id.startsWith("group ") ? { path: "/groups/{group}", of: { group: id.slice(6) } } : { path: "/rules", of: {} };

const titleOf = (edit: RuleEdit, id: string): string => {
  const where = `of the firewall rules of ${id === "cluster" ? "the cluster" : `the ${id}`}`;
  switch (edit.kind) {
    case "insert":
      return `Insert at ${edit.at} ${where}: ${edit.line}`;
    case "update":
      return `Change ${edit.at} ${where} to: ${edit.line}`;
    case "move":
      return `Move from ${edit.at} to ${edit.to > edit.at ? edit.to - 1 : edit.to} ${where}: ${edit.line}`;
    case "remove":
      return `Remove ${edit.at} ${where}: ${edit.line}`;
  }
};

const reasons: Readonly<Record<RuleEdit["kind"], string>> = {
  insert: "it is declared and not there",
  update: "another rule stands in the place of the declared one",
  move: "the rules stand in another order than they are declared in",
  remove:
    "it bears the mark of the declaration, or the list is declared without others' rules, and it is declared no more",
};

const callsOf = (edit: RuleEdit, id: string, planning: Planning): Step["calls"] => {
  const { path, of } = pathOf(id);
  const place = placeOf(id);
  const { mark } = planning;
  const note = (line: string): string => markedComment(mark, ruleFields(line).comment);
  const at = { ...of, pos: edit.at };
  switch (edit.kind) {
    case "insert":
      return callTo(
        place,
        { method: "POST", path, parameters: { ...at, ...ruleParameters(edit.line, note(edit.line)) } },
        planning,
      );
    case "update": {
      const lost = lostKeys(edit.from, edit.line).filter((key) => key !== "comment");
      const parameters = {
        ...at,
        ...ruleParameters(edit.line, note(edit.line)),
        ...(lost.length === 0 ? {} : { delete: lost.join(",") }),
      };
      return callTo(place, { method: "PUT", path: `${path}/{pos}`, parameters }, planning);
    }
    case "move":
      return callTo(place, { method: "PUT", path: `${path}/{pos}`, parameters: { ...at, moveto: edit.to } }, planning);
    case "remove":
      return callTo(place, { method: "DELETE", path: `${path}/{pos}`, parameters: at }, planning);
  }
};

const ruleSteps = (change: Change, planning: Planning): readonly Step[] => {
  const { state, mark } = planning;
  const { id } = change.kind === "surplus" ? change.observed : change.declared;
  const standing = standingRules(state, mark).get(id) ?? [];
  const from = change.kind === "missing" ? [] : listOf(change.observed.properties.rules);
  const to =
    change.kind === "surplus"
      ? standing.filter(({ marked }) => !marked).map(({ line }) => line)
      : listOf(change.declared.properties.rules);
  let now = from;
  return ruleEdits(from, to).map((edit): Step => {
    const before = now;
    now = edited(before, edit);
    return {
      verb: edit.kind,
      title: titleOf(edit, id),
      because: reasons[edit.kind],
      calls: callsOf(edit, id, planning),
      from: { kind: "present", properties: { rules: before } },
      expects: { kind: "present", properties: { rules: now } },
      risk: "hot",
      principal: "token",
    };
  });
};

/**
 * The rules of the cluster, a security group, a node or a guest, in their order: one object, whose property is the list.
 * Rules that are neither declared nor marked are others' and stay where they stand, unless the list says `only`.
 */
export const firewallRules: Kind = {
  noun: "firewall rules",
  declared: declaredRules,
  observed: (state, mark) => ({
    objects: rulesSeen(state, mark),
    blind: allFiles(state, "firewall rules").blind,
  }),
  sources: sourcesOf,
  steps: ruleSteps,
};

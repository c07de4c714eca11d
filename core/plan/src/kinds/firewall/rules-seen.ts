import { type ClusterState, type Row, valueIn } from "@orrery/state";
import { isMarked, type Mark, unmarked } from "../../compare/mark.ts";
import type { ObservedObject } from "../../compare/object.ts";
import { allFiles, placeId } from "./place.ts";
import { fieldOf } from "./row-text.ts";
import type { Standing } from "./rule-merge.ts";
import { canonicalField, matchKeys, type RuleFields, ruleText } from "./rule-text.ts";

/** A rule of a file as it stands. */
export const standingRule = (mark: Mark, row: Row): Standing => {
  const fields: Record<string, string> = {};
  for (const key of [...matchKeys, "macro"]) {
    const value = canonicalField(key, fieldOf(row, key));
    if (value !== "") fields[key] = value;
  }
  const rule: RuleFields = {
    ...fields,
    type: fieldOf(row, "type"),
    action: fieldOf(row, "action"),
    enable: fieldOf(row, "enable") === "1",
    comment: unmarked(mark, fieldOf(row, "comment")).replaceAll(/\s+/g, " "),
  };
  return { line: ruleText(rule), marked: isMarked(mark, fieldOf(row, "comment")) };
};

/** The rules of each list that was seen, by its id: `cluster`, `group web`, `node node01`, `guest 101`. */
export const standingRules = (state: ClusterState, mark: Mark): ReadonlyMap<string, readonly Standing[]> => {
  const lists = allFiles(state, "firewall rules").files.map(({ place, file }) => [placeId(place), file.rules] as const);
  const groups = (valueIn(state.firewall)?.groups ?? []).map(({ name, rules }) => [`group ${name}`, rules] as const);
  return new Map(
    [...lists, ...groups].map(([id, rules]) => [id, rules.map((row) => standingRule(mark, row))] as const),
  );
};

/** Each list of rules that was seen. An empty one is nobody's. */
export const rulesSeen = (state: ClusterState, mark: Mark): ObservedObject[] => {
  const at = new Map(allFiles(state, "firewall rules").files.map((file) => [placeId(file.place), file]));
  return [...standingRules(state, mark)].map(([id, rules]): ObservedObject => {
    const file = at.get(id);
    return {
      kind: "firewall rules",
      id,
      properties: { rules: rules.map(({ line }) => line) },
      hidden: {},
      marked: rules.some(({ marked }) => marked),
      builtIn: rules.length === 0,
      at: file?.at ?? state.at,
      needs: id.startsWith("group ") ? [{ kind: "security group", id: id.slice(6) }] : [],
      ...(file?.node === undefined ? {} : { node: file.node }),
    };
  });
};

import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Properties } from "../../compare/value.ts";
import type { Kind } from "../kind.ts";
import { sectionSteps } from "../section-steps.ts";
import { textOf } from "../text.ts";
import { callTo, listsNaming, sourcesOf } from "./calls.ts";
import { namedPlaces } from "./declared-places.ts";
import { namedFiles, placeId, placeOf } from "./place.ts";
import { addressForm, fieldOf } from "./row-text.ts";
import { rulesSeen } from "./rules-seen.ts";

/** A name for an address or a network. */
export const firewallAlias: Kind = {
  noun: "firewall alias",
  declared: (declaring) =>
    namedPlaces(declaring).flatMap(({ place, said, path, needs }) =>
      Object.entries(said.aliases).map(
        ([name, { cidr, comment }]): DeclaredObject => ({
          kind: "firewall alias",
          id: `${placeId(place)}/${name.toLowerCase()}`,
          properties: { cidr: addressForm(cidr), comment: unmarked(declaring.mark, comment) },
          open: {},
          path: [...path, "aliases", name],
          needs,
        }),
      ),
    ),
  observed: (state, mark) => {
    const { files, blind } = namedFiles(state, "firewall alias");
    const objects = files.flatMap(({ place, at, file }) =>
      file.aliases.map(
        (row): ObservedObject => ({
          kind: "firewall alias",
          id: `${placeId(place)}/${fieldOf(row, "name").toLowerCase()}`,
          properties: { cidr: addressForm(fieldOf(row, "cidr")), comment: unmarked(mark, fieldOf(row, "comment")) },
          hidden: {},
          marked: isMarked(mark, fieldOf(row, "comment")),
          builtIn: false,
          at,
          needs: [],
        }),
      ),
    );
    return { objects, blind };
  },
  sources: sourcesOf,
  steps: (change, planning) => {
    const { mark, state } = planning;
    const subject = change.kind === "surplus" ? change.observed : change.declared;
    const place = placeOf(subject.id);
    const name = subject.id.slice(subject.id.indexOf("/") + 1);
    const plain = sectionSteps(change, {
      noun: "firewall alias",
      create: "",
      at: "",
      idKey: "name",
      schemaOf: () => undefined,
      comment: (text) => markedComment(mark, text),
    });
    const { cidr = "", comment = "" }: Properties = subject.properties;
    const isOwn = change.kind === "missing" || (change.kind === "changed" && change.observed.marked);
    const note = isOwn ? markedComment(mark, textOf(comment)) : textOf(comment);
    const set = { name, cidr: textOf(cidr), ...(note === "" ? {} : { comment: note }) };
    return plain.map((step) => {
      if (change.kind === "surplus") {
        const naming = new RegExp(`(^|[ ,/])${name}([ ,]|$)`, "i");
        return {
          ...step,
          calls: callTo(place, { method: "DELETE", path: "/aliases/{name}", parameters: { name } }, planning),
          follows: listsNaming((line) => naming.test(line), rulesSeen(state, mark)),
        };
      }
      const part =
        change.kind === "missing"
          ? ({ method: "POST", path: "/aliases", parameters: set } as const)
          : ({ method: "PUT", path: "/aliases/{name}", parameters: set } as const);
      return { ...step, calls: callTo(place, part, planning), risk: change.kind === "missing" ? "none" : "hot" };
    });
  },
};

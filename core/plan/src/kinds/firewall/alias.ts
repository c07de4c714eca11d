import { isMarked, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import type { Kind } from "../kind.ts";
import { plainSteps } from "../plain-steps.ts";
import { differencesText } from "../section.ts";
import { textOf } from "../text.ts";
import { callTo, listsNaming, sourcesOf } from "./calls.ts";
import { namedPlaces } from "./declared-places.ts";
import { namedFiles, placeId, placeOf } from "./place.ts";
import { addressForm, fieldOf } from "./row-text.ts";
import { rulesSeen } from "./rules-seen.ts";

const nameIn = (id: string): string => id.slice(id.indexOf("/") + 1);

const noteOf = ({ properties }: DeclaredObject): string => textOf(properties.comment);

const saidOf = ({ id, properties }: DeclaredObject, note: string): Readonly<Record<string, string>> => ({
  name: nameIn(id),
  cidr: textOf(properties.cidr),
  ...(note === "" ? {} : { comment: note }),
});

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
  steps: (change, planning) =>
    plainSteps({
      called: (id) => `the firewall alias ${id}`,
      because: differencesText,
      create: (declared, { mark }) =>
        callTo(
          placeOf(declared.id),
          { method: "POST", path: "/aliases", parameters: saidOf(declared, markedComment(mark, noteOf(declared))) },
          planning,
        ),
      change: ({ declared, observed }, { mark }) => {
        const note = observed.marked ? markedComment(mark, noteOf(declared)) : noteOf(declared);
        const parameters = saidOf(declared, note);
        return callTo(placeOf(declared.id), { method: "PUT", path: "/aliases/{name}", parameters }, planning);
      },
      remove: ({ id }) =>
        callTo(placeOf(id), { method: "DELETE", path: "/aliases/{name}", parameters: { name: nameIn(id) } }, planning),
      removedAfter: ({ id }, { state, mark }) => {
        const naming = new RegExp(`(^|[ ,/])${nameIn(id)}([ ,]|$)`, "i");
        return listsNaming((line) => naming.test(line), rulesSeen(state, mark));
      },
    })(change, planning).map((step) => (change.kind === "changed" ? { ...step, risk: "hot" } : step)),
};

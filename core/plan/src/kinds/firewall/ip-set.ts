import type { IpSet } from "@orrery/model";
import type { IpSetState } from "@orrery/state";
import type { Change } from "../../compare/comparison.ts";
import { isMarked, type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import { listOf, type Properties } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import type { Kind, Planning } from "../kind.ts";
import { surplusReason } from "../plain-steps.ts";
import { textOf } from "../text.ts";
import { callTo, listsNaming, sourcesOf } from "./calls.ts";
import { declaredNames, namedPlaces, namesIn } from "./declared-places.ts";
import { namedFiles, placeId, placeOf } from "./place.ts";
import { addressForm, fieldOf } from "./row-text.ts";
import { rulesSeen } from "./rules-seen.ts";

type Entry = { readonly cidr: string; readonly nomatch: boolean; readonly comment: string };

/** `!10.0.0.5 # the printer`: what is taken out of a network begins with an exclamation mark. */
const entryText = ({ cidr, nomatch, comment }: Entry): string =>
  `${nomatch ? "!" : ""}${addressForm(cidr)}${comment === "" ? "" : ` # ${comment}`}`;

const entryOf = (line: string): Entry => {
  const [, no = "", cidr = "", comment = ""] = /^(!?)(\S+)(?: # (.*))?$/.exec(line) ?? [];
  return { cidr, nomatch: no === "!", comment };
};

const declaredEntries = (mark: Mark, { entries }: IpSet): string[] => [
  ...new Set(
    entries
      .map(({ cidr, nomatch, comment }) => entryText({ cidr, nomatch, comment: unmarked(mark, comment) }))
      .toSorted(),
  ),
];

const readSet = (mark: Mark, { comment, entries }: IpSetState): Properties => ({
  comment: unmarked(mark, comment),
  entries: entries
    .map((row) =>
      entryText({
        cidr: fieldOf(row, "cidr"),
        nomatch: fieldOf(row, "nomatch") === "1",
        comment: unmarked(mark, fieldOf(row, "comment")),
      }),
    )
    .toSorted(),
});

/** One entry after another: what is new or different is set, what is no more goes. */
const entrySteps = (
  subject: { readonly id: string; readonly name: string },
  from: readonly string[],
  to: readonly string[],
  planning: Planning,
): Step[] => {
  const place = placeOf(subject.id);
  let now = from;
  const step = (verb: string, title: string, because: string, next: readonly string[], calls: Step["calls"]): Step => {
    const before = now;
    now = next.toSorted();
    return {
      verb,
      title: `${title} the IP set ${subject.id}`,
      because,
      calls,
      from: { kind: "present", properties: { entries: before } },
      expects: { kind: "present", properties: { entries: now } },
      risk: "hot",
      principal: "token",
    };
  };
  const { name } = subject;
  const parametersOf = (line: string) => {
    const { cidr, nomatch, comment } = entryOf(line);
    return { name, cidr, ...(nomatch ? { nomatch: 1 } : {}), ...(comment === "" ? {} : { comment }) };
  };
  const same = (line: string) => (other: string) => entryOf(other).cidr === entryOf(line).cidr;
  const set = to
    .filter((line) => !from.includes(line))
    .map((line): Step => {
      const old = from.find(same(line));
      const next = [...now.filter((one) => one !== old), line];
      return old === undefined
        ? step(
            "add",
            `Add ${line} to`,
            "it is declared and not in it",
            next,
            callTo(place, { method: "POST", path: "/ipset/{name}", parameters: parametersOf(line) }, planning),
          )
        : step(
            "change",
            `Change ${old} to ${line} in`,
            "it is declared so",
            next,
            callTo(place, { method: "PUT", path: "/ipset/{name}/{cidr}", parameters: parametersOf(line) }, planning),
          );
    });
  const gone = from
    .filter((line) => !to.some(same(line)))
    .map((line) =>
      step(
        "take",
        `Take ${line} out of`,
        "the set is declared without it",
        now.filter((one) => one !== line),
        callTo(
          place,
          { method: "DELETE", path: "/ipset/{name}/{cidr}", parameters: { name, cidr: entryOf(line).cidr } },
          planning,
        ),
      ),
    );
  return [...set, ...gone];
};

const setSteps = (change: Change, planning: Planning): Step[] => {
  const { mark, state } = planning;
  const subject = change.kind === "surplus" ? change.observed : change.declared;
  const name = subject.id.slice(subject.id.indexOf("/") + 1);
  const place = placeOf(subject.id);
  const common = { principal: "token" } as const;
  if (change.kind === "surplus") {
    const naming = new RegExp(`\\+(?:dc/|guest/)?${name}([ ,]|$)`);
    return [
      {
        ...common,
        verb: "remove",
        title: `Remove the IP set ${subject.id}`,
        because: surplusReason(change.observed),
        calls: callTo(place, { method: "DELETE", path: "/ipset/{name}", parameters: { name, force: 1 } }, planning),
        from: { kind: "present", properties: subject.properties },
        expects: { kind: "absent" },
        risk: "hot",
        follows: listsNaming((line) => naming.test(line), rulesSeen(state, mark)),
      },
    ];
  }
  const comment = textOf(subject.properties.comment);
  const wanted = listOf(subject.properties.entries);
  if (change.kind === "missing") {
    return [
      {
        ...common,
        verb: "create",
        title: `Create the IP set ${subject.id}`,
        because: "it is declared and not there",
        calls: callTo(
          place,
          { method: "POST", path: "/ipset", parameters: { name, comment: markedComment(mark, comment) } },
          planning,
        ),
        from: { kind: "absent" },
        expects: { kind: "present", properties: { comment, entries: [] } },
        risk: "none",
      },
      ...entrySteps({ id: subject.id, name }, [], wanted, planning),
    ];
  }
  const { observed, properties } = change;
  const steps: Step[] = properties.some(({ property }) => property === "comment")
    ? [
        {
          ...common,
          verb: "rename",
          title: `Change the comment of the IP set ${subject.id}`,
          because: "its comment is not as declared",
          calls: callTo(
            place,
            {
              method: "POST",
              path: "/ipset",
              parameters: { name, rename: name, comment: observed.marked ? markedComment(mark, comment) : comment },
            },
            planning,
          ),
          from: { kind: "present", properties: { comment: observed.properties.comment ?? "" } },
          expects: { kind: "present", properties: { comment } },
          risk: "none",
        },
      ]
    : [];
  return [...steps, ...entrySteps({ id: subject.id, name }, listOf(observed.properties.entries), wanted, planning)];
};

/** A set of addresses and networks that rules match by its name; owned whole, entries and all. */
export const ipSet: Kind = {
  noun: "IP set",
  declared: (declaring) => {
    const known = declaredNames(declaring);
    return namedPlaces(declaring).flatMap(({ place, said, path, needs }) =>
      Object.entries(said.ipSets).map(([name, set]): DeclaredObject => {
        const entries = declaredEntries(declaring.mark, set);
        return {
          kind: "ip set",
          id: `${placeId(place)}/${name}`,
          properties: { comment: unmarked(declaring.mark, set.comment), entries },
          open: {},
          path: [...path, "ipSets", name],
          needs: [...needs, ...entries.flatMap((line) => namesIn(entryOf(line).cidr, place, known))],
        };
      }),
    );
  },
  observed: (state, mark) => {
    const { files, blind } = namedFiles(state, "ip set");
    const objects = files.flatMap(({ place, at, file }) =>
      file.ipsets.map(
        (set): ObservedObject => ({
          kind: "ip set",
          id: `${placeId(place)}/${set.name}`,
          properties: readSet(mark, set),
          hidden: {},
          marked: isMarked(mark, set.comment),
          builtIn: false,
          at,
          needs: [],
        }),
      ),
    );
    return { objects, blind };
  },
  sources: sourcesOf,
  steps: setSteps,
};

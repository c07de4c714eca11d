import type { Change } from "../compare/comparison.ts";
import { markedComment } from "../compare/mark.ts";
import type { CallValue } from "../plan/call.ts";
import type { Step } from "../plan/step.ts";
import type { Planning } from "./kind.ts";
import type { OptionTable } from "./option.ts";
import { plainCall, plainSteps } from "./plain-steps.ts";
import { differencesText, isNothing, parametersOf, updateOf } from "./section.ts";
import { textOf } from "./text.ts";

/** How the sections of a configuration file are made, changed and taken away, each by one call. */
export type SectionCalls = {
  readonly noun: string;
  /** Where one is made, and where it is. */
  readonly create: string;
  readonly at: string;
  readonly idKey: string;
  readonly table: OptionTable;
  /** Said with every creation and every change. */
  readonly always?: Readonly<Record<string, CallValue>>;
  /** Said with the removal. */
  readonly remove?: Readonly<Record<string, CallValue>>;
};

const changed = (
  { declared, observed, properties: differences }: Extract<Change, { readonly kind: "changed" }>,
  { idKey, table, always = {} }: SectionCalls,
  { mark }: Planning,
): Readonly<Record<string, CallValue>> => {
  const comment = differences.find(({ property }) => property === "comment");
  const others = differences.filter(({ property }) => property !== "comment");
  const wanted = textOf(comment?.declared);
  const written = observed.marked ? markedComment(mark, wanted) : wanted;
  const isTaken = comment !== undefined && isNothing(written);
  return {
    [idKey]: declared.id,
    ...always,
    ...updateOf(isTaken ? differences : others, declared.properties, table),
    ...(comment === undefined || isTaken ? {} : { comment: written }),
  };
};

/** The steps of a section: create, change or remove. */
export const sectionSteps = (change: Change, calls: SectionCalls, planning: Planning): readonly Step[] => {
  const { noun, create, at, idKey, table, always = {} } = calls;
  return plainSteps({
    called: (id, name) => `the ${noun} ${name === undefined ? id : `${name} (${id})`}`,
    because: differencesText,
    create: ({ id, properties }, { mark }) => [
      plainCall("POST", create, {
        [idKey]: id,
        ...always,
        ...parametersOf(properties, table),
        comment: markedComment(mark, textOf(properties.comment)),
      }),
    ],
    change: (difference) => [plainCall("PUT", at, changed(difference, calls, planning))],
    remove: ({ id }) => [plainCall("DELETE", at, { [idKey]: id, ...calls.remove })],
  })(change, planning);
};

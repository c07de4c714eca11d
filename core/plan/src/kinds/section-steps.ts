import type { Schema } from "@orrery/contract";
import type { Change } from "../compare/comparison.ts";
import type { Properties } from "../compare/value.ts";
import type { CallValue } from "../plan/call.ts";
import type { Condition, Step } from "../plan/step.ts";
import { conditionOf, differencesText, isNothing, parametersOf, updateOf } from "./section.ts";
import { textOf } from "./text.ts";

/** How the sections of a configuration file are made, changed and taken away. */
export type SectionCalls = {
  readonly noun: string;
  /** Where one is made, and where it is. */
  readonly create: string;
  readonly at: string;
  readonly idKey: string;
  readonly schemaOf: (key: string) => Schema | undefined;
  /** The comment with the mark. */
  readonly comment: (text: string) => string;
  /** Chosen once, when it is made. */
  readonly sensible?: Properties;
  /** Said with every creation and every change. */
  readonly always?: Readonly<Record<string, CallValue>>;
  /** Said with the removal. */
  readonly remove?: Readonly<Record<string, CallValue>>;
  /** Needed by what the object is named by: `{ name, comment }`. */
  readonly keepEmpty?: readonly string[];
};

const withName = ({ id, name }: { readonly id: string; readonly name?: string }): string =>
  name === undefined ? id : `${name} (${id})`;

const conditionFor = (properties: Properties): Condition => ({ ...properties });

/** One step: create, change or remove, each by one call. */
export const sectionSteps = (change: Change, calls: SectionCalls): Step[] => {
  const { noun, create, at, idKey, schemaOf, always = {} } = calls;
  const common = { risk: "none", principal: "token" } as const;
  if (change.kind === "missing") {
    const { declared } = change;
    const { comment, ...others } = { ...calls.sensible, ...declared.properties };
    return [
      {
        ...common,
        verb: "create",
        title: `Create the ${noun} ${withName(declared)}`,
        because: "it is declared and not there",
        calls: [
          {
            method: "POST",
            path: create,
            parameters: {
              [idKey]: declared.id,
              ...always,
              ...parametersOf(others, schemaOf),
              comment: calls.comment(textOf(comment)),
            },
            answers: "nothing",
          },
        ],
        from: { kind: "absent" },
        expects: { kind: "present", properties: conditionFor(declared.properties) },
      },
    ];
  }
  if (change.kind === "surplus") {
    const { observed } = change;
    return [
      {
        ...common,
        verb: "remove",
        title: `Remove the ${noun} ${withName(observed)}`,
        because: "it bears the mark of the declaration and is declared no more",
        calls: [
          {
            method: "DELETE",
            path: at,
            parameters: { [idKey]: observed.id, ...calls.remove },
            answers: "nothing",
          },
        ],
        from: { kind: "present", properties: conditionFor(observed.properties) },
        expects: { kind: "absent" },
      },
    ];
  }
  const { declared, observed, properties: differences } = change;
  const comment = differences.find(({ property }) => property === "comment");
  const others = differences.filter(({ property }) => property !== "comment");
  const wanted = textOf(comment?.declared);
  const written = observed.marked ? calls.comment(wanted) : wanted;
  const update = updateOf(
    comment !== undefined && isNothing(written) ? differences : others,
    declared.properties,
    schemaOf,
  );
  return [
    {
      ...common,
      verb: "change",
      title: `Change ${differences.map(({ property }) => property).join(", ")} of the ${noun} ${withName(declared)}`,
      because: differencesText(differences),
      calls: [
        {
          method: "PUT",
          path: at,
          parameters: {
            [idKey]: declared.id,
            ...always,
            ...update,
            ...(comment === undefined || isNothing(written) ? {} : { comment: written }),
          },
          answers: "nothing",
        },
      ],
      from: { kind: "present", properties: conditionOf(differences, "observed") },
      expects: { kind: "present", properties: conditionOf(differences, "declared") },
    },
  ];
};

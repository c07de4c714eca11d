import type { ObservedObject } from "../compare/object.ts";
import { type Properties, propertyText, sameValue } from "../compare/value.ts";
import type { Condition, Expectation } from "./step.ts";

/** The properties that are not as the condition says. */
const unmetProperties = (condition: Condition, properties: Properties): string[] =>
  Object.entries(condition)
    .filter(([key, value]) => !sameValue(value ?? undefined, properties[key]))
    .map(
      ([key, value]) =>
        `${key} is ${propertyText(key, properties[key])} and not ${propertyText(key, value ?? undefined)}`,
    );

/** What keeps an expectation from holding of an object, in words; nothing where it holds. Undefined is not there. */
export const unmet = (expected: Expectation, object: Pick<ObservedObject, "properties"> | undefined): string[] => {
  switch (expected.kind) {
    case "absent":
      return object === undefined ? [] : ["it is there"];
    case "present":
      return object === undefined ? ["it is not there"] : unmetProperties(expected.properties, object.properties);
  }
};

export const holds = (expected: Expectation, object: Pick<ObservedObject, "properties"> | undefined): boolean =>
  unmet(expected, object).length === 0;

import type { PveVersion } from "@orrery/contract";
import type { Config, GuestKind } from "@orrery/state";
import type { PropertyDifference } from "../../compare/comparison.ts";
import type { Mark } from "../../compare/mark.ts";
import { type Properties, propertyText } from "../../compare/value.ts";
import type { Call, CallValue } from "../../plan/call.ts";
import type { Condition } from "../../plan/step.ts";
import type { Wanted } from "./wanted.ts";

/** The guest that steps are made for, as it is (or will be, where it is a copy of a template that is yet to be made). */
export type Standing = {
  readonly vmid: number;
  readonly type: GuestKind;
  readonly node: string;
  readonly isRunning: boolean;
  /** HA looks after it. */
  readonly isKeptByHa: boolean;
  readonly isProtected: boolean;
  readonly marked: boolean;
  readonly properties: Properties;
  readonly config: Config;
  /** As it runs, without what waits. */
  readonly running: Config;
  readonly isTemplate: boolean;
  /** Properties that something else is about to change, and why. */
  readonly unsettled?: Readonly<Record<string, string>>;
};

export type Planned = {
  readonly wanted: Wanted;
  readonly open: Readonly<Record<string, string>>;
  readonly standing: Standing;
  readonly differences: readonly PropertyDifference[];
  readonly version: PveVersion;
  readonly mark: Mark;
  /** Whether all nodes reach a storage. */
  readonly isShared: (storage: string) => boolean;
  /** Whether a node reaches a storage. */
  readonly isOn: (storage: string, node: string) => boolean;
};

/** `dc01 (101)`. */
export const nameOf = (name: string | undefined, vmid: number): string =>
  name === undefined ? `${vmid}` : `${name} (${vmid})`;

export const nounOf = (type: GuestKind): string => (type === "qemu" ? "VM" : "container");

export const conditionsOf = (
  differences: readonly PropertyDifference[],
): { readonly from: Condition; readonly expects: Condition } => ({
  from: Object.fromEntries(differences.map(({ property, observed }) => [property, observed ?? null])),
  expects: Object.fromEntries(differences.map(({ property, declared }) => [property, declared ?? null])),
});

export const present = (properties: Condition) => ({ kind: "present", properties }) as const;

export const guestCall = (
  method: Call["method"],
  { type, vmid, node }: Pick<Standing, "type" | "vmid" | "node">,
  below: string,
  { answers, ...parameters }: { readonly answers: Call["answers"] } & Readonly<Record<string, CallValue>>,
): Call => ({
  method,
  path: `/nodes/{node}/${type}/{vmid}${below}`,
  parameters: { node, vmid, ...parameters },
  answers,
});

const saying = ({ property, declared, observed }: PropertyDifference): string =>
  `${property} is ${propertyText(property, observed)}, declared ${propertyText(property, declared)}`;

export const becauseOf = (differences: readonly PropertyDifference[]): string => {
  const told = differences.slice(0, 4).map(saying);
  const more = differences.length - told.length;
  return more > 0 ? `${told.join("; ")}; and ${more} more` : told.join("; ");
};

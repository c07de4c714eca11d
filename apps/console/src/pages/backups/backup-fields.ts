import type { Api } from "../../api/client.ts";
import type { Field } from "../../filter/field.ts";
import { ageOf, standingOf, standings } from "./standing-of.ts";

type Guest = Api<"GuestBackups">;

/** By what the rows are filtered, at a moment in minutes: ages go on. */
export const backupFields = (now: number): readonly Field<Guest>[] => [
  { kind: "word", key: "name", about: "the guest's name", of: ({ name }) => name, searched: true },
  { kind: "word", key: "vmid", about: "the guest's number", of: ({ vmid }) => String(vmid), searched: true },
  { kind: "word", key: "node", about: "the node that it is on", of: ({ node }) => node },
  { kind: "word", key: "policy", about: "a policy that covers it", of: ({ policies }) => policies },
  {
    kind: "word",
    key: "is",
    about: "how it stands",
    of: (guest) => standingOf(guest, now),
    values: standings,
  },
  {
    kind: "number",
    key: "age",
    about: "of its newest copy",
    unit: "seconds",
    of: (guest) => {
      const age = ageOf(guest, now);
      return age === undefined ? undefined : age / 1000;
    },
  },
];

export const backupExamples: readonly (readonly [filter: string, about: string])[] = [
  ["is:never", "without any copy"],
  ["is:late", "older than what may be lost"],
  ["age>2d", "not copied for two days"],
];

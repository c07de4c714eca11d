import { expect, test } from "vitest";
import type { Api } from "../../api/client.ts";
import { actsOf } from "./acts.ts";

const anEntry = (number: number, phase: Api<"AuditEntry">["phase"], more: Partial<Api<"AuditEntry">> = {}) => ({
  number,
  at: number,
  phase,
  who: "ada",
  from: "127.0.0.1",
  what: "makeToken",
  path: "/api/tokens",
  request: `r${number}`,
  ...more,
});

test("a change is one act with the outcome of its end", () => {
  const acts = actsOf([
    anEntry(4, "ends", { request: "b", status: 409, why: "there already" }),
    anEntry(3, "begins", { request: "b" }),
    anEntry(2, "ends", { request: "a", status: 201 }),
    anEntry(1, "begins", { request: "a" }),
  ]);
  expect(acts.map(({ entry, outcome }) => [entry.number, outcome])).toEqual([
    [4, { kind: "failed", status: 409, why: "there already" }],
    [2, { kind: "done" }],
  ]);
});

test("what began and has no end here stands for itself, and so does what was refused", () => {
  const acts = actsOf([anEntry(2, "begins"), anEntry(1, "refused", { why: "takes the role admin" })]);
  expect(acts.map(({ outcome }) => outcome)).toEqual([
    { kind: "begun" },
    { kind: "refused", why: "takes the role admin" },
  ]);
});

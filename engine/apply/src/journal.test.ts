import fc from "fast-check";
import { expect, test } from "vitest";
import { type JournalRecord, pastOf, recordsOf } from "./journal.ts";

const began: JournalRecord = { kind: "began", at: 0, plan: "p", cluster: "lab" };
const call = { at: 1, action: "a", call: 0 };

test("a call that was sent and not answered is under way; one that was refused never was", () => {
  const sending: JournalRecord = { kind: "sending", ...call, method: "POST", path: "/pools" };
  expect(pastOf([began, sending]).actions.get("a")?.calls.get(0)).toEqual({ kind: "sending", at: 1 });
  const refused: JournalRecord = { kind: "refused", ...call, why: "it is locked" };
  expect(pastOf([began, sending, refused]).actions.get("a")?.calls.size).toBe(0);
  const answered: JournalRecord = { kind: "answered", ...call, upid: "UPID:x" };
  expect(pastOf([began, sending, answered])).toMatchObject({ upids: new Set(["UPID:x"]) });
  const ended: JournalRecord = { kind: "task ended", ...call, upid: "UPID:x", how: "ok" };
  expect(pastOf([began, sending, answered, ended]).actions.get("a")?.calls.get(0)).toEqual({ kind: "over", at: 1 });
});

test("only the last run counts, and what it left has not begun", () => {
  const left: JournalRecord = { kind: "outcome", at: 2, action: "a", outcome: { kind: "left", why: "stopped" } };
  const done: JournalRecord = { kind: "outcome", at: 2, action: "b", outcome: { kind: "done" } };
  const past = pastOf([began, done, { kind: "finished", at: 3 }, began, left]);
  expect(past.finished).toBe(false);
  expect(past.actions.get("a")?.outcome).toBeUndefined();
  expect(past.actions.has("b")).toBe(false);
});

test("whatever else stands in a journal is no record, and breaks nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.constant(began))), (lines) => {
      const records = recordsOf(lines);
      expect(records.every(({ kind }) => typeof kind === "string")).toBe(true);
      expect(typeof pastOf(records).finished).toBe("boolean");
    }),
  );
});

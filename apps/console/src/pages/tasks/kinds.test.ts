import { expect, test } from "vitest";
import type { Api } from "../../api/client.ts";
import { kindsOf } from "./kinds.ts";
import { vmidOf } from "./task-columns.tsx";

type Task = Api<"Task">;

const aTask = (given: Partial<Task>): Task => ({
  upid: "UPID:node01:1",
  node: "node01",
  type: "qmstart",
  id: "100",
  user: "root@pam",
  started: 1000,
  ended: 3000,
  outcome: "ok",
  status: "OK",
  ...given,
});

const running = ({ ended: _ended, status: _status, ...rest }: Task): Task => ({ ...rest, outcome: "running" });

test("tasks of a type are told by the middle and the longest of those that ended", () => {
  const tasks = [aTask({}), aTask({ ended: 2000 }), aTask({ ended: 9000 }), running(aTask({}))];
  expect(kindsOf(tasks)).toEqual([{ type: "qmstart", count: 4, running: 1, failed: 0, median: 2000, longest: 8000 }]);
});

test("a type of which none ended has no length, and the one that failed comes first", () => {
  const tasks = [running(aTask({})), running(aTask({})), aTask({ type: "vzdump", outcome: "failed", status: "no" })];
  const [first, second] = kindsOf(tasks);
  expect([first?.type, first?.failed]).toEqual(["vzdump", 1]);
  expect([second?.type, second?.median, second?.longest]).toEqual(["qmstart", undefined, undefined]);
});

test.each([
  ["qmigrate", "100", 100],
  ["vzdump", "100", 100],
  ["vzdump", "", undefined],
  ["imgcopy", "2026", undefined],
  ["srvstart", "networking", undefined],
])("%s of %j is about guest %s", (type, id, wanted) => {
  expect(vmidOf({ type, id })).toBe(wanted);
});

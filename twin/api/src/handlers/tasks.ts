import { parseUpid } from "@orrery/contract";
import { stopTask, type Task, taskLog, type World } from "@orrery/twin-world";
import { parseCaller } from "../access/acl.ts";
import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { splitList } from "../validation/word-list.ts";
import type { Row } from "./resource-rows.ts";

const userFields = (name: string): Row => {
  const { userid, tokenid } = parseCaller(name);
  return tokenid === undefined ? { user: userid } : { user: userid, tokenid };
};

const bare = (task: Task): Row => ({
  upid: task.upid,
  node: task.node,
  type: task.type,
  id: task.id,
  ...userFields(task.user),
  starttime: Math.floor(task.starttime / 1000),
});

const ended = (task: Task): Row =>
  task.state.kind === "ended" ? { endtime: Math.floor(task.state.at / 1000), status: task.state.exitstatus } : {};

const owns = (call: Call, task: Task): boolean =>
  task.user === call.rights.name || parseCaller(task.user).userid === call.rights.name;

const tasksOf = (world: World, node: string): Task[] =>
  (world.nodes[node]?.tasks ?? []).flatMap((upid) => world.tasks[upid] ?? []).filter((task) => !task.silent);

/** Newest first: what runs by its start, then what has ended by its end, as the node's index of tasks was written. */
const byEnd = (one: Task, other: Task): number => {
  const [left, right] = [endOf(one), endOf(other)];
  return left === right ? other.pstart - one.pstart : left < right ? 1 : -1;
};

const endOf = (task: Task): number =>
  task.state.kind === "ended" ? Math.floor(task.state.at / 1000) : Number.POSITIVE_INFINITY;

const statusKind = (task: Task): "ok" | "error" | "warning" | "unknown" => {
  if (task.state.kind === "running") return "unknown";
  const { exitstatus } = task.state;
  if (exitstatus === "OK") return "ok";
  if (exitstatus === "unexpected status" || exitstatus === "unknown") return "unknown";
  return exitstatus.startsWith("WARNINGS") ? "warning" : "error";
};

const matches = (call: Call, task: Task): boolean => {
  const vmid = call.text("vmid");
  const user = call.text("userfilter");
  const type = call.text("typefilter");
  const since = call.number("since");
  const until = call.number("until");
  const statuses = splitList(call.text("statusfilter") ?? "");
  const started = Math.floor(task.starttime / 1000);
  if (vmid !== undefined && task.id !== vmid) return false;
  if (user !== undefined && !task.user.toLowerCase().includes(user.toLowerCase())) return false;
  if (type !== undefined && task.type !== type) return false;
  if (since !== undefined && started < since) return false;
  if (until !== undefined && started > until) return false;
  if (call.flag("errors") && statusKind(task) === "ok") return false;
  return statuses.length === 0 || statuses.includes(statusKind(task));
};

const list = (call: Call): unknown => {
  const source = call.text("source") ?? "archive";
  const audit = call.rights.has(`/nodes/${call.node}`, "Sys.Audit");
  const all = tasksOf(call.world, call.node)
    .toSorted(byEnd)
    .filter((task) => source === "all" || (source === "active") === (task.state.kind === "running"))
    .filter((task) => audit || owns(call, task))
    .filter((task) => matches(call, task));
  const start = call.number("start") ?? 0;
  const limit = call.number("limit") ?? 50;
  call.total = all.length;
  return all.slice(start, start + limit).map((task) => ({
    ...bare(task),
    pid: task.pid,
    pstart: task.pstart,
    ...(task.state.kind === "running" ? { status: "RUNNING", saved: "0" } : ended(task)),
  }));
};

/** The newest tasks of the whole cluster, as the nodes tell one another: the running, and the last 25 of each node. */
const clusterTasks = (call: Call): unknown => {
  const audit = call.rights.has("/", "Sys.Audit");
  // What has only just ended was told by its worker; the node's next look at its tasks tells the same as text.
  const fresh = (task: Task): boolean =>
    task.state.kind === "ended" &&
    call.world.now - task.state.at < 2000 &&
    tasksOf(call.world, task.node).at(-1) === task;
  return Object.keys(call.world.nodes)
    .flatMap((node) => tasksOf(call.world, node).slice(-25))
    .filter((task) => audit || owns(call, task))
    .toSorted(
      (left, right) =>
        Math.floor(right.starttime / 1000) - Math.floor(left.starttime / 1000) || right.pstart - left.pstart,
    )
    .map((task) => ({
      ...bare(task),
      ...(task.state.kind === "running" ? { pid: task.pid } : { ...ended(task), saved: fresh(task) ? 1 : "1" }),
    }));
};

const parsed = (call: Call) =>
  parseUpid(call.need("upid")) ?? refuseParameters({ upid: "unable to parse worker upid" });

const taskOf = (call: Call): Task | undefined => {
  parsed(call);
  const task = call.world.tasks[call.need("upid")];
  return task?.node === call.node ? task : undefined;
};

/** A user sees its own tasks and those of its tokens; all others need the privilege on the node. */
const needSight = (call: Call, privilege: "Sys.Audit" | "Sys.Modify"): void => {
  const { user } = parsed(call);
  if (user === call.rights.name || parseCaller(user).userid === call.rights.name) return;
  call.rights.need(`/nodes/${call.node}`, privilege);
};

const status = (call: Call): unknown => {
  needSight(call, "Sys.Audit");
  const task = taskOf(call);
  if (task === undefined) return refuseParameters({ upid: "no such task" });
  return {
    ...bare(task),
    pid: task.pid,
    pstart: task.pstart,
    status: task.state.kind === "running" ? "running" : "stopped",
    ...(task.state.kind === "ended" ? { exitstatus: task.state.exitstatus } : {}),
  };
};

const log = (call: Call): unknown => {
  needSight(call, "Sys.Audit");
  const task = taskOf(call);
  const lines = task === undefined ? undefined : taskLog(call.world, task);
  if (call.flag("download")) {
    if (call.given("start") || call.given("limit"))
      fail("'download' cannot be used together with 'start' or 'limit' parameters");
    call.download = {
      name: `task-${parsed(call).node}-${parsed(call).type}.log`,
      text: (lines ?? []).map((line) => `${line}\n`).join(""),
    };
    return null;
  }
  if (lines === undefined || lines.length === 0) {
    call.total = 1;
    return [{ n: 1, t: lines === undefined ? "unable to open file - No such file or directory" : "no content" }];
  }
  call.total = lines.length;
  const start = call.number("start") ?? 0;
  const limit = call.number("limit") ?? 50;
  const end = limit === 0 ? lines.length : start + limit;
  return lines.slice(start, end).map((text, index) => ({ n: start + index + 1, t: text }));
};

const stop = (call: Call): unknown => {
  needSight(call, "Sys.Modify");
  const task = taskOf(call);
  if (task?.state.kind === "running") stopTask(call.world, task);
  return null;
};

const index = (call: Call): unknown => {
  needSight(call, "Sys.Audit");
  return [{ name: "log" }, { name: "status" }];
};

export const tasks: Handlers = {
  "GET /cluster/tasks": clusterTasks,
  "GET /nodes/{node}/tasks": list,
  "GET /nodes/{node}/tasks/{upid}": index,
  "GET /nodes/{node}/tasks/{upid}/status": status,
  "GET /nodes/{node}/tasks/{upid}/log": log,
  "DELETE /nodes/{node}/tasks/{upid}": stop,
};

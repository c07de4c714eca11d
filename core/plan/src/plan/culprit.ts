import { type ClusterState, type TaskState, valueIn } from "@orrery/state";
import type { ObjectRef } from "../compare/object.ts";
import type { Drift } from "./plan.ts";

const removing = /^(?:qm|vz)destroy$/;
const running = /^(?:qm|vz)(?:start|stop|shutdown|reboot|suspend|resume)$/;
const moving = /^(?:qmigrate|vzmigrate)$/;
const configuring = /^(?:qm|vz)(?:config|create|clone|move|resize|rollback|restore|template)$|^(?:move_volume|resize)$/;

/** The tasks of a guest that change one of its properties; others (a console, a backup) change nothing of it. */
const tellingOf = (property: string): RegExp =>
  property === "status" ? running : property === "node" ? moving : configuring;

const isTelling = ({ kind, id }: ObjectRef, properties: readonly string[] | "all of it", task: TaskState): boolean => {
  if (kind === "node network") return task.node === id && task.type === "srvreload" && properties !== "all of it";
  if ((kind !== "guest" && kind !== "template") || task.id !== id) return false;
  if (properties === "all of it") return removing.test(task.type);
  return properties.some((property) => tellingOf(property).test(task.type));
};

/**
 * Who changed these properties of an object last, or removed it, where the task log knows: a change that starts no task
 * leaves no trace there.
 */
export const changedBy = (
  object: ObjectRef,
  properties: readonly string[] | "all of it",
  state: ClusterState,
): Drift["by"] => {
  const tasks = (valueIn(state.tasks) ?? []).filter((task) => isTelling(object, properties, task));
  const last = tasks.toSorted((one, other) => other.started - one.started)[0];
  return last === undefined ? undefined : { user: last.user, at: last.started * 1000, task: last.upid };
};

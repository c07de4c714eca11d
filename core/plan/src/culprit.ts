import { type ClusterState, type TaskState, valueIn } from "@orrery/state";
import type { ObjectRef } from "./object.ts";
import type { Drift } from "./plan.ts";

/** Tasks that change what they are about, by kind of object; others (a console, a backup) change nothing of it. */
const telling =
  /^(qm|vz)(config|create|clone|migrate|move|resize|rollback|restore|start|stop|shutdown|template)|^(qmigrate|vzmigrate|qmclone|vzclone|qmrestore|vzrestore|qmmove|move_volume|resize|srvreload)/;

const isAbout = ({ kind, id }: ObjectRef, task: TaskState): boolean =>
  kind.startsWith("guest") ? task.id === id : id.startsWith(`${task.node}/`) && task.type === "srvreload";

/** Who changed an object last, where the task log knows: changes that start no task leave no trace. */
export const changedBy = (object: ObjectRef, state: ClusterState): Drift["by"] => {
  const tasks = (valueIn(state.tasks) ?? []).filter((task) => telling.test(task.type) && isAbout(object, task));
  const last = tasks.toSorted((one, other) => other.started - one.started)[0];
  return last === undefined ? undefined : { user: last.user, at: last.started * 1000, task: last.upid };
};

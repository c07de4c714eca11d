import { dispatch, loadMethods, newCsrfToken, newTicket, type Twin } from "@orrery/twin-api";
import { advanceUntil } from "@orrery/twin-world";

await loadMethods();

/** A call of root@pam in process, to set a twin up or to look at it; the data of its answer. */
export const asRoot = (twin: Twin, method: string, path: string, parameters: Record<string, unknown> = {}): unknown => {
  const ticket = newTicket(twin, "root@pam");
  const credentials = { kind: "ticket", ticket, csrf: newCsrfToken(twin, "root@pam") } as const;
  const node = Object.keys(twin.world.nodes)[0] ?? "";
  const answer = dispatch(twin, { method, path, parameters, credentials, node });
  if (answer.kind !== "data") throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.data;
};

/** The same for a call that answers a UPID: lets the task come to its end. */
export const taskAsRoot = (twin: Twin, ...call: [string, string, Record<string, unknown>?]): void => {
  const upid = String(asRoot(twin, ...call));
  advanceUntil(twin.world, ({ tasks }) => tasks[upid]?.state.kind !== "running", twin.world.now + 3_600_000);
};

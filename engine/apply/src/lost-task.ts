import { parseUpid } from "@orrery/contract";
import type { Call } from "@orrery/plan";
import type { AnyPve } from "./task.ts";

/** So far a node's clock may be from ours. Milliseconds. */
const skewMs = 10_000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** What a task of the call is about: a guest's number, mostly. A clone is about what it is made from. */
const subjectOf = ({ parameters }: Call): string | undefined => {
  const { vmid } = parameters;
  return typeof vmid === "string" || typeof vmid === "number" ? String(vmid) : undefined;
};

/**
 * The task that a request started which was sent and never answered: on the node that it was for, about the same guest,
 * by the same user where it is known, of one of the types that may be meant, begun since, and none that is known already. The newest of several.
 */
export const findLostTask = async (
  pve: AnyPve,
  call: Call,
  {
    sentAt,
    known,
    user,
    types,
  }: { sentAt: number; known: ReadonlySet<string>; user?: string | undefined; types?: readonly string[] },
): Promise<string | undefined> => {
  const { node } = call.parameters;
  const since = Math.floor((sentAt - skewMs) / 1000);
  const answer =
    typeof node === "string"
      ? await pve.request("GET", "/nodes/{node}/tasks", { node, source: "all", since, limit: 500 })
      : await pve.request("GET", "/cluster/tasks");
  const subject = subjectOf(call);
  const upids = (Array.isArray(answer.data) ? answer.data : []).flatMap((row) => {
    const upid = isRecord(row) && typeof row.upid === "string" ? row.upid : undefined;
    return upid === undefined ? [] : [upid];
  });
  const found = upids
    .flatMap((upid) => {
      const parsed = parseUpid(upid);
      return parsed === undefined ? [] : [{ upid, parsed }];
    })
    .filter(
      ({ upid, parsed }) =>
        !known.has(upid) &&
        parsed.starttime >= since &&
        (subject === undefined || parsed.id === subject) &&
        (user === undefined || parsed.user === user) &&
        (types === undefined || types.includes(parsed.type)),
    )
    .toSorted((one, other) => other.parsed.starttime - one.parsed.starttime);
  return found[0]?.upid;
};

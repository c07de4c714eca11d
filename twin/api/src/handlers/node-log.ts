import { instantOf } from "@orrery/model";
import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { localtimeText } from "../wall-clock.ts";
import { nodeOfCall } from "./node-of-call.ts";

/** What the node's daemons have logged: the lines of the cluster log that were its own, the oldest first. */
const linesOf = (call: Call): { at: number; tag: string; text: string }[] => {
  const { timezone } = nodeOfCall(call);
  return call.world.log
    .filter((entry) => entry.node === call.node)
    .map((entry) => {
      const stamp = localtimeText(entry.at, timezone).slice(4, 19);
      const msg = entry.tag === "pvedaemon" ? `<${entry.user}> ${entry.msg}` : entry.msg;
      return { at: entry.at, tag: entry.tag, text: `${stamp} ${call.node} ${entry.tag}[${entry.pid}]: ${msg}` };
    });
};

/** `2026-11-22` or `2026-11-22 09:00:00` by the node's clock, in epoch milliseconds. */
const momentOf = (call: Call, name: string): number | undefined => {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const asUtc = Date.parse(`${text.replace(" ", "T")}${/\d:\d/.test(text) ? "" : "T00:00:00"}Z`);
  if (Number.isNaN(asUtc)) return fail(`unable to parse '${name}'`);
  return instantOf(nodeOfCall(call).timezone, asUtc);
};

const syslog = (call: Call): unknown => {
  const [since, until] = [momentOf(call, "since"), momentOf(call, "until")];
  const service = call.text("service");
  const found = linesOf(call)
    .filter((line) => since === undefined || line.at >= since)
    .filter((line) => until === undefined || line.at <= until)
    .filter((line) => service === undefined || line.tag === service);
  const start = call.number("start") ?? 0;
  const limit = call.number("limit") ?? 50;
  call.total = found.length;
  if (found.length === 0) return [{ n: 1, t: "no content" }];
  return found.slice(start, start + limit).map((line, index) => ({ n: start + index + 1, t: line.text }));
};

/** Lines between two cursors, the cursor of the first before them and that of the last after, as mini-journalreader writes them. */
const journal = (call: Call): unknown => {
  const last = call.number("lastentries");
  if (last !== undefined && (call.given("since") || call.given("until"))) {
    refuseParameters({ lastentries: "conflicts with 'since' and 'until'" });
  }
  const [since, until] = [call.number("since"), call.number("until")];
  const all = linesOf(call);
  const [from, to] = [call.text("startcursor"), call.text("endcursor")].map(
    (cursor) => /i=([0-9a-f]+)/.exec(cursor ?? "")?.[1],
  );
  const numbered = all.map((line, index) => ({ ...line, index }));
  const found = numbered
    .filter((line) => since === undefined || line.at >= since * 1000)
    .filter((line) => until === undefined || line.at <= until * 1000)
    .filter((line) => from === undefined || line.index > Number.parseInt(from, 16))
    .filter((line) => to === undefined || line.index < Number.parseInt(to, 16));
  const kept = last === undefined ? found : found.slice(-last);
  const cursor = (index: number) => `s=twin;i=${index.toString(16)}`;
  const first = kept[0]?.index ?? all.length;
  const end = kept.at(-1)?.index ?? all.length;
  return [cursor(first), ...kept.map((line) => line.text), cursor(end)];
};

export const nodeLog: Handlers = {
  "GET /nodes/{node}/syslog": syslog,
  "GET /nodes/{node}/journal": journal,
};

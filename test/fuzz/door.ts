import { type RunningTwin, startTwin } from "@orrery/twin-server";
import { type Exchange, readTopic, topics } from "../conformance/recording.ts";
import { type Finding, knownValues, rootHeaders, show } from "./campaign.ts";
import type { Dice } from "./dice.ts";
import { mutated, type Sent } from "./mutation.ts";
import { complaint } from "./verdict.ts";
import { bytesOf, type Came, Wire } from "./wire.ts";

/** A twin behind its door, and what it met that it did not know to answer. */
export type Opened = { readonly running: RunningTwin; readonly port: number; readonly failures: string[] };

export const openTwin = async (): Promise<Opened> => {
  const failures: string[] = [];
  const running = await startTwin({
    bare: ["pve1", "pve2", "pve3"],
    speed: 60,
    rootPassword: "rootpw",
    onFailure: (error, request) => failures.push(`${request}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  return { running, port: Number(new URL(running.url).port), failures };
};

const exchanges: readonly Exchange[] = topics.flatMap((topic) => readTopic(topic));
const known = knownValues(exchanges);

const cut = (bytes: Buffer, dice: Dice): Buffer[] => {
  const at = dice.below(bytes.length);
  return [bytes.subarray(0, at), bytes.subarray(at)];
};

/** Sends one mutated recording, whole, in two pieces, or only a part of it before the end. */
const sendOne = async (wire: Wire, sent: Sent, dice: Dice): Promise<{ came: Came; whole: boolean }> => {
  const bytes = bytesOf(sent);
  if (dice.chance(0.01)) return { came: await wire.sendAndEnd(cut(bytes, dice)[0] ?? bytes), whole: false };
  return { came: await wire.send(dice.chance(0.05) ? cut(bytes, dice) : [bytes]), whole: true };
};

/** Sends mutated recordings over HTTPS until the time is over. */
export const fuzzDoor = async (
  { running, port }: Opened,
  dice: Dice,
  until: { readonly at: number; readonly count?: number },
): Promise<{ sent: number; findings: Finding[]; statuses: Record<string, number> }> => {
  const findings: Finding[] = [];
  const statuses: Record<string, number> = {};
  const wire = new Wire(port);
  let count = 0;
  while (performance.now() < until.at && count < (until.count ?? Number.POSITIVE_INFINITY)) {
    const index = dice.below(exchanges.length);
    const exchange = exchanges[index];
    if (exchange === undefined) continue;
    const sent = mutated(exchange.request, rootHeaders(running.api), dice, known);
    count += 1;
    const { came, whole } = await sendOne(wire, sent, dice);
    const name = came.kind === "answer" ? `${came.answer.status}` : came.kind;
    statuses[name] = (statuses[name] ?? 0) + 1;
    const note = (why: string) => findings.push({ topic: "door", index, sent: show(sent), why });
    if (came.kind === "answer") {
      const wrong = complaint(came.answer);
      if (wrong !== undefined)
        note(`${wrong} (${came.answer.status} ${came.answer.reason.slice(0, 200)} ${came.answer.body.slice(0, 200)})`);
    } else if (whole || came.kind === "silent") note(came.kind);
  }
  wire.close();
  return { sent: count, findings, statuses };
};

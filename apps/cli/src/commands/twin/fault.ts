import { parseFault, parseSpan } from "@orrery/twin-server";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import { print } from "../../output.ts";
import { askTwin, type ControlOptions } from "./control-door.ts";

type ShownFault = {
  readonly id: string;
  readonly fault: string;
  readonly state: string;
  readonly at: number;
  readonly until?: number;
};

const isShown = (value: unknown): value is ShownFault =>
  typeof value === "object" && value !== null && "id" in value && "fault" in value && "state" in value;

const moment = (at: number | undefined): string =>
  at === undefined ? "" : new Date(at).toISOString().slice(0, 19).replace("T", " ");

const line = ({ id, fault, state, at, until }: ShownFault): string =>
  `${id.padEnd(10)} ${state.padEnd(8)} ${moment(at)}${until === undefined ? "" : ` to ${moment(until)}`}  ${fault}`;

export type FaultArguments = ControlOptions & { readonly json?: boolean };

/** `orrery twin fault list`. */
export const listFaults = async (options: FaultArguments): Promise<ExitCode> => {
  const answer = await askTwin(options, "GET", "/orrery/faults");
  const faults = Array.isArray(answer) ? answer.filter(isShown) : [];
  if (options.json) await print(JSON.stringify(faults, null, 2));
  else await print(faults.length === 0 ? "No fault was ever asked for." : faults.map(line).join("\n"));
  return exitCode.done;
};

const spanIn = (name: string, raw: string | undefined): number | undefined => {
  if (raw === undefined) return undefined;
  const span = parseSpan(raw);
  if (span !== undefined) return span;
  throw new CommandError(`${name} ${raw} is no span of time. Write 90s, 10min, 2h or 3d.`);
};

/** `orrery twin fault add node node02 loses-power --for 10min`. */
export const addFault = async (
  words: readonly string[],
  options: FaultArguments & { readonly in?: string; readonly for?: string },
): Promise<ExitCode> => {
  const sentence = words.map((word) => (/\s/.test(word) ? word.replace(/^([^=]+)=(.*)$/, '$1="$2"') : word)).join(" ");
  const read = parseFault(sentence);
  if ("problem" in read) throw new CommandError(`${read.problem}\n\`orrery twin fault add --help\` lists every fault.`);
  const [after, lasting] = [spanIn("--in", options.in), spanIn("--for", options.for)];
  const answer = await askTwin(options, "POST", "/orrery/faults", {
    ...read,
    ...(after === undefined ? {} : { in: after }),
    ...(lasting === undefined ? {} : { for: lasting }),
  });
  if (options.json) await print(JSON.stringify(answer));
  else if (isShown(answer)) await print(line(answer));
  return exitCode.done;
};

/** `orrery twin fault clear [id]`: one, or all. */
export const clearFaults = async (id: string | undefined, options: FaultArguments): Promise<ExitCode> => {
  const answer = await askTwin(
    options,
    "DELETE",
    id === undefined ? "/orrery/faults" : `/orrery/faults/${encodeURIComponent(id)}`,
  );
  const cleared =
    typeof answer === "object" && answer !== null && "cleared" in answer && Array.isArray(answer.cleared)
      ? answer.cleared
      : [];
  if (options.json) await print(JSON.stringify({ cleared }));
  else await print(cleared.length === 0 ? "There was no fault to end." : `Ended: ${cleared.join(", ")}`);
  return exitCode.done;
};

/** `orrery twin clock`: what time it is in the world, at what speed; another speed, or a jump. */
export const turnClock = async (
  options: FaultArguments & { readonly speed?: string; readonly pass?: string },
): Promise<ExitCode> => {
  const pass = spanIn("--pass", options.pass);
  const speed = options.speed === undefined ? undefined : options.speed === "max" ? "max" : Number(options.speed);
  const turned = pass !== undefined || speed !== undefined;
  const answer = await askTwin(
    options,
    turned ? "PUT" : "GET",
    "/orrery/clock",
    turned ? { ...(pass === undefined ? {} : { pass }), ...(speed === undefined ? {} : { speed }) } : undefined,
  );
  if (options.json) await print(JSON.stringify(answer));
  else if (typeof answer === "object" && answer !== null && "now" in answer && "speed" in answer)
    await print(`${String(answer.now)}, speed ${String(answer.speed)}`);
  return exitCode.done;
};

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { observe } from "@orrery/collect";
import { writeDeclaration } from "@orrery/declaration";
import { parseLab } from "@orrery/model";
import { adopt as adopted, defaultMark, planFor } from "@orrery/plan";
import { systemClock } from "@orrery/pve";
import { type ClusterState, whyUnknown } from "@orrery/state";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { type Adoption, adoptView } from "../views/adopt-view.ts";
import { askerOf, type ConnectionArguments, connectByRelease, pveFailure } from "./connection.ts";

export type AdoptArguments = ConnectionArguments & {
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

const entry = "orrery.config.ts";

const observed = async (options: AdoptArguments): Promise<{ state: ClusterState; requests: number }> => {
  const { pve } = await connectByRelease(options, process.env);
  try {
    return await observe(pve, systemClock);
  } catch (error) {
    throw pveFailure(error, askerOf(options));
  } finally {
    await pve.close();
  }
};

/** Parts that could not be read, which the declaration therefore leaves out. */
const unread = (state: ClusterState): string[] => {
  const parts = Object.entries(state).flatMap(([name, part]) => {
    if (typeof part !== "object" || !("kind" in part) || part.kind !== "unreachable") return [];
    return [`${name}: ${whyUnknown(part) ?? ""}`];
  });
  const nodes = Object.values(state.nodes).flatMap(({ name, status }) =>
    status.kind === "observed" ? [] : [`node ${name}: ${whyUnknown(status) ?? ""}`],
  );
  const half = Object.entries(state.veiled ?? {}).flatMap(([name, why]) =>
    parts.some((part) => part.startsWith(`${name}: `)) ? [] : [`${name}, in part: ${why}`],
  );
  return [...parts, ...half, ...nodes];
};

/** `orrery adopt`: writes down the declaration of a cluster that is there. */
export const adopt = async (options: AdoptArguments): Promise<ExitCode> => {
  const folder = resolve(options.out);
  if (existsSync(join(folder, entry)) && options.force !== true)
    throw new CommandError(
      `${join(relative(process.cwd(), folder), entry)} is there already. Take another --out, or --force to write over it.`,
    );
  const { state, requests } = await observed(options);
  if (Object.values(state.nodes).every(({ status }) => status.kind !== "observed"))
    throw new CommandError(
      [
        "There is nothing to write a declaration of: no node could be read.",
        ...unread(state).map((why) => `  ${why}`),
      ].join("\n"),
      exitCode.failed,
    );
  const lab = adopted(state, defaultMark);
  const parsed = parseLab(lab);
  if (parsed.kind === "problems") {
    const [first] = parsed.problems;
    throw new Error(`what was read makes no declaration: ${first?.path.join(".")}: ${first?.message}`);
  }
  const files = writeDeclaration(lab, `${lab.cluster.name}, as it was read on ${new Date(state.at).toISOString()}.`);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const plan = planFor(parsed.lab, state, state.at);
  const adoption: Adoption = {
    cluster: lab.cluster.name,
    folder: relative(process.cwd(), folder) || ".",
    files: files.map(({ name, text }) => ({ name, lines: text.split("\n").length - 1 })),
    requests,
    nodes: Object.keys(parsed.lab.cluster.nodes).length,
    guests: parsed.lab.guests.items.length,
    storages: Object.keys(parsed.lab.storage.items).length,
    unread: unread(state),
    differences: plan.drift.map(({ object }) => `${object.kind} ${object.id}`),
  };
  await print(
    options.json ? JSON.stringify(adoption, null, 2) : adoptView(adoption, terminalOf(process.stdout, process.env)),
  );
  return exitCode.done;
};

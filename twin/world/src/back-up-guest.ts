import type { BackupOptions } from "./backup-options.ts";
import type { Config } from "./config.ts";
import type { Step } from "./step.ts";
import { type Actor, begin, type Refused, refused, type Started } from "./worker.ts";
import type { World } from "./world.ts";

export type BackUpGuests = {
  node: string;
  /** Guests in the order of the request; those that are not there fail one by one. */
  vmids: number[];
  options: Partial<BackupOptions> & { storage: string };
  /** What stands in the log's first line, as asked. */
  asked?: Config;
  /** For all guests of the node, or of a pool: the task has no guest's id. */
  many?: boolean;
};

const quote = (text: string): string => (/^[\w./=,:@-]*$/.test(text) ? text : `'${text}'`);

/** `vzdump`: one guest after another; one vzdump of a node at a time. */
export const backUpGuests = (world: World, actor: Actor, args: BackUpGuests): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  const given = args.options;
  const options: BackupOptions = {
    mode: "snapshot",
    compress: "0",
    prune: "",
    remove: true,
    notes: "",
    protect: false,
    cap: 0,
    ...given,
  };
  const vmids = args.vmids.toSorted((one, other) => one - other);
  const words = Object.entries(args.asked ?? {}).map(([key, value]) => `--${key} ${quote(`${value}`)}`);
  const line = `INFO: starting new backup job: vzdump ${[...(args.many ? [] : vmids), ...words].join(" ")}`.trimEnd();
  const steps: Step[] = [{ do: "act", act: { kind: "backup.plan", vmids, options, line } }];
  const id = vmids.length === 1 && !args.many ? `${vmids[0]}` : "";
  return begin(world, { node, type: "vzdump", id, user: actor.user, steps });
};

import type { Lab } from "@orrery/model";
import { parseFault } from "@orrery/twin-server";
import type { AskedFault, World } from "@orrery/twin-world";
import { CommandError } from "../../exit-code.ts";
import { parseMoment } from "../../moment.ts";

/** What is to fail and when; what it is of this world is only known in it. */
export type Failure = {
  readonly at?: number;
  readonly faults: (world: World, lab: Lab | undefined) => readonly Pick<AskedFault, "subject" | "what">[];
};

type Plain = Pick<AskedFault, "subject" | "what">;

const vmidOf = (world: World, name: string): number | undefined =>
  Object.values(world.guests).find(
    ({ vmid, config }) => `${vmid}` === name || config.name === name || config.hostname === name,
  )?.vmid;

const isSwitch = (world: World, name: string): boolean =>
  Object.values(world.network.links).some(({ ends }) => ends.includes(`switch:${name}`));

/**
 * The worst that can happen to something of this name: a node loses its power, a switch is lost, a storage fails, a guest
 * loses its disks.
 */
const worstOf = (name: string, lab: Lab | undefined, world: World): readonly Plain[] | undefined => {
  if (name === "site")
    return Object.keys(world.nodes).map((node) => ({ subject: { kind: "node", node }, what: { kind: "loses-power" } }));
  if (world.nodes[name] !== undefined)
    return [{ subject: { kind: "node", node: name }, what: { kind: "loses-power" } }];
  if (isSwitch(world, name) || Object.hasOwn(lab?.network.switches ?? {}, name))
    return [{ subject: { kind: "switch", switch: name }, what: { kind: "is-lost" } }];
  if (world.network.links[name] !== undefined)
    return [{ subject: { kind: "link", link: name }, what: { kind: "is-lost" } }];
  const mounted = world.mounts[name] ?? (world.backings[name] === undefined ? undefined : name);
  if (mounted !== undefined) return [{ subject: { kind: "backing", backing: mounted }, what: { kind: "fails" } }];
  const vmid = vmidOf(world, name);
  return vmid === undefined ? undefined : [{ subject: { kind: "guest", vmid }, what: { kind: "loses-disks" } }];
};

/** `node05`, `node05@2026-12-06T01:00`, `"link node01/lan1g is-slow factor=0.1@2026-12-06T01:00Z"`; without an offset in UTC. */
export const parseFailure = (raw: string): Failure => {
  const split = raw.lastIndexOf("@");
  const words = (split < 0 ? raw : raw.slice(0, split)).trim();
  const time = split < 0 ? undefined : raw.slice(split + 1);
  const at = time === undefined ? undefined : (parseMoment(time) ?? parseMoment(`${time}Z`));
  if (time !== undefined && at === undefined)
    throw new CommandError(`--fail ${raw}: "${time}" is no moment. Write node05@2026-12-06T01:00, in UTC.`);
  return {
    ...(at === undefined ? {} : { at }),
    faults: (world, lab) => {
      if (/\s/.test(words)) {
        const fault = parseFault(words);
        if ("problem" in fault) throw new CommandError(`--fail ${raw}: ${fault.problem}`);
        return [fault];
      }
      const worst = worstOf(words, lab, world);
      if (worst !== undefined) return worst;
      throw new CommandError(
        `--fail ${raw}: nothing is called "${words}". Name a node, a switch, a link, a storage, a guest, or the site; \`orrery twin fault add --help\` tells what else can happen.`,
      );
    },
  };
};

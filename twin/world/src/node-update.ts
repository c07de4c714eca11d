import { ensured } from "./dict.ts";
import type { ActsFor } from "./outcome.ts";
import { type Actor, begin, type Refused, refused, type Started, startTask } from "./worker.ts";
import type { World } from "./world.ts";

/** A package that its repository has in a newer version; a kernel takes effect with the next boot. */
export type OfferedUpdate = { name: string; version: string; kernel?: string };

/** The repositories have newer packages: nodes see them when they refresh their lists. */
export const publishUpdates = (world: World, updates: OfferedUpdate[]): void => {
  for (const { name, version, kernel } of updates)
    world.published[name] = { name, version, ...(kernel === undefined ? {} : { kernel }) };
};

/** `aptupdate`: the node reads the lists of its repositories. */
export const refreshUpdates = (world: World, actor: Actor, args: { node: string }): Started | Refused => {
  const node = world.nodes[args.node];
  if (!node) return refused(`no such cluster node '${args.node}'`);
  return begin(world, {
    node,
    type: "aptupdate",
    id: "",
    user: actor.user,
    steps: [
      { do: "log", text: "starting apt-get update" },
      { do: "wait", ms: 4000 },
      { do: "act", act: { kind: "node.refresh", node: node.name } },
    ],
  });
};

/**
 * Installs what the node has seen, as `apt-get dist-upgrade` in a shell of it does: in no list of tasks. `ms` is how
 * long it takes. Undefined when it is under way.
 */
export const installUpdates = (world: World, args: { node: string; ms: number }): Refused | undefined => {
  const node = world.nodes[args.node];
  if (node?.state.kind !== "online") return refused(`node '${args.node}' is not online`);
  startTask(world, {
    node,
    type: "dist-upgrade",
    id: "",
    user: "root@pam",
    silent: true,
    steps: [
      { do: "wait", ms: args.ms },
      { do: "act", act: { kind: "node.install", node: node.name } },
    ],
  });
  return undefined;
};

export const nodeUpdateActs: ActsFor<"node.refresh" | "node.install"> = {
  "node.refresh": (world, task, { node: name }) => {
    const node = world.nodes[name];
    if (!node) return undefined;
    let count = 0;
    for (const offered of Object.values(world.published)) {
      const installed = node.packages[offered.name];
      if (installed?.version === offered.version) continue;
      const { version: oldVersion = "", ...rest } = installed ?? {
        title: offered.name,
        section: "kernel",
        priority: "optional",
        arch: "amd64",
        origin: "Proxmox",
      };
      ensured(node.updates, offered.name, () => ({
        ...rest,
        name: offered.name,
        version: offered.version,
        oldVersion,
        needsReboot: offered.kernel !== undefined,
      })).version = offered.version;
      count += 1;
    }
    task.log.push(count > 0 ? `got ${count} updates` : "no updates");
    return undefined;
  },
  "node.install": (world, _task, { node: name }) => {
    const node = world.nodes[name];
    if (!node) return undefined;
    for (const [pack, update] of Object.entries(node.updates)) {
      const { oldVersion: _old, needsReboot: _reboot, ...rest } = update;
      node.packages[pack] = rest;
      if (pack === "pve-manager") node.versions.pve = rest.version;
      const kernel = world.published[pack]?.kernel;
      if (kernel !== undefined) node.nextKernel = kernel;
      delete node.updates[pack];
    }
    return undefined;
  },
};

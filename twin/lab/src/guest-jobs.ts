import { type Guest, type HaRule, isUnknown, refText, replicationNumbers } from "@orrery/model";
import { dict, replicatedBefore, sidOf } from "@orrery/twin-world";
import type { Building } from "./building.ts";
import { spanEventOf } from "./schedules.ts";

/** Where HA may start a guest whose disks are copied to some nodes only: a rule in 9, a group in 8. */
const confine = ({ world, ledger }: Building, sid: string, name: string, nodes: readonly string[]): void => {
  ledger.assume(
    "where HA may start a replicated guest",
    "on its node and those that it is copied to",
    "HA asks for no disks, and the declaration for no rules",
    name,
  );
  const id = `copies-of-${sid.replace(":", "-")}`;
  if (world.release === "9.2") {
    const options = dict<string | number>([
      ["resources", sid],
      ["nodes", nodes.join(",")],
      ["strict", 1],
    ]);
    world.ha.rules[id] = { type: "node-affinity", id, options };
    return;
  }
  world.ha.groups[id] = {
    type: "group",
    id,
    options: dict<string | number>([
      ["nodes", nodes.join(",")],
      ["restricted", 1],
    ]),
  };
  const resource = world.ha.resources[sid];
  if (resource !== undefined) resource.options.group = id;
};

/** Replication jobs of replication.cfg. */
const buildReplication = ({ world, inventory, ledger }: Building, guest: Guest, vmid: number, node: string): void => {
  const numbers = replicationNumbers(guest.replication);
  for (const [index, { to, every, schedule, rate, comment, enabled }] of guest.replication.entries()) {
    const target = inventory.nodeOf(to);
    const number = numbers[index] ?? index;
    const id = `${vmid}-${number}`;
    if (target === undefined || target === node) {
      ledger.leaveOut("replication", `its target "${refText(to)}" is no other node`, guest.name);
      continue;
    }
    const options = dict<string | number>([
      ["source", node],
      ["target", target],
      ["guest", vmid],
      ["jobnum", number],
      ["schedule", schedule ?? spanEventOf(ledger, every, guest.name)],
    ]);
    if (rate !== undefined) options.rate = rate / 1e6;
    if (comment !== undefined) options.comment = comment;
    if (!enabled) options.disable = 1;
    world.jobs.replication[id] = { type: "local", id, options };
    if (!enabled) continue;
    if (replicatedBefore(world, id))
      ledger.assume("last sync of a replication", "when it was last due", "a declaration tells of no runs", guest.name);
    else
      ledger.assume("last sync of a replication", "none", "its target takes no copy, or it was never due", guest.name);
  }
};

/** An HA resource of resources.cfg; undefined of a guest that is none. */
const buildResource = ({ world }: Building, { ha, state: run }: Guest, vmid: number): string | undefined => {
  const made = world.guests[vmid];
  if (made === undefined || isUnknown(ha) || ha === false) return undefined;
  const sid = sidOf(made);
  const { state, maxRestart, maxRelocate, failback, autoRebalance, comment } =
    ha === true ? { maxRestart: 1, maxRelocate: 1, failback: true, autoRebalance: true } : { ...ha };
  const options = dict<string | number>([
    ["state", state ?? (run === "running" ? "started" : "stopped")],
    ["max_relocate", maxRelocate],
    ["max_restart", maxRestart],
  ]);
  if (comment !== undefined) options.comment = comment;
  if (world.release === "9.2") {
    if (!failback) options.failback = 0;
    if (!autoRebalance) options["auto-rebalance"] = 0;
  }
  world.ha.resources[sid] = { type: sid.slice(0, 2), id: sid, options };
  return sid;
};

const nodesText = ({ nodes }: Extract<HaRule, { kind: "node affinity" }>): string =>
  Array.isArray(nodes)
    ? nodes.join(",")
    : Object.entries(nodes)
        .map(([name, priority]) => (priority === 0 ? name : `${name}:${priority}`))
        .join(",");

/** The declared rules: of rules.cfg, or the groups that stand for those about nodes on 8.4. */
const buildRules = ({ world, inventory, ledger }: Building, sidOfGuest: (guest: string | number) => string[]): void => {
  for (const [id, rule] of Object.entries(inventory.lab.ha?.rules ?? {})) {
    const sids = rule.guests.flatMap(sidOfGuest);
    if (world.release === "9.2") {
      const options = dict<string | number>([["resources", sids.toSorted().join(",")]]);
      if (rule.kind === "node affinity") {
        options.nodes = nodesText(rule);
        if (rule.strict) options.strict = 1;
      } else options.affinity = rule.affinity;
      if (!rule.enabled) options.disable = 1;
      if (rule.comment !== undefined) options.comment = rule.comment;
      world.ha.rules[id] = { type: rule.kind === "node affinity" ? "node-affinity" : "resource-affinity", id, options };
      continue;
    }
    if (rule.kind === "resource affinity" || !rule.enabled) {
      ledger.leaveOut("HA rule", "8.4 has groups in the place of rules, and none like it", id);
      continue;
    }
    const options = dict<string | number>([["nodes", nodesText(rule)]]);
    if (rule.strict) options.restricted = 1;
    if (!rule.failback) options.nofailback = 1;
    if (rule.comment !== undefined) options.comment = rule.comment;
    world.ha.groups[id] = { type: "group", id, options };
    for (const sid of sids) {
      const resource = world.ha.resources[sid];
      if (resource !== undefined) resource.options.group = id;
    }
  }
};

/** What replication and the HA manager are told of the guests. */
export const buildGuestJobs = (building: Building, vmids: ReadonlyMap<string, number>): void => {
  const { world, inventory } = building;
  const sidOfGuest = (guest: string | number): string[] => {
    const made = world.guests[typeof guest === "number" ? guest : (vmids.get(guest) ?? 0)];
    return made === undefined ? [] : [sidOf(made)];
  };
  const ruled = new Set(
    Object.values(inventory.lab.ha?.rules ?? {}).flatMap((rule) =>
      rule.kind === "node affinity" ? rule.guests.flatMap(sidOfGuest) : [],
    ),
  );
  for (const guest of inventory.lab.guests.items) {
    const vmid = vmids.get(guest.name);
    const node = vmid === undefined ? undefined : world.guests[vmid]?.node;
    if (vmid === undefined || node === undefined) continue;
    buildReplication(building, guest, vmid, node);
    const sid = buildResource(building, guest, vmid);
    const copies = guest.replication.flatMap(({ to }) => inventory.nodeOf(to) ?? []);
    if (sid !== undefined && copies.length > 0 && !ruled.has(sid))
      confine(building, sid, guest.name, [node, ...copies.filter((other) => other !== node)]);
  }
  buildRules(building, sidOfGuest);
};

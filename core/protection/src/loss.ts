import {
  type Component,
  componentName,
  type Failed,
  type Failure,
  type Guest,
  type Inventory,
  type NodeName,
} from "@orrery/model";
import type { Home } from "./home.ts";

/** What a failure takes with it. */
export type Loss = {
  /** `node node05`, `guest web01`, `the site`. */
  readonly name: string;
  readonly failed: Failed;
  readonly nodes: readonly NodeName[];
  /** Everything that is not outside of the site. */
  readonly site: boolean;
};

/** The loss of some components at once; a node takes its disks with it. */
export const lossOf = (inventory: Inventory, components: readonly Component[], name?: string): Loss => {
  const failed = new Set<string>();
  const nodes: NodeName[] = [];
  for (const component of components) {
    failed.add(componentName(component));
    if (component.kind !== "node") continue;
    nodes.push(component.node);
    for (const disk of Object.keys(inventory.nodes.get(component.node)?.disks ?? {}))
      failed.add(componentName({ kind: "disks", node: component.node, disk }));
  }
  return { name: name ?? [...components].map(componentName).join(", "), failed, nodes, site: false };
};

export const siteLoss = (inventory: Inventory): Loss => ({
  ...lossOf(
    inventory,
    [...inventory.nodes.keys()].map((node) => ({ kind: "node", node })),
    "the site",
  ),
  site: true,
});

/**
 * The nodes whose loss costs the quorum, the worst first: those that backups stand on, then those with the most guests.
 * As many as it takes; a QDevice still votes.
 */
export const quorumLoss = (inventory: Inventory, homes: readonly Home[]): Loss => {
  const { cluster } = inventory.lab;
  const needed = Math.floor(cluster.expectedVotes / 2) + 1;
  const stoodOn = (node: NodeName): number =>
    homes.filter(({ on }) => on.some((component) => component.kind === "node" && component.node === node)).length;
  const guestsOn = (node: NodeName): number => inventory.guestsOn.get(node)?.length ?? 0;
  const order = [...inventory.nodes.keys()].sort(
    (a, b) => stoodOn(b) - stoodOn(a) || guestsOn(b) - guestsOn(a) || (a < b ? -1 : 1),
  );
  let votes = [...inventory.nodes.values()].reduce((sum, node) => sum + node.votes, cluster.qdevice?.votes ?? 0);
  const gone: NodeName[] = [];
  for (const node of order) {
    if (votes < needed) break;
    gone.push(node);
    votes -= inventory.nodes.get(node)?.votes ?? 0;
  }
  return lossOf(
    inventory,
    gone.map((node) => ({ kind: "node", node })),
    `${gone.join(", ")} (${votes} of ${cluster.expectedVotes} votes left, ${needed} needed)`,
  );
};

const guestLoss = (inventory: Inventory, guest: Guest): Loss =>
  lossOf(inventory, [{ kind: "guest", guest: guest.name }]);

/** Every loss that a scenario may mean: one for what it names, all for `any`. */
export const lossesOf = (inventory: Inventory, failure: Failure, homes: readonly Home[]): readonly Loss[] => {
  switch (failure.kind) {
    case "guest": {
      if (failure.guest === "any") return inventory.lab.guests.items.map((guest) => guestLoss(inventory, guest));
      const guest = inventory.guestOf(failure.guest);
      return guest === undefined ? [] : [guestLoss(inventory, guest)];
    }
    case "node": {
      const one = failure.node === "any" ? undefined : inventory.nodeOf(failure.node);
      const nodes = failure.node === "any" ? [...inventory.nodes.keys()] : one === undefined ? [] : [one];
      return nodes.map((node) => lossOf(inventory, [{ kind: "node", node }]));
    }
    case "quorum":
      return [quorumLoss(inventory, homes)];
    case "site":
      return [siteLoss(inventory)];
  }
};

/** Whether what stands on a home can still be read: `unknown` where nobody says all that it stands on. */
export const survives = (home: Home, loss: Loss): "yes" | "no" | "unknown" => {
  if (loss.site) return home.place === "offsite" ? "yes" : home.place === "site" ? "no" : "unknown";
  if (home.on.some((component) => loss.failed.has(componentName(component)))) return "no";
  const takesBytes = [...loss.failed].some((name) => name.startsWith("node ") || name.startsWith("disks "));
  return home.unknown.length > 0 && takesBytes ? "unknown" : "yes";
};

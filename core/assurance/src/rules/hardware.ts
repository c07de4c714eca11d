import { formatBytes, formatLinkRate, isAsWritten, isUnknown, known, type Path, refText } from "@orrery/model";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { count, list } from "../words.ts";
import { claimsOf } from "./inventory.ts";

/** Of speed 0 where nobody says how fast it is: any port does. */
type Cable = { readonly from: string; readonly speed: number };

/** What hangs on each switch, a LAG's links counted one by one. */
const cablesOn = ({ lab }: Context): ReadonlyMap<string, readonly Cable[]> => {
  const cables = new Map<string, Cable[]>(Object.keys(lab.network.switches).map((name) => [name, []]));
  for (const [node, { nics }] of Object.entries(lab.cluster.nodes)) {
    for (const [nic, { speed, switch: end }] of Object.entries(nics)) {
      if (!isUnknown(end)) cables.get(refText(end))?.push({ from: `${node}/${nic}`, speed: known(speed) ?? 0 });
    }
  }
  for (const [name, lag] of Object.entries(lab.network.lags)) {
    for (const end of lag.between)
      for (let link = 0; link < lag.links; link += 1) cables.get(refText(end))?.push({ from: name, speed: lag.speed });
  }
  for (const [name, { switch: end }] of Object.entries(lab.network.firewalls))
    cables.get(refText(end))?.push({ from: name, speed: 0 });
  return cables;
};

const ports: Rule = {
  id: "hardware/switch-ports",
  chapter: "network",
  severity: "error",
  title: "Every switch has a port that is fast enough for each cable on it",
  why: "A cable without a port is a link that the plan counts on and that is not there; one on a slower port is slower than every duration worked out from it.",
  how: "Cables of nodes, LAGs and firewalls are counted against the switch's ports, at each speed and above.",
  remedy: "Correct where the cable goes, or the switch's ports.",
  *check(context): Generator<Draft> {
    for (const [name, cables] of context.once(cablesOn)) {
      const all = (context.lab.network.switches[name]?.ports ?? []).filter((port) => port.kind !== "console");
      for (const speed of [...new Set(cables.map((cable) => cable.speed))].sort((a, b) => a - b)) {
        const need = cables.filter((cable) => cable.speed >= speed);
        const have = all
          .filter((port) => (port.speed ?? Number.POSITIVE_INFINITY) >= speed)
          .reduce((sum, port) => sum + port.count, 0);
        if (need.length <= have) continue;
        yield {
          subject: name,
          path: ["network", "switches", name, "ports"],
          claim: `${name} has ${count(have, "port")}${speed === 0 ? "" : ` of ${formatLinkRate(speed)} or more`}`,
          why: `${count(need.length, "cable")} of that speed end there: ${list(need.map((cable) => cable.from))}.`,
          remedy: "Correct where the cables go, or the switch's ports.",
        };
        break;
      }
    }
  },
};

const bonds: Rule = {
  id: "hardware/bond",
  chapter: "cluster",
  severity: "error",
  title: "Every LACP bond has at least two members on one switch",
  why: "LACP over one cable protects from nothing, and over two switches that are not stacked it does not come up.",
  how: "Members of 802.3ad bonds are counted, and the switches at their other ends compared.",
  remedy: "Add a member, move a cable, or declare active-backup.",
  *check({ lab }): Generator<Draft> {
    for (const [node, { bonds: all, nics }] of Object.entries(lab.cluster.nodes)) {
      for (const [name, bond] of Object.entries(all)) {
        if (bond.mode !== "802.3ad") continue;
        const ends = [
          ...new Set(
            bond.members
              .map((member) => nics[member]?.switch ?? "")
              .flatMap((end) => (isUnknown(end) ? [] : refText(end))),
          ),
        ];
        const path: Path = ["cluster", "nodes", node, "bonds", name];
        const base = {
          subject: `${node}/${name}`,
          path,
          claim: `${node}/${name} is an LACP bond of ${list(bond.members)}`,
        };
        if (bond.members.length < 2)
          yield { ...base, why: "A bond of one member is one cable.", remedy: "Add a member, or do without the bond." };
        else if (ends.length > 1)
          yield {
            ...base,
            why: `Its members end at ${list(ends)}.`,
            remedy: "Bring all members to one switch, or declare active-backup.",
          };
      }
    }
  },
};

const home: Rule = {
  id: "hardware/storage-disk",
  chapter: "storage",
  severity: "error",
  title: "A storage stands on disks that are there to hold it",
  why: "A disk that serves as a pool's cache or log, or to boot from, has no room for guests: what is planned there has nowhere to be.",
  how: "The disks of each storage are looked up on its nodes, and their use compared.",
  remedy: "Name the disks that really hold it, or leave the node out.",
  *check({ lab, inventory }): Generator<Draft> {
    for (const [name, item] of inventory.storages) {
      const { home: at } = item;
      if (at.on !== "each node" && at.on !== "node") continue;
      for (const ref of at.on === "node" ? [at.node] : at.nodes) {
        const node = inventory.nodeOf(ref);
        for (const disk of known(at.disks) ?? []) {
          const found = node === undefined ? undefined : lab.cluster.nodes[node]?.disks[disk];
          if (found === undefined || found.use === "guests" || found.use === "pool") continue;
          const users = lab.guests.items.filter(
            (guest) => inventory.nodeOf(guest.node) === node && guest.disks.some((used) => used.storage === name),
          );
          yield {
            subject: `${name} on ${node}`,
            path: ["storage", "items", name, "home", "disks"],
            claim: `${name} stands on ${disk} of ${node}`,
            ...(isUnknown(found.use) ? { verdict: "unproven" as const } : {}),
            why: `${isUnknown(found.use) ? `What ${disk} of ${node} is used for is unknown (${found.use.why})` : `${disk} of ${node} is used as ${found.use}`}${users.length === 0 ? "" : `; ${list(users.map((guest) => guest.name))} ${users.length === 1 ? "is" : "are"} said to be there`}.`,
            remedy: `Say where ${node} really keeps ${users.length === 0 ? name : list(users.map((guest) => guest.name))}, or leave ${node} out of ${name}.`,
          };
        }
      }
    }
  },
};

const storageClaims: Rule = {
  id: "hardware/storage-claim",
  chapter: "storage",
  severity: "warning",
  title: "What the document says of a storage agrees with what it stands on",
  why: "A storage that is not on every node, or not shared, decides which guests can move.",
  how: "Claims that a storage is on all nodes, is shared, or has a capacity are compared with the nodes' disks and the storage's home.",
  remedy: "Correct the document, or the storage.",
  *check({ lab, inventory }): Generator<Draft> {
    for (const { claim, path } of claimsOf(lab)) {
      if (
        claim.kind !== "storage on all nodes" &&
        claim.kind !== "shared storage" &&
        claim.kind !== "storage capacity per node"
      )
        continue;
      const item = inventory.storages.get(claim.storage);
      if (item === undefined) {
        yield {
          subject: claim.storage,
          path,
          claim: `${claim.storage} (${claim.source})`,
          why: `No storage ${claim.storage} is declared.`,
          remedy: "Declare it, or correct the claim.",
        };
        continue;
      }
      const at = item.home;
      const perNode = at.on === "each node" ? at.nodes.flatMap((ref) => inventory.nodeOf(ref) ?? []) : [];
      if (claim.kind === "shared storage") {
        const where =
          at.on === "node" && !isAsWritten(at.node)
            ? `; it is ${item.kind} on ${at.node} alone, and other nodes reach it only through an export`
            : "";
        if (!item.shared)
          yield {
            subject: claim.storage,
            path,
            claim: `${claim.storage} is shared (${claim.source})`,
            why: `${claim.storage} is not shared${where}.`,
            remedy: `Say that ${claim.storage} is local, and name the export that others use.`,
          };
      } else if (claim.kind === "storage on all nodes") {
        const missing = [...inventory.nodes.keys()].filter(
          (node) =>
            !perNode.includes(node) && !(item.shared && (item.nodes === undefined || item.nodes.includes(node))),
        );
        if (missing.length > 0)
          yield {
            subject: claim.storage,
            path,
            claim: `${claim.storage} is on all nodes (${claim.source})`,
            why: `It is not on ${list(missing)}.`,
            remedy: "Correct the claim, or give those nodes the disks.",
          };
      } else {
        for (const node of perNode) {
          const disks = at.on === "each node" ? (known(at.disks) ?? []) : [];
          const bytes = disks.reduce((sum, name) => {
            const disk = lab.cluster.nodes[node]?.disks[name];
            return (
              sum + (disk !== undefined && (disk.use === "guests" || disk.use === "pool") ? disk.size * disk.count : 0)
            );
          }, 0);
          if (bytes >= claim.least && bytes <= claim.most) continue;
          yield {
            subject: `${claim.storage} on ${node}`,
            path,
            claim: `${claim.storage} has ${formatBytes(claim.least)} to ${formatBytes(claim.most)} on each node (${claim.source})`,
            why: `On ${node} it has ${bytes === 0 ? "no disk to itself" : formatBytes(bytes)}.`,
            remedy: "Correct the claim, or name the disks.",
          };
        }
      }
    }
  },
};

export const hardware: readonly Rule[] = [ports, bonds, home, storageClaims];

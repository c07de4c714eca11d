import type { Standing } from "./problem.ts";
import type { Proof, Refusal, Stuck } from "./proof.ts";
import type { Resource } from "./resource.ts";

/** Says a proof in plain words, one sentence a line. Amounts are exact, or said to be rounded. */
export const proofText = (proof: Proof): string => {
  switch (proof.kind) {
    case "no-host":
      return proof.stuck.map(stuckText).join("\n");
    case "short": {
      const { resource, hosts } = proof;
      const free = sum(hosts.map((host) => host.free));
      const usable = sum(hosts.map((host) => host.usable));
      const each = hosts.map((host) => `${host.host} ${amountText(host.free, resource)}`).join(", ");
      const waste = usable < free ? `, of which they can fill ${amountText(usable, resource)} at most` : "";
      return `${listText(proof.items)} can go to ${listText(hosts.map((host) => host.host))} only and ${needs(proof.items)} ${amountText(proof.needs, resource)}; free there: ${amountText(free, resource)} (${each})${waste}.`;
    }
    case "too-many-large": {
      const { resource, hosts, items } = proof;
      const places = sum(hosts.map((host) => host.holds));
      const each = hosts
        .map((host) => `${host.host} holds ${host.holds} in ${amountText(host.free, resource)}`)
        .join(", ");
      return `${listText(items)} need at least ${amountText(proof.atLeast, resource)} each; there is a place for ${places} of these ${items.length} (${each}).`;
    }
    case "too-many-apart":
      return `${listText(proof.items)} must be kept apart and can go to ${listText(proof.hosts)} only: ${proof.hosts.length} for ${proof.items.length}.`;
    case "exhausted":
      return `No way to place ${listText(proof.items)} on ${listText(proof.hosts)} is free of conflict; every one was tried (${proof.nodes} states).`;
  }
};

const stuckText = ({ items, refusals }: Stuck): string => {
  if (refusals.length === 0) return `${listText(items)}: there is no other host.`;
  const gathered = new Map<string, string[]>();
  const shortages = new Map<string, { host: string; refusal: Refusal & { kind: "short" } }[]>();
  for (const { host, refusal } of refusals) {
    if (refusal.kind === "short") {
      const resource = resourceText(refusal.resource);
      shortages.set(resource, [...(shortages.get(resource) ?? []), { host, refusal }]);
      continue;
    }
    const text = refusalText(refusal, items.length > 1);
    gathered.set(text, [...(gathered.get(text) ?? []), host]);
  }
  const reasons = [...gathered].map(([text, hosts]) => `${listText(hosts)}: ${text}`);
  for (const short of shortages.values()) {
    const most = Math.max(...short.map(({ refusal }) => refusal.free));
    const freest = short.filter(({ refusal }) => refusal.free === most);
    const [first] = freest;
    if (first === undefined) continue;
    const { needs: needed, resource } = first.refusal;
    const where =
      most === 0
        ? "nothing is free"
        : `most free is ${amountText(most, resource)} on ${listText(freest.map(({ host }) => host))}`;
    reasons.push(`${listText(short.map(({ host }) => host))}: needs ${amountText(needed, resource)}, ${where}`);
  }
  return `${listText(items)} can go nowhere: ${reasons.join("; ")}.`;
};

const refusalText = (refusal: Exclude<Refusal, { kind: "short" }>, several: boolean): string => {
  const of = "item" in refusal && several ? ` (${refusal.item})` : "";
  switch (refusal.kind) {
    case "closed":
      return closedText[refusal.standing];
    case "not-allowed":
      return `out of reach${of}`;
    case "lacks-device":
      return `no ${refusal.device}${of}`;
    case "lacks-storage":
      return `no storage ${refusal.storage}${of}`;
    case "apart":
      return `must be kept apart from ${refusal.from}${of}`;
    case "together":
      return `must be with ${refusal.with}, which is on ${refusal.on}${of}`;
    case "over":
      return `over its room for ${resourceText(refusal.resource)} already`;
  }
};

const closedText = {
  draining: "is being drained",
  maintenance: "is in maintenance",
  offline: "is offline",
} as const satisfies Record<Standing, string>;

const resourceText = (resource: Resource): string => {
  switch (resource.kind) {
    case "memory":
      return "memory";
    case "vcpus":
      return "vCPUs";
    case "device":
      return resource.device;
    case "storage":
      return resource.storage;
  }
};

const amountText = (amount: number, resource: Resource): string =>
  resource.kind === "memory" || resource.kind === "storage"
    ? `${bytesText(amount)} of ${resourceText(resource)}`
    : `${amount} ${resourceText(resource)}`;

const units = [
  ["TiB", 2 ** 40],
  ["GiB", 2 ** 30],
  ["MiB", 2 ** 20],
] as const;

/** Exact where two decimals of a unit are; else rounded, and said so. */
export const bytesText = (bytes: number): string => {
  const exact = units.find(([, size]) => bytes >= size && Number.isInteger((bytes / size) * 100));
  const [unit, size] = exact ?? units.find(([, least]) => bytes >= least) ?? ["bytes", 1];
  return `${exact === undefined && size > 1 ? "about " : ""}${Number((bytes / size).toFixed(2))} ${unit}`;
};

export const listText = (names: readonly string[]): string => {
  if (names.length <= 1) return names.join();
  const shown = names.length > 8 ? [...names.slice(0, 7), `${names.length - 7} more`] : names;
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
};

const needs = (items: readonly string[]): string => (items.length === 1 ? "needs" : "need");

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

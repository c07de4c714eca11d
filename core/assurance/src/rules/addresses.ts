import {
  formatIpv4,
  inSubnet,
  isAsWritten,
  isUnknown,
  known,
  type Path,
  parseIpv4,
  parseSubnet,
  type Subnet,
  type VlanId,
} from "@orrery/model";
import type { Draft } from "../finding.ts";
import type { Context, Rule } from "../rule.ts";
import { count, groupBy, list } from "../words.ts";
import { bridgeLacksVlan, pathLacksVlan } from "./vlan-paths.ts";

type Use = {
  readonly who: string;
  readonly path: Path;
  readonly text: string;
  readonly address: number;
  readonly vlan?: VlanId;
};

/** Every address that the declaration gives to somebody, as numbers; those that are none are another rule's. */
const addressesIn = ({ lab }: Context): readonly Use[] => {
  const uses: Use[] = [];
  const add = (who: string, path: Path, text: string | undefined, vlan?: VlanId): void => {
    const address = text === undefined ? undefined : parseIpv4(text);
    if (text !== undefined && address !== undefined)
      uses.push({ who, path, text, address, ...(vlan === undefined ? {} : { vlan }) });
  };
  for (const [name, node] of Object.entries(lab.cluster.nodes))
    add(name, ["cluster", "nodes", name, "address"], known(node.address));
  for (const [tag, vlan] of Object.entries(lab.network.vlans)) {
    add(`gateway of VLAN ${tag}`, ["network", "vlans", tag, "gateway"], known(vlan.gateway), Number(tag));
  }
  for (const [index, guest] of lab.guests.items.entries()) {
    for (const [at, nic] of guest.nics.entries()) {
      add(guest.name, ["guests", "items", index, "nics", at, "address"], known(nic.address), known(nic.vlan));
    }
  }
  return uses;
};

const subnetsIn = ({ lab }: Context): ReadonlyMap<VlanId, Subnet> =>
  new Map(
    Object.entries(lab.network.vlans).flatMap(([tag, vlan]) => {
      const stated = known(vlan.subnet);
      const subnet = stated === undefined ? undefined : parseSubnet(stated);
      return subnet === undefined ? [] : [[Number(tag), subnet] as const];
    }),
  );

const invalid: Rule = {
  id: "addresses/invalid",
  chapter: "guests",
  severity: "error",
  title: "Every address is an address",
  why: "A placeholder in an inventory is an address that nobody can reach, and one that somebody will hand out twice.",
  how: "Addresses that had to be transcribed with asWritten(…) are listed.",
  remedy: "Find out the address and declare it; or declare unknown(…) with the reason.",
  *check({ lab }): Generator<Draft> {
    const drafts = [
      ...Object.entries(lab.cluster.nodes).map(
        ([name, node]) => [name, ["cluster", "nodes", name, "address"], node.address] as const,
      ),
      ...lab.guests.items.flatMap((guest, index) =>
        guest.nics.map(
          (nic, at) => [guest.name, ["guests", "items", index, "nics", at, "address"], nic.address] as const,
        ),
      ),
    ];
    for (const [subject, path, address] of drafts) {
      if (!isAsWritten(address)) continue;
      yield {
        subject,
        path,
        claim: `${subject} has the address ${address.text}`,
        why: `"${address.text}" is no IPv4 address.`,
        remedy: `Find out the address of ${subject} and declare it, or declare unknown("…").`,
      };
    }
  },
};

const outsideVlan: Rule = {
  id: "addresses/outside-vlan",
  chapter: "guests",
  severity: "error",
  title: "Every address lies in the subnet of its VLAN",
  why: "A guest whose address belongs to another VLAN reaches neither its gateway nor its neighbours.",
  how: "The address of each NIC and gateway is compared with its VLAN's subnet, where that is known; the first and the last address of a subnet are no host's.",
  remedy: "Correct the VLAN or the address.",
  *check(context): Generator<Draft> {
    const subnets = context.once(subnetsIn);
    for (const { who, path, text, address, vlan } of context.once(addressesIn)) {
      const subnet = vlan === undefined ? undefined : subnets.get(vlan);
      if (subnet === undefined) continue;
      const reserved = subnet.prefix < 31 && (address === subnet.first || address === subnet.last);
      if (inSubnet(subnet, address) && !reserved) continue;
      const other = [...subnets].find(([, candidate]) => inSubnet(candidate, address));
      yield {
        subject: who,
        path,
        claim: `${who} is on VLAN ${vlan} with the address ${text}`,
        why: reserved
          ? `${text} is the ${address === subnet.first ? "network" : "broadcast"} address of ${subnet.text}.`
          : `VLAN ${vlan} is ${subnet.text} (${formatIpv4(subnet.first)} to ${formatIpv4(subnet.last)})${other === undefined ? "" : `; ${text} belongs to VLAN ${other[0]}`}.`,
        remedy:
          other === undefined || reserved
            ? `Give ${who} an address in ${subnet.text}.`
            : `Move ${who} to VLAN ${other[0]}, or give it an address in ${subnet.text}.`,
      };
    }
    for (const [tag, { subnet }] of Object.entries(context.lab.network.vlans)) {
      const uses = context.once(addressesIn).filter(({ vlan }) => vlan === Number(tag));
      if (!isUnknown(subnet) || uses.length === 0) continue;
      yield {
        subject: `VLAN ${tag}`,
        path: ["network", "vlans", tag, "subnet"],
        verdict: "unproven",
        severity: "warning",
        claim: `the ${count(uses.length, "address", "addresses")} on VLAN ${tag} lie in its subnet`,
        why: `Its subnet is unknown: ${subnet.why}.`,
        remedy: `Declare the subnet of VLAN ${tag}.`,
      };
    }
  },
};

const duplicate: Rule = {
  id: "addresses/duplicate",
  chapter: "guests",
  severity: "error",
  title: "No two have the same address",
  why: "Two machines on one address take each other's connections, now and then, which is the hardest kind of fault to see.",
  how: "Every declared address of guests, nodes and gateways is compared with every other.",
  remedy: "Give one of them another address.",
  *check(context): Generator<Draft> {
    for (const [text, uses] of groupBy(context.once(addressesIn), (use) => use.text)) {
      const [first, ...others] = uses;
      const last = others.at(-1);
      if (first === undefined || last === undefined) continue;
      yield {
        subject: text,
        path: last.path,
        claim: `${last.who} has the address ${text}`,
        why: `${list(uses.map((use) => use.who))} all have ${text}.`.replace(/^(\S+ and \S+) all have/, "$1 both have"),
        remedy: `Find out whose ${text} is, and correct the others.`,
      };
    }
  },
};

const duplicateMac: Rule = {
  id: "addresses/duplicate-mac",
  chapter: "guests",
  severity: "error",
  title: "No two NICs have the same MAC address",
  why: "A bridge sends to the port that it heard a MAC on last: two guests with one MAC take turns at being deaf.",
  how: "Declared MACs of guests and nodes are compared.",
  remedy: "Leave the MAC out, so that Proxmox draws one, or correct it.",
  *check({ lab }): Generator<Draft> {
    const uses = [
      ...Object.entries(lab.cluster.nodes).flatMap(([node, { nics }]) =>
        Object.entries(nics).flatMap(([nic, { mac }]) =>
          mac === undefined
            ? []
            : [
                {
                  who: `${node}/${nic}`,
                  mac: mac.toUpperCase(),
                  path: ["cluster", "nodes", node, "nics", nic, "mac"] as Path,
                },
              ],
        ),
      ),
      ...lab.guests.items.flatMap((guest, index) =>
        guest.nics.flatMap((nic, at) =>
          nic.mac === undefined
            ? []
            : [{ who: guest.name, mac: nic.mac, path: ["guests", "items", index, "nics", at, "mac"] as Path }],
        ),
      ),
    ];
    for (const [mac, same] of groupBy(uses, (use) => use.mac)) {
      const last = same.at(-1);
      if (same.length < 2 || last === undefined) continue;
      yield {
        subject: mac,
        path: last.path,
        claim: `${last.who} has the MAC ${mac}`,
        why: `${list(same.map((use) => use.who))} have the same MAC.`,
        remedy: `Leave the MAC of ${last.who} out, so that Proxmox draws one.`,
      };
    }
  },
};

const duplicateGuest: Rule = {
  id: "addresses/duplicate-guest",
  chapter: "guests",
  severity: "error",
  title: "No two guests have the same name or id",
  why: "Proxmox refuses a second guest with an id; a second one with a name is backed up, balanced and restored in the place of the first by every tool that goes by names.",
  how: "Names and ids of guests, and ids of templates, are compared.",
  remedy: "Rename or renumber one.",
  *check({ lab }): Generator<Draft> {
    const named = lab.guests.items.map((guest, index) => ({
      key: `name ${guest.name}`,
      who: guest.name,
      path: ["guests", "items", index, "name"] as Path,
    }));
    const numbered = [
      ...lab.guests.items.map((guest, index) => ({
        id: guest.id,
        who: guest.name as string,
        path: ["guests", "items", index, "id"] as Path,
      })),
      ...(lab.templates?.items ?? []).map((template, index) => ({
        id: template.id,
        who: template.name,
        path: ["templates", "items", index, "id"] as Path,
      })),
    ].flatMap(({ id, who, path }) => (isUnknown(id) ? [] : [{ key: `id ${id}`, who, path }]));
    for (const [key, same] of groupBy([...named, ...numbered], (use) => use.key)) {
      const last = same.at(-1);
      if (same.length < 2 || last === undefined) continue;
      yield {
        subject: last.who,
        path: last.path,
        claim: `${last.who} has the ${key}`,
        why: `${count(same.length, "guest")} have the ${key}: ${list(same.map((use) => use.who))}.`,
        remedy: "Rename or renumber all but one.",
      };
    }
  },
};

const overlappingSubnets: Rule = {
  id: "addresses/overlapping-subnets",
  chapter: "network",
  severity: "error",
  title: "No two VLANs' subnets overlap",
  why: "A router sends an address that two VLANs claim to one of them.",
  how: "Subnets are compared as ranges.",
  remedy: "Give one VLAN another subnet.",
  *check(context): Generator<Draft> {
    const sorted = [...context.once(subnetsIn)].sort(([, a], [, b]) => a.first - b.first || b.last - a.last);
    let widest = sorted[0];
    for (const [tag, subnet] of sorted.slice(1)) {
      if (widest !== undefined && subnet.first <= widest[1].last) {
        yield {
          subject: `VLAN ${tag}`,
          path: ["network", "vlans", String(tag), "subnet"],
          claim: `VLAN ${tag} is ${subnet.text}`,
          why: `${subnet.text} overlaps ${widest[1].text} of VLAN ${widest[0]}.`,
          remedy: `Give VLAN ${tag} a subnet of its own.`,
        };
      }
      if (widest === undefined || subnet.last > widest[1].last) widest = [tag, subnet];
    }
  },
};

export const addresses: readonly Rule[] = [
  invalid,
  outsideVlan,
  duplicate,
  duplicateMac,
  duplicateGuest,
  overlappingSubnets,
  bridgeLacksVlan,
  pathLacksVlan,
];

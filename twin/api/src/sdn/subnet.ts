import { type Config, dict, type Section } from "@orrery/twin-world";
import { refuseParameters } from "../problem.ts";

/** What the id of a subnet says: `zone-10.0.0.0-24`. */
export const partsOfSubnet = (id: string): { zone: string; network: string; mask: string } => {
  const [, zone = "", network = "", mask = ""] = /^([^-]+)-([^-]+)-(\d+)$/.exec(id) ?? [];
  return { zone, network, mask };
};

export const rangesOf = (config: Config): Record<string, string>[] =>
  String(config["dhcp-range"] ?? "")
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => Object.fromEntries(text.split(",").map((part) => part.split("=") as [string, string])));

/** A subnet with what its id says written out. */
export const withParts = (section: Section): Section => {
  const { zone, network, mask } = partsOfSubnet(section.id);
  const options = dict<string | number>(
    Object.entries({ ...section.options, zone, network, mask, cidr: `${network}/${mask}`, id: section.id }),
  );
  return { ...section, options };
};

const numberOf = (address: string): bigint | undefined => {
  if (/^\d+(?:\.\d+){3}$/.test(address)) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  if (!address.includes(":")) return undefined;
  const [head = "", tail] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const middle =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  const all = [...first, ...middle, ...last];
  return all.length === 8 ? all.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part || 0}`), 0n) : undefined;
};

/** Whether an address lies in a network. */
export const contains = (network: string, mask: string, address: string): boolean => {
  const [one, base] = [numberOf(address), numberOf(network)];
  if (one === undefined || base === undefined || address.includes(":") !== network.includes(":")) return false;
  const rest = BigInt((address.includes(":") ? 128 : 32) - Number(mask));
  return one >> rest === base >> rest;
};

/** What must hold of a subnet: gateway and DHCP ranges lie in it, ranges ascend and do not meet. */
export const needSubnetSense = (id: string, config: Config): void => {
  const { network, mask } = partsOfSubnet(id);
  const cidr = `${network}/${mask}`;
  const gateway = config.gateway === undefined ? undefined : String(config.gateway);
  const pointToPoint = mask === "32" && !network.includes(":");
  if (gateway !== undefined && !pointToPoint && !contains(network, mask, gateway))
    refuseParameters({ gateway: `${gateway} is not in subnet ${cidr}` });
  const seen: [bigint, bigint][] = [];
  for (const range of rangesOf(config)) {
    const [from = "", to = ""] = [range["start-address"], range["end-address"]];
    const [first, last] = [numberOf(from), numberOf(to)];
    const broken = (why: string): never => refuseParameters({ "dhcp-range": why });
    if (first === undefined || last === undefined) {
      broken(first === undefined ? `start-address is not a valid IP ${from}` : `end-address is not a valid IP ${to}`);
      continue;
    }
    if (first > last) broken(`start-address ${from} must be smaller than end-address ${to}`);
    if (!contains(network, mask, from)) broken(`start-address ${from} is not in subnet ${cidr}`);
    if (!contains(network, mask, to)) broken(`end-address ${to} is not in subnet ${cidr}`);
    if (seen.some(([low, high]) => first <= high && last >= low)) broken("dhcp ranges must not overlap");
    seen.push([first, last]);
  }
};

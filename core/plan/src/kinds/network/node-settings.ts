import { sha1 } from "@orrery/contract";
import { type Properties, valueText } from "../../compare/value.ts";
import { type HostEntry, hostEntries, withHosts } from "./hosts-file.ts";
import { nodeSetting } from "./node-setting.ts";

const servers = ["dns1", "dns2", "dns3"] as const;

const flat = (of: Properties): Record<string, string> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, valueText(value)]));

/** Where a node looks names up. */
export const nodeDns = nodeSetting({
  kind: "node dns",
  noun: "DNS settings",
  part: "dns",
  field: "dns",
  declared: ({ dns }) =>
    dns === undefined
      ? undefined
      : { search: dns.search, ...Object.fromEntries(dns.servers.map((server, index) => [`dns${index + 1}`, server])) },
  observed: (row) =>
    Object.fromEntries(
      ["search", ...servers].flatMap((key) => {
        const value = row[key];
        return typeof value === "string" && value !== "" ? [[key, value] as const] : [];
      }),
    ),
  // Servers that are left out are gone.
  call: (_planning, node, declared) => ({
    method: "PUT",
    path: "/nodes/{node}/dns",
    parameters: { node, ...flat(declared) },
    answers: "nothing",
  }),
});

/** The zone that a node's clock is shown in. */
export const nodeTime = nodeSetting({
  kind: "node time",
  noun: "time zone",
  part: "time",
  field: "timezone",
  declared: ({ timezone }) => (timezone === undefined ? undefined : { timezone }),
  observed: ({ timezone }) => ({ timezone }),
  call: (_planning, node, declared) => ({
    method: "PUT",
    path: "/nodes/{node}/time",
    parameters: { node, ...flat(declared) },
    answers: "nothing",
  }),
});

const asProperties = (entries: readonly HostEntry[]): Properties =>
  Object.fromEntries(entries.map(({ address, names }) => [address, names]));

/** /etc/hosts, but for the entries that every system has and those of the node itself. */
export const nodeHosts = nodeSetting({
  kind: "node hosts",
  noun: "hosts file",
  part: "hosts",
  field: "hosts",
  declared: ({ hosts }) => hosts,
  observed: (text, name) => asProperties(hostEntries(text, name)),
  call: (_planning, node, declared, text) => ({
    method: "POST",
    path: "/nodes/{node}/hosts",
    // Refused where somebody has written the file since it was read.
    parameters: { node, data: withHosts(text, node, declared), digest: sha1(text) },
    answers: "nothing",
  }),
});

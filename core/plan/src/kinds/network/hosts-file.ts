import type { Properties } from "../../compare/value.ts";

export type HostEntry = { readonly address: string; readonly names: readonly string[] };

/** Loopback, and the multicast addresses of IPv6. */
const isOfSystem = (address: string): boolean =>
  address.startsWith("127.") || /^(?:::1|f[ef][0-9a-f]*::.*)$/i.test(address);

type Line = { readonly text: string; readonly entry?: HostEntry };

const lineOf = (text: string): Line => {
  const [address = "", ...names] = text.replace(/#.*$/, "").trim().split(/\s+/);
  return names.length === 0 ? { text } : { text, entry: { address, names } };
};

/** Whether an entry is for a declaration to say: Proxmox needs a node's own, and would not work without. */
const isOurs = ({ address, names }: HostEntry, node: string): boolean =>
  !isOfSystem(address) && !names.some((name) => name === node || name.startsWith(`${node}.`));

const linesOf = (text: string): Line[] => text.replace(/\n$/, "").split("\n").map(lineOf);

/** The entries of a hosts file, without the system's and the node's own; several lines of one address are one entry. */
export const hostEntries = (text: string, node: string): HostEntry[] => {
  const found = new Map<string, string[]>();
  for (const { entry } of linesOf(text))
    if (entry !== undefined && isOurs(entry, node))
      found.set(entry.address, [...new Set([...(found.get(entry.address) ?? []), ...entry.names])]);
  return [...found].map(([address, names]) => ({ address, names }));
};

/** The file with these entries in the place of its own; comments, and what is not for us to say, stay as they are. */
export const withHosts = (text: string, node: string, entries: Properties): string => {
  const left = new Map(Object.entries(entries));
  const kept = linesOf(text).flatMap(({ text: line, entry }): string[] => {
    if (entry === undefined || !isOurs(entry, node)) return [line];
    const names = left.get(entry.address);
    left.delete(entry.address);
    if (!Array.isArray(names)) return [];
    return names.join(" ") === entry.names.join(" ") ? [line] : [`${entry.address} ${names.join(" ")}`];
  });
  const added = [...left].flatMap(([address, names]) =>
    Array.isArray(names) ? [`${address} ${names.join(" ")}`] : [],
  );
  return `${[...kept, ...added].join("\n")}\n`;
};

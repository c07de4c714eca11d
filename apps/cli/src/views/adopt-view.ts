import type { Terminal } from "../terminal.ts";
import { clean } from "../wrap.ts";

/** What `orrery adopt` wrote, and how it stands against the cluster that it was read from. */
export type Adoption = {
  readonly cluster: string;
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly lines: number }[];
  readonly requests: number;
  readonly nodes: number;
  readonly guests: number;
  readonly storages: number;
  /** Parts that could not be read, and why. */
  readonly unread: readonly string[];
  /** Objects of which the declaration and the cluster still differ: none, where all is well. */
  readonly differences: readonly string[];
};

export const adoptView = (adoption: Adoption, { paint }: Terminal): string => {
  const { cluster, folder, files, requests, nodes, guests, storages, unread, differences } = adoption;
  const widest = Math.max(...files.map(({ name }) => name.length));
  const lines = [
    `${paint("bold", clean(cluster))}: ${nodes} nodes, ${guests} guests, ${storages} storages, read with ${requests} requests`,
    "",
    `Written to ${clean(folder)}/`,
    ...files.map((file) => `  ${file.name.padEnd(widest)}  ${String(file.lines).padStart(5)} lines`),
  ];
  if (unread.length > 0)
    lines.push("", paint("yellow", "Not read, and so not declared:"), ...unread.map((part) => `  ${clean(part)}`));
  lines.push(
    "",
    differences.length === 0
      ? `${paint("green", "✔")} A plan of it against the cluster is empty.`
      : `${paint("yellow", "▲")} The declaration and the cluster still differ: ${clean(differences.join(", "))}.`,
    "",
    `Next: orrery check ${clean(folder)}`,
  );
  return lines.join("\n");
};

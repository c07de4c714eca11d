import { formatBytes } from "@orrery/model";
import { type ClusterReading, type GuestReading, isUnread, type Unread } from "../cluster-reading.ts";
import type { Paint, Terminal } from "../terminal.ts";
import { clean, cut, widthOf } from "../wrap.ts";

const percent = (part: number, whole: number): string => (whole > 0 ? `${Math.round((100 * part) / whole)} %` : "–");
const span = (seconds: number): string =>
  seconds >= 172_800
    ? `${Math.floor(seconds / 86_400)} d`
    : seconds >= 7200
      ? `${Math.floor(seconds / 3600)} h`
      : `${Math.floor(seconds / 60)} min`;
const textOf = (value: string | Unread): string => (isUnread(value) ? `unknown: ${value.why}` : value);

type Cell = string | { readonly text: string; readonly look: Parameters<Paint>[0] };
const plain = (cell: Cell): string => clean(typeof cell === "string" ? cell : cell.text);

/** Columns as wide as what is in them; numbers to the right. */
const table = (
  rows: readonly (readonly Cell[])[],
  right: ReadonlySet<number>,
  { paint, width }: Terminal,
): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(plain(row[column] ?? "")))));
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const text = cut(plain(cell), width);
      const padded = right.has(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
      return typeof cell === "string" ? padded : paint(cell.look, padded);
    });
    return `  ${cells.join("  ")}`.trimEnd();
  });
};

const fill = (used: number, total: number): Cell => {
  const share = total > 0 ? used / total : 0;
  const text = percent(used, total);
  return share >= 0.9 ? { text, look: "red" } : share >= 0.8 ? { text, look: "yellow" } : text;
};

const state = (text: string, good: string): Cell => (text === good ? text : { text, look: "red" });

/** Guests of a node by their state, then those that are not simply running. */
const guestLines = (guests: readonly GuestReading[], terminal: Terminal): string[] => {
  const living = guests.filter(({ template }) => !template);
  const rows = [...Map.groupBy(living, ({ node }) => node)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([node, on]): Cell[] => {
      const counts = [...Map.groupBy(on, (guest) => guest.state)].map(([name, those]) => `${those.length} ${name}`);
      return [node, counts.join(", ")];
    });
  const odd = living.filter((guest) => guest.state !== "running" || guest.lock !== undefined).slice(0, 20);
  const told = odd.map((guest): Cell[] => [
    String(guest.vmid),
    guest.name,
    guest.node,
    {
      text: [guest.state, guest.lock === undefined ? "" : `locked (${guest.lock})`].filter(Boolean).join(", "),
      look: "yellow",
    },
  ]);
  return [
    ...table(rows, new Set(), terminal),
    ...(told.length > 0 ? ["", ...table(told, new Set([0]), terminal)] : []),
  ];
};

/** What a cluster is now, for a person. */
export const statusView = (reading: ClusterReading, terminal: Terminal): string => {
  const { paint } = terminal;
  const { nodes, guests, storages, ha, running } = reading;
  const online = nodes.filter((node) => node.state === "online").length;
  const quorum =
    reading.quorate === undefined
      ? paint("yellow", "quorum unknown")
      : reading.quorate
        ? paint("green", "quorate")
        : paint("red", "NO QUORUM");
  const templates = guests.filter(({ template }) => template).length;
  const up = guests.filter((guest) => guest.state === "running").length;
  const section = (title: string, lines: readonly string[]): string[] => ["", paint("bold", title), ...lines];
  const unread = ({ why }: Unread): string[] => [`  ${paint("yellow", `unknown: ${clean(why)}`)}`];
  return [
    `${paint("bold", clean(reading.cluster ?? (reading.quorate === undefined ? "a cluster of unknown name" : "standalone")))}  Proxmox VE ${clean(reading.version)}  ${quorum}  ${online} of ${nodes.length} nodes online, ${up} of ${guests.length - templates} guests running${templates > 0 ? `, ${templates} templates` : ""}`,
    ...section(
      "Nodes",
      table(
        nodes.map((node) => [
          node.name,
          state(node.state, "online"),
          node.cpu === undefined ? "–" : `CPU ${Math.round(node.cpu * 100)} % of ${node.cpus}`,
          node.memoryTotal > 0
            ? `memory ${percent(node.memory, node.memoryTotal)} of ${formatBytes(node.memoryTotal)}`
            : "memory unknown",
          node.uptimeSeconds > 0 ? `up ${span(node.uptimeSeconds)}` : "",
          textOf(node.version),
        ]),
        new Set(),
        terminal,
      ),
    ),
    ...section("Guests", guests.length === 0 ? ["  none"] : guestLines(guests, terminal)),
    ...section(
      "Storages",
      table(
        storages.map((one) => [
          one.name,
          one.shared ? "shared" : one.node,
          one.type,
          fill(one.used, one.total),
          `of ${formatBytes(one.total)}`,
          state(one.state, "available"),
        ]),
        new Set([3]),
        terminal,
      ),
    ),
    ...section(
      "High availability",
      isUnread(ha)
        ? unread(ha)
        : ha.length === 0
          ? ["  nothing is managed"]
          : ha.map((one) => `  ${clean(`${one.id}: ${one.status}`)}`),
    ),
    ...section(
      "Running tasks",
      isUnread(running)
        ? unread(running)
        : running.length === 0
          ? ["  none"]
          : table(
              running.map((task) => [
                task.type,
                task.id,
                task.node,
                task.user,
                new Date(task.since * 1000).toISOString().slice(0, 19),
              ]),
              new Set(),
              terminal,
            ),
    ),
  ].join("\n");
};

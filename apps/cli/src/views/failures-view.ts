import type { FailureDomain } from "@orrery/assurance";
import { displayPath } from "../place.ts";
import type { Terminal } from "../terminal.ts";
import { clean, hang, widthOf } from "../wrap.ts";
import { verdictLook } from "./look.ts";

const most = 6;

/** `a, b and c`; in a list of all components the rest of a long one is counted. */
const named = (names: readonly string[], whole: boolean): string => {
  const shown =
    whole || names.length <= most ? names : [...names.slice(0, most - 1), `${names.length - most + 1} more`];
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
};

const guests = (count: number): string => `${count} guest${count === 1 ? "" : "s"}`;

/** What a failure takes, a line each; none where it takes nothing. */
const facts = (domain: FailureDomain, whole: boolean): string[] => {
  const { copies, guests: taken, isolated, quorum, services, storages } = domain;
  const of = (names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${guests(names.length)} ${what}: ${named(names, whole)}`];
  return [
    ...(quorum.survives ? [] : [`no quorum: ${quorum.votes} votes together, ${quorum.needed} needed`]),
    ...(quorum.survives && isolated.length > 0 ? [`parted from the cluster: ${named(isolated, whole)}`] : []),
    ...of(taken.lost, taken.lost.length === 1 ? "loses its data" : "lose their data"),
    ...of(taken.down, taken.down.length === 1 ? "is down, its disks are there" : "are down, their disks are there"),
    ...of(taken.cutOff, taken.cutOff.length === 1 ? "loses its router" : "lose their router"),
    ...storages.map(({ storage, nodes }) => `${storage} is out of reach of ${named(nodes, whole)}`),
    ...(services.length === 0 ? [] : [`nobody provides ${named(services, true)}`]),
    ...(copies.gone.length === 0 ? [] : [`copies gone with it: ${named(copies.gone, whole)}`]),
    ...(taken.lost.length === 0 || copies.left.length === 0 ? [] : [`copies left: ${named(copies.left, whole)}`]),
    ...of(copies.none, copies.none.length === 1 ? "has no copy left" : "have no copy left"),
  ];
};

const lines = (domain: FailureDomain, whole: boolean, { width, paint }: Terminal): string[] => {
  const place = domain.place === undefined ? "" : `${displayPath(domain.place.file)}:${domain.place.line}`;
  const name = clean(domain.component);
  const gap = " ".repeat(Math.max(2, width - widthOf(name) - widthOf(place)));
  return [
    `${paint("bold", name)}${paint("dim", `${gap}${place}`)}`.trimEnd(),
    ...facts(domain, whole).flatMap((fact) => hang("  ", clean(fact), width)),
    ...domain.objectives.flatMap(({ title, verdict, figure }) => {
      const { colour, mark } = verdictLook[verdict];
      const words = `${clean(title)} ${verdict}${figure === undefined ? "" : ` (${clean(figure)})`}`;
      return hang(`  ${paint(colour, mark)} `, words, width);
    }),
    "",
  ];
};

/** What `orrery failures` shows a person; what takes nothing with it is named in one line at the end. */
export const failuresView = (domains: readonly FailureDomain[], whole: boolean, terminal: Terminal): string => {
  const harmless = whole ? [] : domains.filter((domain) => facts(domain, false).length === 0);
  const told = domains.filter((domain) => !harmless.includes(domain));
  const missed = told.filter(({ objectives }) => objectives.some(({ verdict }) => verdict === "missed")).length;
  return [
    ...told.flatMap((domain) => lines(domain, whole, terminal)),
    ...(harmless.length === 0
      ? []
      : [
          ...hang(
            "",
            `Nothing goes with: ${harmless.map(({ component }) => clean(component)).join(", ")}.`,
            terminal.width,
          ),
          "",
        ]),
    ...(whole
      ? []
      : hang(
          "",
          `${domains.length} single failures; an objective falls with ${missed}. Next: \`orrery failures --of NAME\` tells one in full.`,
          terminal.width,
        )),
  ]
    .join("\n")
    .trimEnd();
};

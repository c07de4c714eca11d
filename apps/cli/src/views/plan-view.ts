import {
  type Action,
  type Drift,
  fullName,
  needsWindow,
  nextOpening,
  type ObjectRef,
  openWindow,
  type Plan,
  propertyText,
  type Risk,
  refName,
  risks,
} from "@orrery/plan";
import type { Paint, Terminal } from "../terminal.ts";
import { clean, cut, hang, widthOf } from "../wrap.ts";

type Look = Parameters<Paint>[0];

/** Told apart without colour too: the word stands there. */
const riskLook: Readonly<Record<Risk, Look>> = {
  none: "dim",
  hot: "green",
  reboot: "yellow",
  stop: "yellow",
  network: "magenta",
  quorum: "red",
  "data loss": ["bold", "red"],
};

const signs: Readonly<Record<Drift["kind"], { sign: string; look: Look; word: string }>> = {
  missing: { sign: "+", look: "green", word: "is not there" },
  changed: { sign: "~", look: "yellow", word: "is not as declared" },
  surplus: { sign: "-", look: "red", word: "is declared no more" },
};

const moving = { sign: "→", look: "cyan", word: "goes to another node" } as const;

export type AboutPlan = {
  readonly reading?: {
    readonly requests: number;
    readonly milliseconds: number;
    readonly quick: boolean;
    readonly left: readonly string[];
  };
  /** Where the plan was written. */
  readonly file: string | undefined;
  /** The declaration that it was made of, as the command line named it. */
  readonly lab: string | undefined;
  /** What there is to be said beside a plan of moves. */
  readonly notes?: readonly string[];
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const span = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return "just now";
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} d ago`;
};

const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** The lines of a property: what is declared, and what was observed. */
const propertyLines = ({ properties }: Drift, { width, paint }: Terminal): string[] => {
  const name = Math.min(Math.max(0, ...properties.map(({ property }) => property.length)), 24);
  return properties.map(({ property, declared, observed }) => {
    const room = Math.max(12, Math.floor((width - name - 14) / 2));
    const [seen, wanted] = [observed, declared].map((value) => cut(clean(propertyText(property, value)), room));
    return `      ${clean(property).padEnd(name)}  ${paint("red", seen ?? "")} → ${paint("green", wanted ?? "")}`;
  });
};

const actionLines = (action: Action, terminal: Terminal): string[] => {
  const { paint, width } = terminal;
  const risk = action.risk === "none" ? "" : `  ${paint(riskLook[action.risk], action.risk)}`;
  const who = action.principal === "token" ? "" : paint("dim", `  as ${action.principal}`);
  const pending = action.pending === undefined ? "" : `; ${action.pending.join(", ")} from its next start on`;
  return [
    ...hang("    ▸ ", clean(action.title), width).map((line, index, all) =>
      index === all.length - 1 ? `${line}${risk}${who}` : line,
    ),
    ...hang("      ", `because ${clean(action.because)}${pending}`, width).map((line) => paint("dim", line)),
  ];
};

const headLine = (drift: Drift, plan: Plan, { paint }: Terminal): string => {
  const { sign, look, word } = plan.purpose === undefined ? signs[drift.kind] : moving;
  const name = fullName({ ...drift.object, ...(drift.name === undefined ? {} : { name: drift.name }) });
  const by = drift.by === undefined ? "" : `; ${clean(drift.by.user)} changed it ${span(plan.made - drift.by.at)}`;
  return `  ${paint(look, sign)} ${paint("bold", clean(name))}  ${paint("dim", `${word}${by}`)}`;
};

/** One object: what differs, and what is done about it. */
const objectLines = (drift: Drift, plan: Plan, terminal: Terminal): string[] => {
  const own = plan.actions.filter(({ object }) => refName(object) === refName(drift.object));
  const stuck = plan.stuck.filter(({ object }) => refName(object) === refName(drift.object));
  return [
    headLine(drift, plan, terminal),
    ...propertyLines(drift, terminal),
    ...own.flatMap((action) => actionLines(action, terminal)),
    ...stuck.flatMap(({ why }) =>
      hang("    ✖ ", `Nothing can be done about it: ${clean(why)}.`, terminal.width).map((line) =>
        terminal.paint("red", line),
      ),
    ),
  ];
};

/** Parts of the cluster as a person calls them. */
const words: Readonly<Record<string, string>> = {
  votes: "votes",
  realmSyncJobs: "realm synchronisation",
  firewall: "the cluster's firewall",
  sdn: "SDN",
  mappings: "hardware mappings",
  metricServers: "metric servers",
  notifications: "notifications",
};

const byKind = (refs: readonly ObjectRef[]): string =>
  [...Map.groupBy(refs, ({ kind }) => kind)].map(([kind, those]) => plural(those.length, kind)).join(", ");

/** `3 actions: 2 hot, 1 reboot`. */
const actionTally = ({ actions }: Plan, { paint }: Terminal): string => {
  const counts = risks.flatMap((risk) => {
    const count = actions.filter((action) => action.risk === risk).length;
    return count === 0 ? [] : [paint(riskLook[risk], `${count} ${risk === "none" ? "without risk" : risk}`)];
  });
  return `${plural(actions.length, "action")}: ${counts.join(", ")}`;
};

const undecidedLines = ({ undecided }: Plan, { paint, width }: Terminal): string[] => {
  if (undecided.length === 0) return [];
  const most = 12;
  const lines = undecided
    .slice(0, most)
    .flatMap(({ object, property, why }) =>
      hang(
        `  ${paint("yellow", "?")} `,
        clean(`${refName(object)}${property === undefined ? "" : ` ${property}`}: ${why}`),
        width,
      ),
    );
  const more = undecided.length > most ? [`    … and ${undecided.length - most} more`] : [];
  return ["", paint("bold", "Nobody can say"), ...lines, ...more];
};

/** What a plan breaks and mends, where somebody worked it out. */
export const findingLines = ({ findings }: Plan, { paint, width }: Terminal): string[] => {
  if (findings === undefined) return [];
  const lines = (mark: string, look: Look, those: typeof findings.breaks): string[] =>
    those.flatMap(({ subject, why }) => hang(`  ${paint(look, mark)} `, clean(`${subject}: ${why}`), width));
  return [
    ...(findings.breaks.length > 0 ? ["", paint(["bold", "red"], "It would break what holds now")] : []),
    ...lines("✖", "red", findings.breaks),
    ...(findings.mends.length > 0 ? ["", paint("bold", "It would mend")] : []),
    ...lines("✔", "green", findings.mends),
    ...(findings.unknown === undefined
      ? []
      : [
          "",
          ...hang(
            `${paint("yellow", "?")} `,
            `What it breaks and mends cannot be said: ${clean(findings.unknown)}`,
            width,
          ),
        ]),
  ];
};

/** The consents that a plan needs, each once. */
const consentsOf = ({ actions }: Plan): string[] => [...new Set(actions.flatMap(({ consent }) => consent ?? []))];

const needLines = (plan: Plan, { paint, width }: Terminal): string[] => {
  const consents = consentsOf(plan).map((consent) => `Consent: --consent "${consent}"`);
  const risky = plan.actions.filter(({ risk }) => needsWindow(risk)).length;
  const next = nextOpening(plan.windows, plan.made);
  const window =
    risky === 0 || openWindow(plan.windows, plan.made) !== undefined
      ? []
      : [
          `A maintenance window for ${plural(risky, "action")}: ${next === undefined ? "none is declared; --now does it all the same" : `${next.id} opens ${moment(next.start)}; --now does not wait`}`,
        ];
  const principals = new Set(plan.actions.map(({ principal }) => principal));
  const as = (["ticket", "root@pam", "ssh"] as const).filter((principal) => principals.has(principal));
  const who = as.length === 0 ? [] : [`More than an API token: ${as.join(", ")}`];
  const needs = [...consents, ...window, ...who];
  if (needs.length === 0) return [];
  return ["", paint("bold", "It needs"), ...needs.flatMap((line) => hang("  • ", line, width))];
};

const nextLine = (plan: Plan, { file, lab }: AboutPlan): string => {
  if (plan.actions.length === 0) return "";
  if (plan.purpose !== undefined && file === undefined) return "--out FILE writes it for `orrery apply FILE`.";
  const what = file ?? lab;
  const consents = consentsOf(plan).map((consent) => ` --consent "${consent}"`);
  return `Next: \`orrery apply${what === undefined ? "" : ` ${what}`}${consents.join("")}\``;
};

/** The objects in the order in which something is done about them. */
const inOrder = ({ actions, drift }: Plan): Drift[] => {
  const place = new Map(actions.map(({ object }, index) => [refName(object), index]));
  const placeOf = ({ object }: Drift): number => place.get(refName(object)) ?? actions.length;
  return drift.toSorted((one, other) => placeOf(one) - placeOf(other));
};

const noteLines = ({ notes = [] }: AboutPlan, { paint, width }: Terminal): string[] =>
  notes.length === 0
    ? []
    : ["", ...notes.flatMap((note) => hang("", clean(note), width).map((line) => paint("dim", line)))];

/** A plan for a person: object by object, what differs, what is done about it, why, and at which risk. */
export const planView = (plan: Plan, about: AboutPlan, terminal: Terminal): string => {
  const { paint } = terminal;
  const read =
    about.reading === undefined
      ? `made ${moment(plan.made)}`
      : `read with ${plural(about.reading.requests, "request")} in ${(about.reading.milliseconds / 1000).toFixed(1)} s${about.reading.quick ? "; what nothing shows as changed is as seen before" : ""}`;
  const head = `${paint("bold", clean(plan.cluster))}  Proxmox VE ${plan.contract}  ${paint("dim", read)}`;
  const left =
    plan.unmanaged.length === 0
      ? []
      : ["", paint("dim", `Left alone, for nobody declares them: ${byKind(plan.unmanaged)}.`)];
  const unread = about.reading?.left ?? [];
  const unseen =
    unread.length === 0
      ? []
      : hang(
          "",
          `Not looked at, for nothing is declared there: ${unread.map((part) => words[part] ?? part).join(", ")}. --everything does.`,
          terminal.width,
        ).map((line) => paint("dim", line));
  const isNothing = plan.drift.length === 0;
  const body = isNothing
    ? [
        "",
        plan.purpose !== undefined
          ? `${paint("green", "✔")} Nothing is to be moved.`
          : `${paint("green", "✔")} ${plan.undecided.length === 0 ? "The cluster is as declared." : "What could be compared is as declared."}`,
      ]
    : inOrder(plan).flatMap((drift) => ["", ...objectLines(drift, plan, terminal)]);
  const foot = isNothing ? [] : ["", `${actionTally(plan, terminal)}.`, ...[nextLine(plan, about)].filter(Boolean)];
  const lines = [
    head,
    ...body,
    ...undecidedLines(plan, terminal),
    ...findingLines(plan, terminal),
    ...left,
    ...(unseen.length > 0 && left.length === 0 ? [""] : []),
    ...unseen,
    ...needLines(plan, terminal),
    ...noteLines(about, terminal),
    ...foot,
  ];
  return lines.map((line) => (widthOf(line) === 0 ? "" : line)).join("\n");
};

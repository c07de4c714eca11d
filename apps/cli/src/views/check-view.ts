import type { Checked, Finding, Objective, Rule } from "@orrery/assurance";
import { chapters } from "@orrery/model";
import { displayPath } from "../place.ts";
import type { Paint, Terminal } from "../terminal.ts";
import { clean, cut, hang, widthOf, wrap } from "../wrap.ts";
import { chapterTitle, colourOf, markOf, tally, verdictLook } from "./look.ts";

/** What was checked, and when. */
export type About = {
  /** The declaration's first file, absolute. */
  readonly declaration: string;
  readonly name: string;
  readonly at: number;
  readonly rules: readonly Rule[];
};

const dimmed = (text: string, { width, paint }: Terminal): string[] =>
  wrap(text, width).map((line) => paint("dim", line));

const heading = (title: string, note: string, { width, paint }: Terminal): string => {
  const rule = "─".repeat(Math.max(width - widthOf(title) - widthOf(note) - 2, 2));
  return `${paint("bold", title)} ${paint("dim", rule)} ${paint("dim", note)}`.trimEnd();
};

/** Figures this short stand in a column; a longer one pushes its reason aside. */
const figureWidth = 9;

const objectiveLines = (objectives: readonly Objective[], terminal: Terminal): string[] => {
  if (objectives.length === 0) return [];
  const { width, paint } = terminal;
  const titles = Math.min(Math.max(...objectives.map(({ title }) => widthOf(clean(title)))), Math.floor(width / 2));
  const figures = Math.min(Math.max(...objectives.map(({ figure }) => widthOf(clean(figure ?? "")))), figureWidth);
  const lines = objectives.map(({ verdict, title, figure, why }) => {
    const { mark, colour } = verdictLook[verdict];
    const told = `${mark} ${verdict.padEnd("unproven".length)}`;
    const name = cut(clean(title), titles).padEnd(titles);
    const number = clean(figure ?? "").padStart(figures);
    const left = width - widthOf(`${told}  ${name}  ${number}  `);
    const because = left > 12 ? paint("dim", cut(clean(why), left)) : "";
    return `${paint(colour, told)}  ${name}  ${paint("bold", number)}  ${because}`.trimEnd();
  });
  const met = objectives.filter(({ verdict }) => verdict === "met").length;
  return [heading("Objectives", `${met} of ${objectives.length} met`, terminal), ...lines, ""];
};

const placeOf = ({ claim }: Finding): string =>
  claim.place === undefined ? claim.path.join(".") : `${displayPath(claim.place.file)}:${claim.place.line}`;

/** One finding: what, why, what to do, where. */
const findingLines = (finding: Finding, { width, paint }: Terminal): string[] => {
  const { severity, verdict, subject, claim, why, remedy, rule } = finding;
  const colour = colourOf[severity];
  const title = `${severity}${verdict === "unproven" ? ", unproven" : ""}`;
  const told = `${markOf[severity]} ${title}`;
  const name = `${clean(subject)}:`;
  // The first line begins behind the severity, the others at the margin.
  const room = "·".repeat(widthOf(told));
  const [first = "", ...more] = wrap(`${room} ${name} ${clean(claim.text)}`, width - 2);
  const words = first.slice(room.length + 1);
  const start = words.startsWith(name) ? paint("bold", name) + words.slice(name.length) : words;
  return [
    `${paint(colour, told)}  ${start}`,
    ...more.map((line) => `  ${line}`),
    ...hang("  ", clean(why), width),
    ...hang(`  ${paint("green", "→")} `, clean(remedy), width),
    `  ${paint("dim", `${placeOf(finding)}  ${rule}`)}`,
    "",
  ];
};

const waivedLines = (finding: Finding, { width, paint }: Terminal): string[] => {
  const { waived } = finding;
  if (waived === undefined) return [];
  const words = `${clean(finding.subject)}: ${clean(finding.claim.text)}`;
  const taken = `${clean(waived.owner)} took it until ${waived.expires}: ${clean(waived.reason)}`;
  return [
    ...hang("○ ", words, width),
    ...hang("  ", taken, width),
    `  ${paint("dim", `${placeOf(finding)}  ${finding.rule}`)}`,
    "",
  ];
};

const summary = (open: readonly Finding[], waived: number, about: About, paint: Paint, width: number): string[] => {
  const unproven = open.filter(({ verdict }) => verdict === "unproven").length;
  const rules = about.rules.length === 1 ? "1 rule" : `${about.rules.length} rules`;
  const aside = [
    ...(unproven > 0 ? [`${unproven} of them unproven`] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
    `${rules} checked`,
  ].join("; ");
  const [first] = open;
  if (first === undefined) return [`${paint("green", "✔ Nothing found.")} ${paint("dim", `${aside}.`)}`];
  const fits = widthOf(`${tally(open)}; ${aside}.`) <= width;
  const counts = paint("bold", paint(colourOf[first.severity], tally(open)));
  return [
    ...(fits ? [`${counts}${paint("dim", `; ${aside}.`)}`] : [counts, ...dimmed(`${aside}.`, { width, paint })]),
    ...hang("", `Next: \`orrery explain ${first.rule}\` says what that rule holds and what mends it.`, width),
  ];
};

/** What `orrery check` shows a person. */
export const checkView = ({ objectives, findings }: Checked, about: About, terminal: Terminal): string => {
  const { paint, width } = terminal;
  const open = findings.filter(({ waived }) => waived === undefined);
  const waived = findings.filter((finding) => finding.waived !== undefined);
  const day = new Date(about.at).toISOString().slice(0, 10);
  const name = clean(about.name);
  const source = `${displayPath(about.declaration)} as of ${day}`;
  const fits = widthOf(name) + 2 + widthOf(source) <= width;
  const lines = [
    ...(fits
      ? [`${paint("bold", name)}  ${paint("dim", source)}`]
      : [paint("bold", name), ...dimmed(source, terminal)]),
    "",
    ...objectiveLines(objectives, terminal),
  ];
  for (const chapter of chapters) {
    const here = open.filter((finding) => finding.chapter === chapter);
    if (here.length === 0) continue;
    lines.push(heading(chapterTitle[chapter], tally(here), terminal), "");
    for (const finding of here) lines.push(...findingLines(finding, terminal));
  }
  if (waived.length > 0) {
    lines.push(heading("Waived", `${waived.length}, counted for nothing`, terminal), "");
    for (const finding of waived) lines.push(...waivedLines(finding, terminal));
  }
  lines.push(...summary(open, waived.length, about, paint, width));
  return lines.join("\n");
};

import type { Refusal } from "@orrery/declaration";
import { displayPath } from "../place.ts";
import type { Terminal } from "../terminal.ts";
import { clean, hang } from "../wrap.ts";

/** More than a person reads at once; the rest shows when these are mended. */
const most = 50;

/** What keeps a declaration from being loaded: a place and a sentence each. */
export const refusalView = ({ problems }: Refusal, { width, paint }: Terminal): string => {
  const lines: string[] = [];
  for (const { place, path, message } of problems.slice(0, most)) {
    const where = path === undefined || path.length === 0 ? "" : `${path.join(".")}: `;
    const text = clean(`${where}${message}`);
    if (place === undefined) {
      lines.push(...hang("", text, width));
      continue;
    }
    lines.push(`${paint("bold", `${displayPath(place.file)}:${place.line}:${place.column}`)}`);
    lines.push(...hang(`  ${paint("red", "✖")} `, text, width));
  }
  const more = problems.length - most;
  if (more > 0) lines.push(`… and ${more} more.`);
  if (problems.some(({ place }) => place !== undefined)) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    lines.push("", `The declaration cannot be loaded: ${count}.`);
  }
  return lines.join("\n");
};

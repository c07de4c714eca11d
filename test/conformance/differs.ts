/** Writes the generated part of docs/how-the-twin-differs.md: `node test/conformance/differs.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { contractOf, type PveVersion, pveVersions } from "@orrery/contract";
import { isModelled, loadMethods } from "@orrery/twin-api";
import { deliberate } from "./deliberate.ts";

await loadMethods();

const file = new URL("../../docs/how-the-twin-differs.md", import.meta.url);
const mark = "<!-- generated: node test/conformance/differs.ts -->";

const methodsLine = (version: PveVersion): string => {
  const { routes } = contractOf(version);
  const missing = routes.filter((route) => !isModelled(version, route.method, route.path));
  return `PVE ${version}: ${routes.length - missing.length} of ${routes.length} methods are answered, ${missing.length} say that they are not modelled.`;
};

/** Paths that answer 501, one line a path, with the majors that have it. */
const missingLines = (): string[] => {
  const found = new Map<string, { methods: Set<string>; versions: Set<string> }>();
  for (const version of pveVersions) {
    for (const { method, path } of contractOf(version).routes) {
      if (isModelled(version, method, path)) continue;
      const entry = found.get(path) ?? { methods: new Set(), versions: new Set() };
      entry.methods.add(method);
      entry.versions.add(version);
      found.set(path, entry);
    }
  }
  return [...found]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([path, { methods, versions }]) =>
        `| \`${path}\` | ${[...methods].join(", ")} | ${[...versions].toSorted().join(", ")} |`,
    );
};

/** The generated part, from its mark to the end of the file. */
const generatedPart = (): string =>
  [
    mark,
    "",
    "## Answers that differ",
    "",
    "Of the recorded answers of the genuine API, these are deliberately others.",
    "",
    "| topic | calls | in the twin | because |",
    "|---|---|---|---|",
    ...deliberate.map(({ topic, calls, what, why }) => `| ${topic} | ${calls.join(", ")} | ${what}. | ${why} |`),
    "",
    "## Methods that are not modelled",
    "",
    "They are routed, their parameters and permissions are checked, and then they answer 501 with `The twin does not model …`.",
    "",
    ...pveVersions.map(methodsLine),
    "",
    "| path | methods | release |",
    "|---|---|---|",
    ...missingLines(),
    "",
  ].join("\n");

/** The file as it should be: its head, then the generated part. */
export const regenerated = (): { readonly is: string; readonly should: string } => {
  const is = readFileSync(file, "utf8");
  const at = is.indexOf(mark);
  return { is, should: `${at < 0 ? `${is.trimEnd()}\n\n` : is.slice(0, at)}${generatedPart()}` };
};

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(file, regenerated().should);

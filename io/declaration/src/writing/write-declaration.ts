import { type Chapter as ChapterName, chapters, type LabInput } from "@orrery/model";
import { chapterOf, declarationText } from "./chapter.ts";
import type { Plain } from "./sharing.ts";
import { layOut } from "./term.ts";

export type SourceFile = { readonly name: string; readonly text: string };

/** The chapters that others are checked against while they are written, and what those are. */
const definitions: Partial<Record<ChapterName, { readonly call: string; readonly on: readonly ChapterName[] }>> = {
  network: { call: "defineNetwork", on: [] },
  cluster: { call: "defineCluster", on: ["network"] },
  storage: { call: "defineStorage", on: [] },
  guests: { call: "defineGuests", on: ["cluster", "network", "storage"] },
};

const fileOf = (chapter: ChapterName): string =>
  `${chapter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;

const importText = (names: readonly string[], from: string): string =>
  `import { ${[...new Set(names)].toSorted().join(", ")} } from "${from}";`;

const chapterText = (name: ChapterName, content: Plain): string => {
  const { call, on } = definitions[name] ?? { call: "defineChapter", on: [] };
  const { before, term, calls } = chapterOf(name, content, [...chapters, "unknown", "asWritten", "secret", call]);
  const isNested = on.length > 0;
  const body = layOut(term, isNested ? 2 : 0, isNested ? 2 : 60);
  const given = isNested
    ? `(\n  { ${on.join(", ")} },\n  ${body},\n)`
    : call === "defineChapter"
      ? `("${name}", ${body})`
      : `(${body})`;
  const imports = [
    importText([call, ...calls], "@orrery/model"),
    ...on.map((one) => importText([one], `./${fileOf(one)}`)),
  ];
  return [
    imports.join("\n"),
    ...(before.length === 0 ? [] : [before.map(declarationText).join("\n")]),
    `export const ${name} = ${call}${given};`,
    "",
  ]
    .join("\n\n")
    .replace(/\n\n$/, "\n");
};

/**
 * A declaration as source text, a file a chapter, as a person would write it: what many things share has a name, what
 * is the same unknown is said once. Loading the files gives `lab` back.
 *
 * @param heading stands above the declaration as its comment
 */
export const writeDeclaration = (lab: LabInput, heading: string): readonly SourceFile[] => {
  const present = chapters.filter((chapter) => lab[chapter] !== undefined);
  // What a LabInput holds is plain data.
  const files = present.map((chapter) => ({
    name: fileOf(chapter),
    text: chapterText(chapter, lab[chapter] as Plain),
  }));
  const imports = [
    importText(["defineLab"], "@orrery/model"),
    ...present.toSorted().map((chapter) => importText([chapter], `./${fileOf(chapter)}`)),
  ];
  const comment = heading
    .split("\n")
    .map((line) => ` * ${line.replaceAll("*/", "* /")}`.trimEnd())
    .join("\n");
  const list = present.map((chapter) => `  ${chapter},`).join("\n");
  const text = `${imports.join("\n")}\n\n/**\n${comment}\n */\nexport default defineLab({\n${list}\n});\n`;
  return [{ name: "orrery.config.ts", text }, ...files];
};

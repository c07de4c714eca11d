import { posix } from "node:path";
import { expect, test } from "vitest";
import { files, isGiven, parts, sources, textOf } from "./repository.ts";

const ours = files.filter((file) => !isGiven(file));

test("files and folders are kebab-case nouns", () => {
  const odd = sources.filter(
    (file) =>
      !file.split("/").every((step) => /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|bench|config|d))*(\.tsx?)?$/.test(step)),
  );
  expect(odd).toEqual([]);
});

test("no file is named for having no name", () => {
  // Proxmox's own words stay: its HA manager, its nodes' services.
  const nameless = /^(?!ha-manager)(.+-)?(utils?|common|shared|helpers?|misc|managers?)(-.+)?$|-service$/;
  const found = ours.filter((file) => file.split("/").some((step) => nameless.test(step.replace(/\..*$/, ""))));
  expect(found).toEqual([]);
});

test("each package's README says what it does, what is not here, and where to start reading", () => {
  for (const { name, folder } of parts) {
    const file = `${folder}/README.md`;
    expect(files).toContain(file);
    const text = textOf(file);
    const headings = text.match(/^#+ .*$/gm);
    expect({ file, headings }).toEqual({ file, headings: [`# ${name}`, "## Not here", "## Start reading at"] });
    for (const section of text.split(/^#+ .*$/m).slice(1))
      expect({ file, section }).toEqual({ file, section: expect.stringMatching(/\w/) });
    const [, reading = ""] = text.split("## Start reading at");
    const named = [...reading.matchAll(/`((?:src|data|generator)\/[\w./-]+)`/g)].map((match) =>
      posix.join(folder, match[1] ?? ""),
    );
    expect(named.length).toBeGreaterThan(0);
    const gone = named.filter(
      (path) => !files.some((known) => known === path || known.startsWith(path.endsWith("/") ? path : `${path}/`)),
    );
    expect({ file, gone }).toEqual({ file, gone: [] });
  }
});

/** Words of making the thing, which have no place in the thing. Spelled apart here, so that this file holds none. */
const makingOf = [
  `\\b${"TO"}DO\\b`,
  `\\b${"FIX"}ME\\b`,
  `\\b${"XX"}X\\b`,
  `\\b${"HA"}CK\\b`,
  `${"issue"} #?\\d`,
  `(^|[\\s"'\`(])/${"work"}/`,
  `\\bthis ${"commit"}\\b`,
  `\\bpull ${"request"} #`,
  `\\bas ${"requested"}\\b`,
  `\\bthe ${"brief"}\\b`,
].map((word) => new RegExp(word, "im"));

test("files speak of the project and not of its making", () => {
  const readable = ours.filter(
    (file) => /\.(tsx?|css|mjs|md|json|yml|yaml|sh)$|^\.ci\//.test(file) && file !== "package-lock.json",
  );
  const found = readable.flatMap((file) => {
    const text = textOf(file);
    return makingOf.flatMap((word) => (word.test(text) ? [`${file}: ${word.exec(text)?.[0].trim()}`] : []));
  });
  expect(found).toEqual([]);
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { JournalHeld, openJournal } from "./journal-file.ts";

const aPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "some/journal.jsonl");
};

test("what was added is there again, in order, also where many added at once", async () => {
  const path = aPath();
  const journal = await openJournal(path);
  await Promise.all(Array.from({ length: 50 }, (_, number) => journal.append({ number })));
  await journal.close();
  const again = await openJournal(path);
  expect(await again.read()).toEqual(Array.from({ length: 50 }, (_, number) => ({ number })));
  await again.close();
});

test("a torn last line is no line, and what comes after it is whole", async () => {
  const path = aPath();
  const first = await openJournal(path);
  await first.append({ number: 1 });
  await first.close();
  appendFileSync(path, '{"number":2,"wh');
  const second = await openJournal(path);
  expect(await second.read()).toEqual([{ number: 1 }]);
  await second.append({ number: 3 });
  expect(await second.read()).toEqual([{ number: 1 }, { number: 3 }]);
  await second.close();
  expect(readFileSync(path, "utf8").endsWith("\n")).toBe(true);
});

test("a journal is one process's at a time, and that of a dead process is free", async () => {
  const path = aPath();
  const journal = await openJournal(path);
  await expect(openJournal(path)).rejects.toBeInstanceOf(JournalHeld);
  await journal.close();
  // No process has a number that high.
  writeFileSync(`${path}.lock`, "999999999");
  await (await openJournal(path)).close();
});

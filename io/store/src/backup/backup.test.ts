import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appendAudit, verifyAudit } from "../audit/audit.ts";
import { takeOut } from "../history/close.ts";
import { History } from "../history/history.ts";
import { partsOf, samples } from "../history/partition.ts";
import { hour } from "../history/span.ts";
import type { Store } from "../store.ts";
import { startTemporaryServer, type TemporaryServer } from "../temporary-server.ts";
import { backUp } from "./backup.ts";
import { restore } from "./restore.ts";

let server: TemporaryServer;
const folder = mkdtempSync(join(tmpdir(), "orrery-backup-"));
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const at = new Date("2026-03-02T10:00:00Z");
const start = Date.UTC(2026, 2, 1, 10);
const question = { from: start, to: start + 6 * hour, step: 60_000 };

const filled = async (texts: readonly string[]): Promise<{ store: Store; ids: number[] }> => {
  const store = await server.store();
  for (const text of texts)
    await appendAudit(store.db, {
      at,
      who: text,
      action: "guest.stop",
      subject: "qemu/100",
      outcome: "done",
      details: text,
    });
  const history = new History(store);
  const ids = await history.define(
    texts.map((text, index) => ({ cluster: text.replaceAll("\0", ""), subject: `${index}`, metric: "cpu" })),
  );
  const now = start + 5 * hour;
  const batch = ids.flatMap((series) =>
    Array.from({ length: 5 * 60 }, (_, index) => ({ series, at: start + index * 60_000, value: Math.sin(index) })),
  );
  await history.append(now, batch);
  // Of its hours one is packed, one taken out, and the rest open.
  await history.sweep(start + hour + 10 * 60_000);
  const [part] = await partsOf(store.db, samples);
  if (part !== undefined) await takeOut(store.db, part);
  return { store, ids };
};

test("what was backed up is in the store it is restored into, whatever the texts, and goes on from there", async () => {
  const texts = [
    "",
    "\\.",
    "a\nb\r\n\\.\n",
    "tab\tback\\slash\\N",
    "„ä€😀",
    ...fc.sample(fc.string({ unit: "grapheme" }), { numRuns: 20, seed: 1 }),
  ];
  const { store, ids } = await filled(texts);
  const file = join(folder, "whole.backup");
  const made = await backUp(store, file, at);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.part`)).toBe(false);
  const other = await server.store();
  expect(await restore(other, file)).toEqual({ at, tables: made.tables, rows: made.rows });
  const [before, after] = [new History(store), new History(other)];
  const now = start + 5 * hour;
  expect(await after.query(now, { series: ids, ...question })).toEqual(
    await before.query(now, { series: ids, ...question }),
  );
  expect(await verifyAudit(other.db)).toEqual(await verifyAudit(store.db));
  await expect(sql`delete from audit`.execute(other.db)).rejects.toThrow("append-only");
  expect(await appendAudit(other.db, { at, who: "ada", action: "a", subject: "b", outcome: "done" })).toMatchObject({
    seq: texts.length + 1,
  });
  const [fresh = 0] = await after.define([{ cluster: "new", subject: "", metric: "" }]);
  expect(fresh).toBeGreaterThan(Math.max(...ids));
  expect(await after.sweep(start + 10 * hour)).toMatchObject({ kind: "swept" });
  expect(await after.query(now, { series: ids, ...question })).toEqual(
    await before.query(now, { series: ids, ...question }),
  );
  await Promise.all([store.close(), other.close()]);
});

test("a store that holds something is never restored over", async () => {
  const { store } = await filled(["one"]);
  const file = join(folder, "over.backup");
  await backUp(store, file, at);
  await expect(restore(store, file)).rejects.toThrow(/This store is not empty/);
  await store.close();
});

test("a backup that was cut or changed restores nothing", async () => {
  const { store } = await filled(["one", "two"]);
  const file = join(folder, "damaged.backup");
  await backUp(store, file, at);
  const other = await server.store();
  const whole = gunzipSync(readFileSync(file));
  const damage: Readonly<Record<string, Buffer>> = {
    "no gzip": Buffer.from("nothing"),
    "cut file": readFileSync(file).subarray(0, -20),
    "cut text": gzipSync(whole.subarray(0, whole.length >> 1)),
    "another value": gzipSync(whole.toString().replace("qemu/100", "qemu/101")),
    "another thing": gzipSync('{"orrery":"lab"}\n'),
    "no end": gzipSync(whole.toString().replace(/\{"end".*\n$/, "")),
  };
  for (const [form, bytes] of Object.entries(damage)) {
    writeFileSync(file, bytes);
    await expect(restore(other, file), form).rejects.toThrow(/cannot be restored/);
    expect(await other.db.selectFrom("audit").select("seq").execute(), form).toEqual([]);
  }
  await Promise.all([store.close(), other.close()]);
});

test("a backup of a newer Orrery is refused as that", async () => {
  const { store } = await filled(["one"]);
  const file = join(folder, "newer.backup");
  await backUp(store, file, at);
  const [header = "", ...rest] = gunzipSync(readFileSync(file)).toString().split("\n");
  const { migrations, ...more } = JSON.parse(header);
  const newer = { ...more, migrations: [...migrations, { id: 999, name: "from the future", checksum: "" }] };
  writeFileSync(file, gzipSync([JSON.stringify(newer), ...rest].join("\n")));
  const other = await server.store();
  await expect(restore(other, file)).rejects.toThrow(/migration 999 \(from the future\).*A newer Orrery/);
  await Promise.all([store.close(), other.close()]);
});

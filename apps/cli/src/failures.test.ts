import { expect, test } from "vitest";
import { orrery } from "./orrery-process.ts";

const example = "examples/astronomy-lab";
const at = ["--at", "2025-04-22"];

test("failures names what each part takes with it, and at the end what takes nothing", async () => {
  const { code, out } = await orrery(["failures", example, ...at]);
  expect(code).toBe(0);
  expect(out).toMatch(/switch labswitch01 +examples\/astronomy-lab\/network\.ts:\d+\n {2}no quorum: /);
  expect(out).toMatch(/Nothing goes with: .*cable node01\/lan1g/);
  expect(out).toMatch(/\d+ single failures; an objective falls with \d+\. Next: /);
});

test("failures --of tells one part in full, by its name alone where that is enough", async () => {
  const { code, out } = await orrery(["failures", example, "--of", "node05", ...at]);
  expect(code).toBe(0);
  expect(out).toMatch(/^node node05 /);
  expect(out).toContain("copies gone with it: daily on pbs-backup01");
});

test("failures --json has a row for each part, with its place", async () => {
  const { out } = await orrery(["failures", example, "--json", ...at]);
  const { failures } = JSON.parse(out);
  expect(failures[0]).toMatchObject({
    component: "node node01",
    quorum: { survives: true },
    place: { line: expect.any(Number) },
  });
});

test("a part that is none is refused with the nearest", async () => {
  const { code, err } = await orrery(["failures", example, "--of", "labswich01", ...at]);
  expect(code).toBe(2);
  expect(err).toContain('No component is called "labswich01". Did you mean labswitch01?');
});

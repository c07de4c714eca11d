import fc from "fast-check";
import { expect, test } from "vitest";
import { faultHelp, faultSentence, faultWords, parseFault, parseSpan } from "./fault-words.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const words = fc.array(name, { minLength: 1, maxLength: 3 }).map((list) => list.join(" "));

const subject = fc.oneof(
  fc.record({ kind: fc.constant("node" as const), node: name }),
  fc.record({ kind: fc.constant("guest" as const), vmid: fc.integer({ min: 100, max: 999_999 }) }),
  fc.record({ kind: fc.constant("link" as const), link: name.map((one) => `${one}/eth0`) }),
  fc.record({ kind: fc.constant("switch" as const), switch: name }),
  fc.record({ kind: fc.constant("backing" as const), backing: name }),
  fc.record({ kind: fc.constant("disk" as const), node: name, devpath: fc.constant("/dev/sda") }),
  fc.record({ kind: fc.constant("path" as const), path: name.map((one) => `/${one}`) }),
);

const what = fc.oneof(
  fc
    .constantFrom(
      ...([
        "loses-power",
        "hangs",
        "is-lost",
        "fails",
        "crashes",
        "loses-disks",
        "agent-dies",
        "ignores-shutdown",
        "api-resets",
        "certificate-expires",
      ] as const),
    )
    .map((kind) => ({ kind })),
  fc.record({ kind: fc.constant("is-partitioned" as const), with: fc.array(name, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("is-slow" as const), factor: share }),
  fc.record({ kind: fc.constant("fills" as const), bytes: fc.integer({ min: 1 }) }),
  fc.record({ kind: fc.constant("stays-locked" as const), lock: name }),
  fc.record({ kind: fc.constant("task-fails" as const), type: name, share, message: words }),
  fc.record({ kind: fc.constant("api-fails" as const), status: fc.integer({ min: 400, max: 599 }), reason: words }),
  fc.record({ kind: fc.constant("api-delays" as const), ms: fc.integer({ min: 0, max: 600_000 }) }),
  fc.record({ kind: fc.constant("clock-wrong" as const), byMs: fc.integer({ min: -1e9, max: 1e9 }) }),
);

test("a fault written as a sentence and read again is the same fault; so it is through JSON", () => {
  fc.assert(
    fc.property(subject, what, (at, kind) => {
      const fault = { subject: at, what: kind };
      expect(parseFault(faultSentence(fault))).toEqual(fault);
      expect(parseFault(JSON.parse(JSON.stringify(fault)))).toEqual(fault);
    }),
  );
});

test("anything else is refused with a sentence, never thrown at", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.anything()), (raw) => {
      const read = parseFault(raw);
      if ("problem" in read) expect(read.problem).toMatch(/\w.*[.:]/s);
    }),
  );
});

test.each([
  ["planet mars explodes", /Nothing is a "planet"/],
  ["node", /Say which node/],
  ["node pve1", /Say what happens to node pve1/],
  ["guest web hangs", /named by its number/],
  ["disk /dev/sda fails", /named NODE/],
  ["link x is-slow factor=2", /is-slow takes factor/],
  ["link x is-slow speed=2", /no setting "speed"/],
  ["link x is-slow 2", /written name=value/],
])("%j is refused", (sentence, why) => {
  expect(parseFault(sentence)).toEqual({ problem: expect.stringMatching(why) });
});

test("help has a line for every fault", () => {
  expect(faultHelp().length).toBe(Object.keys(faultWords).length);
});

test.each([
  ["90s", 90_000],
  ["10 min", 600_000],
  ["10m", 600_000],
  ["2h", 7_200_000],
  ["1.5 d", 129_600_000],
  ["soon", undefined],
  ["-1 h", undefined],
  ["5", undefined],
])("the span %j is %j milliseconds", (text, milliseconds) => {
  expect(parseSpan(text)).toBe(milliseconds);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatUpid, parseUpid } from "./upid.ts";

/** Of one character or more, the first being one of `first` and the others of `rest`. */
const word = (first: string, rest: string) =>
  fc
    .tuple(fc.constantFrom(...first.split("")), fc.array(fc.constantFrom(...rest.split("")), { maxLength: 12 }))
    .map(([head, tail]) => head + tail.join(""));

const letters = "abcdefghijklmnopqrstuvwxyz";
const anUpid = fc.record({
  node: word(letters, `${letters}0123456789`),
  pid: fc.integer({ min: 1, max: 0xffffffff }),
  pstart: fc.integer({ min: 0, max: 0xfffffffff }),
  starttime: fc.integer({ min: 0, max: 0xffffffff }),
  type: word(letters, `${letters}0123456789_-`),
  id: fc.oneof(fc.constant(""), word(`${letters}0123456789`, `${letters}0123456789@-._!`)),
  user: word(letters, `${letters}@!.-`),
});

test("a task that is formatted and parsed is the same task", () => {
  fc.assert(
    fc.property(anUpid, (task) => {
      expect(parseUpid(formatUpid(task))).toEqual(task);
    }),
  );
});

test("a UPID that parses is formatted back to the letter", () => {
  for (const upid of [
    "UPID:pve1:000002D5:0004077F:6B02AF50:qmstart:999:root@pam:",
    "UPID:pve1:000000DF:0003AB9D:6B02AE65:aptupdate::root@pam:",
    "UPID:pve1:00000574:000454F4:6B02A207:imgdel:100@teststore:root@pam:",
    "UPID:pve1:00000574:1000454F4:6B02A207:vzdump:100:alice@pve!ci:",
  ]) {
    const task = parseUpid(upid);
    expect(task && formatUpid(task)).toBe(upid);
  }
});

test("what is no UPID parses to undefined, and nothing throws", () => {
  for (const bad of ["", "UPID:", "UPID:pve1:XYZ:00000001:65000000:qmstart:1:root@pam:", 7, null, "garbage"]) {
    expect(parseUpid(bad)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseUpid(text)).not.toThrow();
    }),
  );
});

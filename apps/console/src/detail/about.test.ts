import { expect, test } from "vitest";
import { names } from "./about.ts";

test("a text names a subject only by its whole name", () => {
  expect(names("local-nvme on node01", "node01")).toBe(true);
  expect(names("node01/vmbr0 and node02", "node01")).toBe(true);
  expect(names("node011 and my-node01", "node01")).toBe(false);
  expect(names("node011, node01.", "node01")).toBe(true);
});

import { expect, test } from "vitest";
import { mkfsLines } from "./mkfs.ts";
import { randomOf } from "./random.ts";

test("a container's file system is told as mkfs tells it", () => {
  const lines = mkfsLines(4_294_967_296, randomOf(1));
  expect([lines[0], ...lines.slice(2)]).toEqual([
    "Creating filesystem with 1048576 4k blocks and 262144 inodes",
    "Superblock backups stored on blocks: ",
    "\t32768, 98304, 163840, 229376, 294912, 819200, 884736",
  ]);
  const small = mkfsLines(106_954_752, randomOf(1));
  expect([small[0], small[3]]).toEqual([
    "Creating filesystem with 104448 1k blocks and 26104 inodes",
    "\t8193, 24577, 40961, 57345, 73729",
  ]);
  expect(mkfsLines(211_812_352, randomOf(1))[0]).toBe("Creating filesystem with 206848 1k blocks and 51792 inodes");
});

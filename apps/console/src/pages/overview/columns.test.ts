import { expect, test } from "vitest";
import type { Api } from "../../api/client.ts";
import { columnsOf } from "./columns.ts";

const node = (name: string, memory: number): Api<"Node"> => ({ name, status: "online", memory });
const guest = (vmid: number, at: string, memory: number, more: Partial<Api<"Guest">> = {}): Api<"Guest"> => ({
  vmid,
  kind: "qemu",
  node: at,
  status: "running",
  memory,
  ...more,
});

test("a column holds what runs there, the largest below, and is as high as the most that any node has or gives", () => {
  const { columns, scale } = columnsOf(
    [node("pve10", 64), node("pve2", 64)],
    [guest(1, "pve2", 16), guest(2, "pve2", 80), guest(3, "pve10", 8), guest(4, "pve10", 8, { status: "stopped" })],
    0.01,
  );
  expect(scale).toBe(96);
  expect(
    columns.map(({ node: { name }, given, blocks, stopped }) => [
      name,
      given,
      blocks.map(({ bytes }) => bytes),
      stopped.length,
    ]),
  ).toEqual([
    ["pve2", 96, [80, 16], 0],
    ["pve10", 8, [8], 1],
  ]);
});

test("guests too small to be seen are drawn together, and templates not at all", () => {
  const many = Array.from({ length: 500 }, (_, index) => guest(100 + index, "pve1", 1));
  const { columns } = columnsOf(
    [node("pve1", 1000)],
    [guest(1, "pve1", 400), ...many, guest(2, "pve1", 9, { template: true })],
    0.01,
  );
  expect(columns[0]?.blocks.map(({ kind, bytes }) => [kind, bytes])).toEqual([
    ["guest", 400],
    ["rest", 500],
  ]);
});

test("a guest that nobody can see keeps its place, and so do those of a node that is lost", () => {
  const lost = columnsOf(
    [{ ...node("pve1", 64), status: "offline" }],
    [guest(1, "pve1", 16, { status: "stopped" })],
    0.01,
  );
  expect(lost.columns[0]?.blocks.map(({ bytes }) => bytes)).toEqual([16]);
  const { columns } = columnsOf([node("pve1", 64)], [guest(1, "pve1", 16, { status: "unknown" })], 0.01);
  expect(columns[0]?.blocks.map(({ bytes }) => bytes)).toEqual([16]);
});

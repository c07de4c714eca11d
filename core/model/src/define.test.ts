import { describe, expect, it } from "vitest";
import { defineCluster, defineGuests, defineNetwork, defineStorage } from "./define.ts";
import { asWritten, unknown } from "./unknown.ts";

/*
 * What the editor refuses. Each `@ts-expect-error` is checked by the type checker: it fails there as soon as the line
 * below it is accepted.
 */

const network = defineNetwork({
  vlans: { 10: { subnet: "10.0.10.0/24", purpose: "Guests" } },
  switches: { sw1: { model: "switch", ports: [] } },
});
const why = unknown("not measured");
const node = {
  hardware: "server",
  purpose: "compute",
  cpu: { model: "x", cores: 4, threads: 8 },
  memory: "32 GiB",
  memoryReserve: why,
  address: why,
  disks: {},
  carries: {},
  bootTime: why,
  updateTime: why,
  diskThroughput: why,
} as const;
const cluster = defineCluster(
  { network },
  {
    name: "c",
    version: why,
    nodes: { pve1: { ...node, nics: { a: { speed: "1 Gbps", switch: "sw1" } } } },
    expectedVotes: 1,
    survivesNodeLoss: false,
  },
);
const storage = defineStorage({ items: {} });
const guest = {
  id: why,
  kind: "vm",
  category: "c",
  role: "r",
  os: "Debian",
  vcpus: 1,
  memory: "1 GiB",
  bootTime: why,
  recoveryTier: why,
  onDrain: why,
} as const;

const on = { cluster, network, storage };

describe("the editor", () => {
  it("refuses a node that the cluster does not declare", () => {
    const paper = defineGuests(on, { items: [{ ...guest, name: "web1", node: asWritten("pve2") }] });
    const typo = defineGuests(on, {
      items: [
        {
          ...guest,
          name: "web1",
          // @ts-expect-error there is no node pve2
          node: "pve2",
        },
      ],
    });
    expect([paper.items.length, typo.items.length]).toEqual([1, 1]);
  });

  it("refuses a VLAN that the network does not declare", () => {
    const nics = [{ bridge: "vmbr0", vlan: 10 }] as const;
    const right = defineGuests(on, { items: [{ ...guest, name: "web1", node: "pve1", nics }] });
    const wrong = defineGuests(on, {
      items: [
        {
          ...guest,
          name: "web1",
          node: "pve1",
          nics: [
            {
              bridge: "vmbr0",
              // @ts-expect-error there is no VLAN 20
              vlan: 20,
            },
          ],
        },
      ],
    });
    expect([right.items.length, wrong.items.length]).toEqual([1, 1]);
  });

  it("refuses a switch that the network does not declare", () => {
    const nodes = {
      pve1: {
        ...node,
        nics: {
          a: {
            speed: "1 Gbps",
            switch: "sw2",
          },
        },
      },
    } as const;
    // @ts-expect-error there is no switch sw2
    expect(defineCluster({ network }, { ...cluster, nodes }).name).toBe("c");
  });

  it("refuses a size without a unit, and a property that is misspelt", () => {
    const item = { kind: "nfs", purpose: "p", content: ["images"], shared: true, read: why, write: why } as const;
    const home = { on: "elsewhere", place: "p", site: "this" } as const;
    const unitless = defineStorage({
      items: {
        a: {
          ...item,
          home,
          // @ts-expect-error a size has a unit
          capacity: "2",
        },
      },
    });
    const misspelt = defineStorage({
      items: unitless.items,
      // @ts-expect-error "claism" is no property
      claism: [],
    });
    expect(Object.keys(misspelt)).toEqual(["items", "claism"]);
  });
});

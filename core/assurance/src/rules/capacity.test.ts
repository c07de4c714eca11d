import { asWritten, type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aGuest, aLab, aNode, aStorage } from "../testing/a-lab.ts";
import { saidBy, verdictOn } from "../testing/verdicts.ts";

type Storages = LabInput["storage"]["items"];
type GuestGiven = NonNullable<Parameters<typeof aGuest>[0]>;

const stores = (given: Storages) => (own: LabInput["storage"]) => ({ ...own, items: { ...own.items, ...given } });
/** The small lab's first guest, changed. */
const first = (given: GuestGiven) => (own: LabInput["guests"]) => ({
  ...own,
  items: own.items.map((guest, index) => (index === 0 ? aGuest({ ...guest, ...given }) : guest)),
});
const local = aStorage({
  kind: "zfs",
  shared: false,
  home: { on: "each node", nodes: ["node01", "node02", "node03"], disks: ["data"] },
});
const onLocal = { disks: [{ storage: "local", size: "100 GiB", used: "10 GiB" }] } satisfies GuestGiven;

describe("capacity/node-loss", () => {
  test("a small lab with room survives any node", () => {
    expect(verdictOn("cluster/node-loss", aLab())).toBe("met");
  });

  test("a fit that rests on VLANs that nobody has written down is not shown", () => {
    const bridges = { vmbr0: { on: "bond0", vlans: unknown("nobody wrote them down") } };
    const lab = aLab({
      cluster: (own) => ({ ...own, nodes: { ...own.nodes, node02: aNode({ address: "10.0.10.12", bridges }) } }),
    });
    expect(verdictOn("cluster/node-loss", lab)).toBe("unproven");
    expect(saidBy("capacity/node-loss", lab)[0]?.why).toContain(
      "node02/vmbr0 carries VLAN 20 (nobody wrote them down)",
    );
  });

  test("a guest on the export of its own node has nowhere to go when that node is lost", () => {
    const nfs = aStorage({ home: { on: "node", node: "node01", disks: ["data"] } });
    const on = (node: "node01" | "node02") =>
      aLab({
        storage: stores({ nfs }),
        guests: first({ node, disks: [{ storage: "nfs", size: "32 GiB", used: "16 GiB" }] }),
      });
    expect(verdictOn("cluster/node-loss", on("node01"))).toBe("missed");
    expect(verdictOn("cluster/node-loss", on("node02"))).toBe("met");
  });

  test("a guest whose node or storage is declared nowhere leaves it unproven", () => {
    expect(verdictOn("cluster/node-loss", aLab({ guests: first({ node: asWritten("nas01") }) }))).toBe("unproven");
    const disks = [{ storage: asWritten("the NAS"), size: "32 GiB" as const, used: "1 GiB" as const }];
    expect(verdictOn("cluster/node-loss", aLab({ guests: first({ disks }) }))).toBe("unproven");
  });
});

describe("capacity/storage", () => {
  test("a shared storage is filled by the guests of all nodes", () => {
    const shared = (capacity: "96 GiB" | "95 GiB") => aLab({ storage: stores({ shared: aStorage({ capacity }) }) });
    expect(saidBy("capacity/storage", shared("96 GiB"))).toEqual([]);
    expect(saidBy("capacity/storage", shared("95 GiB"))[0]).toMatchObject({ subject: "shared", verdict: "violated" });
  });

  test("an export without a size of its own is as large as what it is an export of", () => {
    const pool = aStorage({ capacity: "95 GiB" });
    const { capacity: _, ...given } = aStorage({ home: { on: "storage", storage: "pool" } });
    const lab = aLab({ storage: stores({ pool, shared: given }) });
    expect(saidBy("capacity/storage", lab)[0]).toMatchObject({ subject: "shared", verdict: "violated" });
  });

  test("on a storage of unknown size it is unproven, and not silent", () => {
    const why = unknown("nobody looked");
    const lab = aLab({ storage: stores({ local: { ...local, capacity: why } }), guests: first(onLocal) });
    expect(saidBy("capacity/storage", lab)[0]).toMatchObject({ subject: "local on node01", verdict: "unproven" });
    const shared = aLab({ storage: stores({ shared: aStorage({ capacity: why }) }) });
    expect(saidBy("capacity/storage", shared)[0]).toMatchObject({ subject: "shared", verdict: "unproven" });
  });
});

describe("capacity/alerts-at-rest", () => {
  test("memory that nobody has declared may cross the threshold", () => {
    const lab = aLab({ guests: first({ memory: unknown("never written down") }) });
    expect(saidBy("capacity/alerts-at-rest", lab)).toMatchObject([{ subject: "node01", verdict: "unproven" }]);
    expect(saidBy("capacity/alerts-at-rest", aLab())).toEqual([]);
  });
});

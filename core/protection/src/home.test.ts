import { componentName, type Inventory, inventoryOf, type LabInput, parseLab, unknown } from "@orrery/model";
import { expect, test } from "vitest";
import { coverageOf } from "./coverage.ts";
import { homeComponents } from "./home.ts";
import { lossesOf, lossOf, quorumLoss, siteLoss, survives } from "./loss.ts";

const speed = unknown("never measured");
const node: LabInput["cluster"]["nodes"][string] = {
  hardware: "server",
  purpose: "compute",
  cpu: { model: "x", cores: 8, threads: 16 },
  memory: "64 GiB",
  memoryReserve: speed,
  address: speed,
  disks: { nvme: { kind: "nvme", size: "2 TB", use: "guests" }, hdd: { kind: "hdd", size: "8 TB", use: "pool" } },
  nics: {},
  carries: {},
  bootTime: speed,
  updateTime: speed,
  diskThroughput: speed,
};
const guest = (name: string, on: string, storage: string): LabInput["guests"]["items"][number] => ({
  name,
  id: unknown("none given"),
  kind: "vm",
  category: name === "web" ? "Web" : "Infrastructure",
  role: "server",
  os: "Debian 13",
  node: on,
  vcpus: 1,
  memory: "1 GiB",
  disks: [{ storage, size: "1 GiB", used: speed }],
  bootTime: speed,
  recoveryTier: speed,
  onDrain: speed,
});

const storages: LabInput["storage"]["items"] = Object.fromEntries(
  Object.entries({
    local: { on: "each node", nodes: ["n1", "n2", "n3"], disks: ["nvme"] },
    tank: { on: "node", node: "n3", disks: ["hdd"] },
    nfs: { on: "storage", storage: "tank" },
    pbs: { on: "guest", guest: "backup", storage: "nfs" },
    unsaid: { on: "guest", guest: "backup", storage: unknown("which disks is stated nowhere") },
    cloud: { on: "cloud", provider: "AWS", region: "eu-central-1", uplink: "wan" },
  } satisfies Record<string, LabInput["storage"]["items"][string]["home"]>).map(([name, home]) => [
    name,
    { kind: "dir", home, purpose: "data", content: ["images"], shared: name === "nfs", read: speed, write: speed },
  ]),
);

const inventory = ((): Inventory => {
  const parsed = parseLab({
    service: {
      id: "S",
      name: "S",
      type: "S",
      category: "S",
      criticality: "low",
      owner: "S",
      hours: { service: { always: true }, support: { always: true } },
      detection: speed,
    },
    cluster: {
      name: "c",
      version: "9.2",
      nodes: { n1: node, n2: node, n3: node },
      expectedVotes: 3,
      survivesNodeLoss: false,
    },
    network: {
      vlans: {},
      switches: { sw: { model: "x", ports: [] } },
      firewalls: { fw: { model: "x", switch: "sw", routes: [], outbound: true } },
      uplinks: { wan: { via: "fw", down: speed, up: speed } },
    },
    storage: { items: storages },
    guests: { items: [guest("web", "n1", "local"), guest("backup", "n2", "local"), guest("mail", "n1", "nfs")] },
    maintenance: { procedures: [] },
    monitoring: { thresholds: [] },
    access: { realms: {}, tokens: [], breakGlass: speed },
    controls: { items: [] },
    backup: { policies: [] },
    recovery: { scenarios: [] },
  } satisfies LabInput);
  if (parsed.kind === "problems") throw new Error(JSON.stringify(parsed.problems));
  return inventoryOf(parsed.lab);
})();

const standsOn = (storage: string, at?: string): string[] =>
  homeComponents(inventory, storage, at).on.map(componentName).sort();

test("a local storage stands on the node that looks, and on its disks there", () => {
  expect(standsOn("local", "n2")).toEqual(["disks n2/nvme", "node n2"]);
  expect(homeComponents(inventory, "local").unknown).toEqual(["local is on each node, and on which one is not said"]);
});

test("an export stands on what its pool stands on, wherever it is mounted", () => {
  expect(standsOn("nfs", "n1")).toEqual(["disks n3/hdd", "node n3"]);
});

test("a server in a guest stands on the guest, the guest's disks and node, and where its data is", () => {
  expect(standsOn("pbs")).toEqual(["disks n2/nvme", "disks n3/hdd", "guest backup", "node n2", "node n3"]);
});

test("what a cloud is reached by belongs to its home, and it is not at the site", () => {
  expect(standsOn("cloud")).toEqual(["firewall fw", "uplink wan"]);
  expect(homeComponents(inventory, "cloud").place).toBe("offsite");
});

test("a copy survives whatever it does not stand on", () => {
  const home = homeComponents(inventory, "pbs");
  expect(survives(home, lossOf(inventory, [{ kind: "node", node: "n1" }]))).toBe("yes");
  expect(survives(home, lossOf(inventory, [{ kind: "node", node: "n2" }]))).toBe("no");
  expect(survives(home, lossOf(inventory, [{ kind: "disks", node: "n3", disk: "hdd" }]))).toBe("no");
  expect(survives(home, lossOf(inventory, [{ kind: "guest", guest: "backup" }]))).toBe("no");
  expect(survives(home, lossOf(inventory, [{ kind: "switch", switch: "sw" }]))).toBe("yes");
});

test("whether a copy survives a node is unknown where nobody says what it stands on", () => {
  const home = homeComponents(inventory, "unsaid");
  expect(survives(home, lossOf(inventory, [{ kind: "node", node: "n3" }]))).toBe("unknown");
  expect(survives(home, lossOf(inventory, [{ kind: "node", node: "n2" }]))).toBe("no");
  expect(home.unknown).toEqual(["which disks is stated nowhere"]);
});

test("a site takes all that is in it, and the way to the cloud is found again elsewhere", () => {
  expect(survives(homeComponents(inventory, "pbs"), siteLoss(inventory))).toBe("no");
  expect(survives(homeComponents(inventory, "cloud"), siteLoss(inventory))).toBe("yes");
});

test("a node takes its disks with it", () => {
  expect([...lossOf(inventory, [{ kind: "node", node: "n1" }]).failed].sort()).toEqual([
    "disks n1/hdd",
    "disks n1/nvme",
    "node n1",
  ]);
});

test("a quorum is lost with just enough nodes, those that copies stand on first", () => {
  const loss = quorumLoss(inventory, [homeComponents(inventory, "tank")]);
  expect(loss.nodes).toEqual(["n3", "n1"]);
  expect(loss.name).toBe("n3, n1 (1 of 3 votes left, 2 needed)");
});

test("a scenario of any node means each of them", () => {
  expect(lossesOf(inventory, { kind: "node", node: "any" }, []).map(({ name }) => name)).toEqual([
    "node n1",
    "node n2",
    "node n3",
  ]);
});

test("without a policy nobody is covered", () => {
  expect(coverageOf(inventory).uncovered.map(({ name }) => name)).toEqual(["web", "backup", "mail"]);
});

import { pveVersionOf } from "@orrery/contract";
import { inventoryOf, known, type Lab } from "@orrery/model";
import type { ClusterState } from "@orrery/state";
import { newWorld, planJobs, type Release, type World, wakeHa } from "@orrery/twin-world";
import { buildAccess } from "./access.ts";
import { statedAddresses } from "./addresses.ts";
import { type Assumption, Ledger } from "./assumption.ts";
import type { Building } from "./building.ts";
import { buildDatacenter } from "./datacenter.ts";
import { buildFirewall } from "./firewall.ts";
import { buildGuestJobs } from "./guest-jobs.ts";
import { buildGuests, buildTemplates, nameServers } from "./guests.ts";
import { buildImages } from "./images.ts";
import { installedInterfaces, interfacesOf } from "./interfaces.ts";
import { buildBackupJobs } from "./jobs.ts";
import { buildNodes } from "./nodes.ts";
import { buildObserved } from "./observed/world-of-state.ts";
import { buildPools } from "./pools.ts";
import { buildSdn } from "./sdn.ts";
import { buildStorageHardware, buildStorages } from "./storages.ts";
import { buildMembership, buildNetwork } from "./wiring.ts";

export type WorldOfOptions = {
  /** The API that it speaks; the declared release, or 9.2 where none is. */
  readonly release?: Release;
  /** The same seed, the same world. */
  readonly seed?: number;
  /** Epoch milliseconds at which it begins; 2026-11-22 08:00 UTC unless told. */
  readonly now?: number;
};

const releaseOf = (lab: Lab, ledger: Ledger): Release => {
  const stated = known(lab.cluster.version);
  const release = stated === undefined ? undefined : pveVersionOf(stated);
  if (release === undefined)
    ledger.assume("release of Proxmox VE", "9.2", "the declaration names none that the twin speaks", lab.cluster.name);
  return release ?? "9.2";
};

const begin = (lab: Lab, { release, seed = 1, now = Date.UTC(2026, 10, 22, 8) }: WorldOfOptions): Building => {
  const ledger = new Ledger();
  const stated = releaseOf(lab, ledger);
  const world = newWorld({ release: release ?? stated, seed, now });
  const inventory = inventoryOf(lab);
  return { world, inventory, ledger, devices: new Map(), pci: new Map(), addresses: statedAddresses(lab) };
};

const build = (lab: Lab, options: WorldOfOptions): { world: World; ledger: Ledger } => {
  const building = begin(lab, options);
  const { world, ledger } = building;
  buildNodes(building, interfacesOf);
  buildNetwork(building);
  buildMembership(building);
  buildSdn(building);
  buildStorages(building);
  buildImages(building);
  const vmids = buildGuests(building);
  nameServers(building, vmids);
  const templates = buildTemplates(building);
  buildPools(building, vmids, templates);
  buildAccess(building);
  buildFirewall(building, vmids);
  buildDatacenter(building);
  buildBackupJobs(building, vmids);
  buildGuestJobs(building, vmids);
  planJobs(world);
  wakeHa(world);
  return { world, ledger };
};

const builtFrom = (of: Lab | ClusterState, options: WorldOfOptions): { world: World; ledger: Ledger } => {
  if (!isClusterState(of)) return build(of, options);
  const { release, ...rest } = options;
  if (release !== undefined && release !== of.contract)
    throw new Error(`A cluster that was observed by ${of.contract} cannot speak ${release}.`);
  return buildObserved(of, rest);
};

const isClusterState = (of: Lab | ClusterState): of is ClusterState => "kind" in of && of.kind === "cluster-state";

/**
 * The twin of a declared lab, or of a cluster as it was observed. What neither says is assumed: `assumptionsOf` lists it.
 */
export const worldOf = (of: Lab | ClusterState, options: WorldOfOptions = {}): World => builtFrom(of, options).world;

/**
 * What is there before anything of a declared lab is set up: its nodes as the installer leaves them, joined to a cluster,
 * at their addresses, with their disks, NICs, cables and switches; and what its storages would lie on: pools and volume
 * groups, exports, backup servers. No guest, no job, no user but root, no storage but `local`.
 */
export const hardwareOf = (lab: Lab, options: WorldOfOptions = {}): World => {
  const building = begin(lab, options);
  buildNodes(building, installedInterfaces);
  buildNetwork(building);
  buildMembership(building);
  buildStorageHardware(building);
  return building.world;
};

/** All that the twin has and that nobody said, in the order in which it is met. */
export const assumptionsOf = (of: Lab | ClusterState): readonly Assumption[] => builtFrom(of, {}).ledger.all;

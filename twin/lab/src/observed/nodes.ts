import { type NodeState, type NodeStatus, type Observed, type Row, valueIn, whyUnknown } from "@orrery/state";
import { addNode, type Hardware, type Node } from "@orrery/twin-world";
import { assumed, defaults } from "../defaults.ts";
import { rulesFile } from "./firewalls.ts";
import { certificateOf, diskOf, interfacesOf, packagesOf, pciOf, servicesOf, updatesOf } from "./node-parts.ts";
import { optionsOf, textIn } from "./options.ts";
import type { Seeing } from "./seeing.ts";

/** The value of a part; where it is unknown, that is told. */
const known = <T>({ ledger }: Seeing, what: string, part: Observed<T>, subject: string): T | undefined => {
  const why = whyUnknown(part);
  if (why !== undefined) ledger.assume(`${what} of a node`, "that of a freshly installed one", why, subject);
  return valueIn(part);
};

const hardwareOf = (seeing: Seeing, node: NodeState, status: NodeStatus | undefined): Partial<Hardware> => {
  const presence = valueIn(node.presence);
  const pci = known(seeing, "PCI devices", node.pci, node.name)?.map(pciOf);
  const usb = known(seeing, "USB devices", node.usb, node.name)?.map((row) => optionsOf(row));
  const devices = { ...(pci === undefined ? {} : { pci }), ...(usb === undefined ? {} : { usb }) };
  if (status === undefined) {
    return {
      ...devices,
      ...(presence?.cpus === undefined ? {} : { cpus: presence.cpus, cores: presence.cpus }),
      ...(presence?.memory === undefined ? {} : { memory: presence.memory }),
    };
  }
  const { cpus, cores, sockets, model, mhz, flags, hvm, memory, swap, bootMode, secureBoot } = status.hardware;
  return {
    ...devices,
    cpus,
    cores,
    sockets,
    model,
    mhz,
    flags,
    hvm,
    memory,
    swap,
    bootMode: bootMode === "efi" ? "efi" : "legacy-bios",
    secureBoot: secureBoot ?? false,
  };
};

/** Address, prefix and gateway: of the interface that has the node's own address. */
const placeOf = (
  { state, ledger }: Seeing,
  { name }: NodeState,
  index: number,
  interfaces: readonly Row[],
): { address: string; prefix: number; gateway: string } => {
  const told = valueIn(state.membership)?.members.find((member) => member.name === name)?.address;
  const gateway = interfaces.map((row) => textIn(row, "gateway")).find((text) => text !== undefined);
  const address = told ?? interfaces.map((row) => textIn(row, "address")).find((text) => text !== undefined);
  if (address === undefined)
    ledger.assume("address of a node", `10.99.0.${index + 1}`, "neither the cluster nor the node tells it", name);
  const own = interfaces.find((row) => textIn(row, "address") === address);
  return {
    address: address ?? `10.99.0.${index + 1}`,
    prefix: Number(own === undefined ? 24 : (textIn(own, "netmask") ?? 24)),
    gateway: gateway ?? "10.99.0.254",
  };
};

const giveVersions = ({ state }: Seeing, made: Node, { manager, repoid, kernel }: NodeStatus): void => {
  const answered = valueIn(state.release);
  const release = answered?.version === manager ? answered.release : manager.split(".").slice(0, 2).join(".");
  made.versions = { ...made.versions, pve: manager, repoid, kernel, release };
  made.nextKernel = kernel;
};

/** What runs on the node and what it is set to. */
const giveSettings = (seeing: Seeing, made: Node, node: NodeState): void => {
  const ask = <T>(what: string, part: Observed<T>): T | undefined => known(seeing, what, part, node.name);
  const dns = ask("DNS", node.dns);
  if (dns !== undefined) made.dns = optionsOf(dns);
  const time = ask("time", node.time);
  if (time !== undefined) {
    made.timezone = time.timezone;
    // The answer is in whole seconds, and some of one passes on the way.
    made.clockError = Math.abs(time.ahead) < 2000 ? 0 : time.ahead;
  }
  made.hosts = ask("hosts file", node.hosts) ?? made.hosts;
  const config = ask("configuration", node.config);
  if (config !== undefined) made.config = optionsOf(config);
  const services = ask("services", node.services);
  if (services !== undefined) made.services = servicesOf(services);
  const subscription = ask("subscription", node.subscription);
  if (subscription !== undefined) made.subscription = optionsOf(subscription);
  made.certificates = ask("certificates", node.certificates)?.map(certificateOf) ?? made.certificates;
  const packages = ask("packages", node.packages);
  if (packages !== undefined) made.packages = packagesOf(packages);
  made.versions.qemu = made.packages["pve-qemu-kvm"]?.version ?? made.versions.qemu;
  const updates = ask("updates", node.updates);
  if (updates !== undefined) made.updates = updatesOf(updates);
  const firewall = ask("firewall", node.firewall);
  if (firewall !== undefined) made.firewall = rulesFile(firewall);
};

const giveState = ({ world, ledger }: Seeing, made: Node, node: NodeState): void => {
  const presence = valueIn(node.presence);
  if (presence?.status === "online") {
    made.state = { kind: "online", since: world.now - (presence.figures?.uptime ?? 3600) * 1000 };
    return;
  }
  ledger.assume(
    "why a node is not there",
    "it is without power",
    "the cluster tells only that it is offline",
    node.name,
  );
  made.state = { kind: "off", since: world.now - 3_600_000 };
};

const giveRoot = ({ world }: Seeing, made: Node, node: NodeState, status: NodeStatus | undefined): void => {
  const root = world.backings[made.root];
  if (root === undefined || status === undefined) return;
  root.total = status.hardware.root;
  root.base = status.hardware.rootUsed;
  root.used = root.base;
  root.history = [[world.now - 3_600_000, root.used]];
  const mounted = valueIn(node.disks)?.find((row) => row.mounted === 1);
  root.disks = mounted === undefined ? [] : [textIn(mounted, "devpath") ?? ""];
};

/** The nodes as they were seen; what they did not tell is that of a freshly installed one. */
export const seeNodes = (seeing: Seeing): void => {
  const { world, state, ledger } = seeing;
  for (const [index, node] of Object.values(state.nodes).entries()) {
    const status = known(seeing, "hardware and versions", node.status, node.name);
    const network = known(seeing, "network", node.network, node.name);
    const interfaces = network?.interfaces ?? [];
    const disks = known(seeing, "disks", node.disks, node.name)?.map(diskOf);
    const search = textIn(valueIn(node.dns) ?? {}, "search") ?? "invalid";
    const made = addNode(world, {
      name: node.name,
      search,
      ...placeOf(seeing, node, index, interfaces),
      hardware: hardwareOf(seeing, node, status),
      ...(network === undefined ? {} : { interfaces: interfacesOf(interfaces.filter((row) => row.active === 1)) }),
      ...(disks === undefined ? {} : { disks }),
    });
    if (network?.staged !== undefined) {
      made.pendingInterfaces = interfacesOf(interfaces);
      ledger.readAs(
        "staged changes of a node's network",
        "what is new in them",
        "the API shows interfaces as they will be, and what they are now only as a difference of files",
        node.name,
      );
    }
    if (status !== undefined) giveVersions(seeing, made, status);
    giveSettings(seeing, made, node);
    giveState(seeing, made, node);
    giveRoot(seeing, made, node, status);
    made.bootSeconds = assumed(ledger, "time that a node takes to boot", defaults.nodeBootSeconds, node.name);
  }
};

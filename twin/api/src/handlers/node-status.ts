import { guestCounters, isRunning, powerOn, sha1, shutdownNode } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { nodeFigures } from "../figures.ts";
import { fail, Problem, refuseParameters } from "../problem.ts";
import { startWorker, upidOrRefusal } from "../start.ts";
import { nodeOfCall } from "./node-of-call.ts";

const kernelDate = "2025-07-22T10:04Z";

const status = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const { hardware, versions } = node;
  const figures = nodeFigures(call.world, node);
  const amd = /AMD|EPYC|Ryzen/i.test(hardware.model);
  const used = Math.floor(figures.mem);
  const free = figures.maxmem - used;
  const number = versions.kernel.replace(/-pve$/, "");
  const build = `#1 SMP PREEMPT_DYNAMIC PMX ${number} (${kernelDate})`;
  const modern = call.world.release === "9.2";
  return {
    cpu: figures.cpu,
    wait: figures.wait,
    idle: 0,
    ksm: { shared: 0 },
    uptime: figures.uptime,
    loadavg: [1, 0.97, 0.93].map((share) => (figures.loadavg * share).toFixed(2)),
    kversion: `Linux ${versions.kernel} ${build}`,
    "current-kernel": { sysname: "Linux", release: versions.kernel, version: build, machine: "x86_64" },
    "boot-info": {
      mode: hardware.bootMode,
      ...(hardware.bootMode === "efi" ? { secureboot: hardware.secureBoot ? 1 : 0 } : {}),
    },
    pveversion: `pve-manager/${versions.pve}/${versions.repoid}`,
    memory: { total: figures.maxmem, used, free, ...(modern ? { available: free } : {}) },
    swap: { total: hardware.swap, used: 0, free: hardware.swap },
    rootfs: {
      total: figures.maxdisk,
      used: figures.disk,
      avail: figures.maxdisk - figures.disk,
      free: figures.maxdisk - figures.disk,
    },
    cpuinfo: {
      user_hz: 100,
      cpus: hardware.cpus,
      cores: hardware.cores,
      sockets: hardware.sockets,
      model: hardware.model,
      mhz: hardware.mhz.toFixed(3),
      flags: hardware.flags,
      hvm: hardware.hvm ? "1" : "",
      ...(modern ? { vendor: amd ? "AuthenticAMD" : "GenuineIntel", family: amd ? "26" : "6" } : {}),
    },
  };
};

/** One row for each NIC of each guest that runs here. */
const netstat = (call: Call): unknown =>
  Object.values(call.world.guests).flatMap((guest) => {
    if (guest.node !== call.node || !isRunning(guest)) return [];
    const counters = guestCounters(call.world, guest);
    return Object.keys(guest.config)
      .filter((key) => /^net\d+$/.test(key))
      .map((dev) => ({
        vmid: String(guest.vmid),
        dev,
        in: String(counters.netIn),
        out: String(counters.netOut),
      }));
  });

const wakeOnLan = (call: Call): unknown => {
  const name = call.need("node");
  if (name === call.node) fail(`'${name}' is local node, cannot wake my self!`);
  const node = call.world.nodes[name] ?? refuseParameters({ node: `node '${name}' does not exist` });
  const mac = /(?:^|,|mac=)((?:[0-9a-f]{2}:){5}[0-9a-f]{2})/i.exec(String(node.config.wakeonlan ?? ""))?.[1];
  if (mac === undefined) return fail(`No wake on LAN MAC address defined for '${name}'!`);
  powerOn(call.world, node);
  return mac;
};

const report = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const { versions } = node;
  const guests = Object.values(call.world.guests).filter((guest) => guest.node === node.name);
  const sections: [string, string][] = [
    [
      "pveversion --verbose",
      Object.values(node.packages)
        .map((one) => `${one.name}: ${one.version}`)
        .join("\n"),
    ],
    ["cat /etc/hosts", node.hosts.trimEnd()],
    [
      "cat /etc/pve/storage.cfg",
      Object.values(call.world.storages)
        .map((one) => `${one.type}: ${one.id}`)
        .join("\n"),
    ],
    [
      "qm list, pct list",
      guests
        .map((guest) => `${guest.vmid} ${guest.config.name ?? guest.config.hostname ?? ""} ${guest.run.kind}`)
        .join("\n"),
    ],
  ];
  const head = `\n==== general system info ====\n\n# hostname\n${node.name}\n\n# uname -r\n${versions.kernel}\n`;
  return head + sections.map(([title, text]) => `\n# ${title}\n${text}\n`).join("");
};

/** Downloads nothing: no appliance is offered without the network that would bring it. */
const appliances = (): unknown => [];

const metadata = (call: Call): unknown => {
  const url = call.need("url");
  const match = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(url);
  const port = match?.[3] ?? (match?.[1] === "https" ? "443" : "80");
  const host = match?.[2] ?? "";
  const isAddress = /^[\d.]+$/.test(host);
  const why = isAddress ? "Connection refused" : "Name or service not known";
  return fail(`invalid server response: '500 Can't connect to ${host}:${port} (${why})'`);
};

const power = (call: Call): unknown => {
  const refusal = shutdownNode(
    call.world,
    { user: call.rights.name },
    { node: call.node, reboot: call.need("command") === "reboot" },
  );
  return refusal === undefined ? null : upidOrRefusal(refusal);
};

/** No terminal listens behind the twin's consoles: the worker dies, and the call waits in vain. */
const terminal = (call: Call): unknown => {
  startWorker(call, "vncshell", "", [{ do: "fail", message: "no terminal in the twin" }]);
  return fail("Timeout while waiting for port '5900' to get ready!");
};

/** The hardware id that a subscription is bound to. */
export const serverId = (call: Call): string =>
  String(nodeOfCall(call).subscription.serverid ?? sha1(call.node).slice(0, 32).toUpperCase());

export const nodeStatus: Handlers = {
  "GET /nodes/{node}/status": status,
  "POST /nodes/{node}/status": power,
  "GET /nodes/{node}/netstat": netstat,
  "POST /nodes/{node}/wakeonlan": wakeOnLan,
  "GET /nodes/{node}/report": report,
  "GET /nodes/{node}/aplinfo": appliances,
  "POST /nodes/{node}/aplinfo": (call) => {
    throw new Problem(500, `no such template '${call.need("template")}'\n`);
  },
  "GET /nodes/{node}/query-url-metadata": metadata,
  "POST /nodes/{node}/termproxy": terminal,
  "POST /nodes/{node}/vncshell": terminal,
};

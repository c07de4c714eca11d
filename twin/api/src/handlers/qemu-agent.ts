import { agentAnswers, agentEnabled, cpusOf, type Guest, isRunning, memoryOf, propertyOf } from "@orrery/twin-world";
import type { Call, Handler, Handlers } from "../call.ts";
import { bootDiskSize } from "../figures.ts";
import { fail } from "../problem.ts";
import { guestOfCall } from "./guest-of-call.ts";

type Row = Record<string, unknown>;

/** The VM of a call whose agent answers. Mirrors agent_available in qemu-server. */
const needAgent = (call: Call): Guest => {
  const guest = guestOfCall(call, "qemu");
  if (!agentEnabled(guest)) fail("No QEMU guest agent configured");
  if (!isRunning(guest)) fail(`VM ${guest.vmid} is not running`);
  if (!agentAnswers(call.world, guest)) fail("QEMU guest agent is not running");
  return guest;
};

const addressesOf = (guest: Guest, index: string): Row[] => {
  const config = String(guest.config[`ipconfig${index}`] ?? "");
  const [ip, bits] = (propertyOf(config, "ip") ?? "").split("/");
  return ip === undefined || bits === undefined
    ? []
    : [{ "ip-address": ip, "ip-address-type": "ipv4", prefix: Number(bits) }];
};

const interfacesOf = (call: Call): unknown => {
  const guest = needAgent(call);
  const cards = Object.keys(guest.config).filter((key) => /^net\d+$/.test(key));
  return {
    result: [
      {
        name: "lo",
        "hardware-address": "00:00:00:00:00:00",
        "ip-addresses": [{ "ip-address": "127.0.0.1", "ip-address-type": "ipv4", prefix: 8 }],
      },
      ...cards.map((key) => ({
        name: `eth${key.slice(3)}`,
        "hardware-address": (
          /([0-9A-F]{2}(?::[0-9A-F]{2}){5})/i.exec(String(guest.config[key]))?.[1] ?? ""
        ).toLowerCase(),
        "ip-addresses": addressesOf(guest, key.slice(3)),
      })),
    ],
  };
};

const answer =
  (result: (guest: Guest, call: Call) => unknown): Handler =>
  (call) => ({ result: result(needAgent(call), call) });

const osInfo = (guest: Guest): Row =>
  /^(?:w|win)/.test(String(guest.config.ostype ?? "l26"))
    ? { id: "mswindows", name: "Microsoft Windows", "pretty-name": "Windows", machine: "x86_64" }
    : {
        id: "debian",
        name: "Debian GNU/Linux",
        "pretty-name": "Debian GNU/Linux 12 (bookworm)",
        version: "12 (bookworm)",
        "version-id": "12",
        machine: "x86_64",
      };

const system = (guest: Guest): Row => ({
  name: "sda1",
  mountpoint: "/",
  type: "ext4",
  "total-bytes": bootDiskSize(guest),
  "used-bytes": Math.floor(bootDiskSize(guest) / 3),
  disk: [],
});

const processors = (guest: Guest, call: Call): Row[] =>
  Array.from({ length: Math.ceil(cpusOf(call.world, guest)) }, (_, index) => ({
    "logical-id": index,
    online: true,
    "can-offline": index > 0,
  }));

const blockSize = 134_217_728;

const memoryBlocks = (guest: Guest): Row[] =>
  Array.from({ length: Math.floor(memoryOf(guest) / blockSize) }, (_, index) => ({
    "phys-index": index,
    online: true,
    "can-offline": true,
  }));

/** What the agent's own commands answer, by name. Guests run no system: what they would change, nothing changes. */
const commands: Readonly<Record<string, (guest: Guest, call: Call) => unknown>> = {
  ping: () => ({}),
  "get-osinfo": osInfo,
  "get-host-name": (guest) => ({ "host-name": guest.config.name ?? `VM${guest.vmid}` }),
  "get-time": (_, call) => call.world.now * 1_000_000,
  "get-timezone": () => ({ zone: "UTC", offset: 0 }),
  "get-users": () => [],
  "get-vcpus": processors,
  "get-memory-blocks": memoryBlocks,
  "get-memory-block-info": () => ({ size: blockSize }),
  "get-fsinfo": (guest) => [system(guest)],
  info: () => ({ version: "8.2.2", supported_commands: [] }),
  "fsfreeze-status": () => "thawed",
  "fsfreeze-freeze": () => 1,
  "fsfreeze-thaw": () => 1,
  fstrim: () => ({ paths: [] }),
  "suspend-disk": () => ({}),
  "suspend-hybrid": () => ({}),
  "suspend-ram": () => ({}),
  shutdown: () => ({}),
};

const posted = new Set(
  "fsfreeze-freeze fsfreeze-status fsfreeze-thaw fstrim ping shutdown suspend-disk suspend-hybrid suspend-ram".split(
    " ",
  ),
);

const base = "/nodes/{node}/qemu/{vmid}/agent";

export const qemuAgent: Handlers = {
  ...Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [
      `${posted.has(name) ? "POST" : "GET"} ${base}/${name}`,
      answer(command),
    ]),
  ),
  [`GET ${base}/network-get-interfaces`]: interfacesOf,
  [`GET ${base}`]: (call) => call.twin.router.childrenOf(base).map((name) => ({ name })),
  [`POST ${base}`]: (call) => {
    const command = call.need("command");
    return answer(commands[command] ?? (() => ({})))(call);
  },
  [`POST ${base}/exec`]: (call) => ({ pid: 1000 + (needAgent(call).vmid % 1000) }),
  [`GET ${base}/exec-status`]: (call) => {
    needAgent(call);
    return { exited: 1, exitcode: 0 };
  },
  [`GET ${base}/file-read`]: (call) => {
    needAgent(call);
    return fail(`Agent error: failed to open file '${call.need("file")}' (mode: 'r'): No such file or directory`);
  },
  [`POST ${base}/file-write`]: (call) => {
    needAgent(call);
    return null;
  },
  [`POST ${base}/set-user-password`]: answer(() => ({})),
};

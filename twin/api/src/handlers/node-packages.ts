import { type Package, sha1 } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail } from "../problem.ts";
import { startWorker } from "../start.ts";
import { nodeOfCall } from "./node-of-call.ts";

const base = (one: Package): Record<string, unknown> => ({
  Package: one.name,
  Title: one.title,
  Description: one.title,
  Section: one.section,
  Priority: one.priority,
  Arch: one.arch,
  Origin: one.origin,
  Version: one.version,
});

/** Whose versions the product asks for: its own packages, and those of others that it stands on. */
const asked =
  /^(?:proxmox-|pve-|libpve-|libproxmox-|qemu-server$|ceph(?:-fuse)?$|corosync$|criu$|frr-pythontools$|glusterfs-client$|ifupdown2?$|(?:intel|amd64)-microcode$|ksm-control-daemon$|ksmtuned$|libjs-extjs$|libknet1t?6?4?$|libqb0$|libspice-server1$|lvm2$|lxc-pve$|lxcfs$|novnc-pve$|openvswitch-switch$|smartmontools$|spiceterm$|swtpm$|vncterm$|zfsutils-linux$)/;

/** The first rows, in the product's own order. */
const leading = ["proxmox-ve", "pve-manager"];

const versions = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const names = Object.keys(node.packages).filter((name) => asked.test(name));
  const kernels = names.filter((name) => /^(?:proxmox|pve)-kernel-/.test(name));
  const rest = names.filter((name) => !leading.includes(name) && !/-kernel-\d/.test(name));
  // What belongs to the kernel stands before the list, and the helper in the list once more.
  const ordered = [...leading.filter((name) => names.includes(name)), ...kernels.toSorted(), ...rest.toSorted()];
  return ordered.flatMap((name) => {
    const one = node.packages[name];
    if (one === undefined) return [];
    const row = base(one);
    const missing = one.installed === false;
    return [
      {
        ...row,
        ...(missing ? {} : { OldVersion: one.version }),
        CurrentState: missing ? "NotInstalled" : "Installed",
        ...(name === "proxmox-ve" ? { RunningKernel: node.versions.kernel } : {}),
        ...(name === "pve-manager" ? { ManagerVersion: `${node.versions.pve}/${node.versions.repoid}` } : {}),
      },
    ];
  });
};

const updates = (call: Call): unknown =>
  Object.values(nodeOfCall(call).updates).map((one) => ({ ...base(one), OldVersion: one.oldVersion }));

const refresh = (call: Call): unknown =>
  startWorker(call, "aptupdate", "", [
    { do: "log", text: "starting apt-get update" },
    { do: "wait", ms: 4000 },
    { do: "log", text: "Reading package lists..." },
  ]);

const enterprise = "/etc/apt/sources.list.d/pve-enterprise.sources";

/** The repositories of a node: Debian's, and the product's own, by subscription. */
const repositories = (call: Call): { files: Record<string, unknown>[]; digest: string } & Record<string, unknown> => {
  const node = nodeOfCall(call);
  const suite = call.world.release === "9.2" ? "trixie" : "bookworm";
  const paid = node.subscription.status === "active";
  const repository = (URIs: string, Suites: string, Components: string[], Enabled: boolean) => ({
    Types: ["deb"],
    URIs: [URIs],
    Suites: [Suites],
    Components,
    Enabled: Enabled ? 1 : 0,
    FileType: "sources",
  });
  const files = [
    {
      path: "/etc/apt/sources.list.d/debian.sources",
      "file-type": "sources",
      repositories: [
        repository("http://deb.debian.org/debian", suite, ["main", "contrib"], true),
        repository("http://security.debian.org/debian-security", `${suite}-security`, ["main", "contrib"], true),
      ],
    },
    {
      path: enterprise,
      "file-type": "sources",
      repositories: [repository("https://enterprise.proxmox.com/debian/pve", suite, ["pve-enterprise"], paid)],
    },
    {
      path: "/etc/apt/sources.list.d/proxmox.sources",
      "file-type": "sources",
      repositories: [repository("http://download.proxmox.com/debian/pve", suite, ["pve-no-subscription"], !paid)],
    },
  ];
  const standard = [
    { handle: "enterprise", name: "Enterprise", description: "The default, stable repository.", status: paid ? 1 : 0 },
    {
      handle: "no-subscription",
      name: "No-Subscription",
      description: "For testing and non-production use.",
      status: paid ? 0 : 1,
    },
    { handle: "test", name: "Test", description: "The test repository.", status: null },
  ];
  return { files, errors: [], infos: [], digest: sha1(JSON.stringify(files)), "standard-repos": standard };
};

const changelog = (call: Call): unknown => {
  const name = call.need("name");
  const one = nodeOfCall(call).updates[name] ?? nodeOfCall(call).packages[name];
  return one === undefined
    ? fail(`package '${name}' not found`)
    : `${one.name} (${call.text("version") ?? one.version}) stable; urgency=medium\n`;
};

export const nodePackages: Handlers = {
  "GET /nodes/{node}/apt/versions": versions,
  "GET /nodes/{node}/apt/update": updates,
  "POST /nodes/{node}/apt/update": refresh,
  "GET /nodes/{node}/apt/changelog": changelog,
  "GET /nodes/{node}/apt/repositories": repositories,
};

import {
  defineChapter,
  defineCluster,
  defineGuests,
  defineLab,
  defineNetwork,
  defineStorage,
  secret,
} from "@orrery/model";

/*
 * Three nodes, five guests, two switches, a backup server in another room and copies in another country. Every number
 * is declared, and no rule speaks: `orrery check examples/tidy-lab --at 2026-12-01` exits 0. A copy of this file is the
 * shortest way to a declaration of one's own.
 */

const zone = "Europe/Berlin";

const service = defineChapter("service", {
  id: "INFRA-VIRT-001",
  name: "Virtualization",
  type: "Core",
  category: "Infrastructure",
  criticality: "high",
  owner: "Platform Team",
  hours: {
    service: { always: true },
    // An on-call rota answers at night.
    support: { always: true },
    maintenance: [
      { id: "saturdays", schedule: { every: "month", on: "2nd Saturday", at: "08:00", zone }, duration: "4 h" },
    ],
  },
  detection: "10 min",
});

const network = defineNetwork({
  vlans: {
    10: { subnet: "10.0.10.0/24", purpose: "Management", gateway: "10.0.10.1" },
    20: { subnet: "10.0.20.0/24", purpose: "Guests", gateway: "10.0.20.1" },
  },
  switches: {
    sw1: { model: "24 × 10G SFP+", ports: [{ kind: "SFP+", count: 24, speed: "10 Gbps" }] },
    sw2: { model: "24 × 10G SFP+", ports: [{ kind: "SFP+", count: 24, speed: "10 Gbps" }] },
  },
  lags: { interconnect: { between: ["sw1", "sw2"], links: 2, speed: "10 Gbps", vlans: [10, 20] } },
  // A pair: either routes both VLANs while the other is down.
  firewalls: {
    fw1: { model: "OPNsense", switch: "sw1", speed: "10 Gbps", routes: [10, 20], outbound: true },
    fw2: { model: "OPNsense", switch: "sw2", speed: "10 Gbps", routes: [10, 20], outbound: true },
  },
  uplinks: {
    fibre: { via: "fw1", down: "1 Gbps", up: "1 Gbps" },
    cable: { via: "fw2", down: "1 Gbps", up: "500 Mbps" },
  },
});

/** All three alike: a bond over both switches, mirrored NVMe for guests. */
const node = {
  hardware: "1U server",
  purpose: "Compute",
  cpu: { model: "AMD EPYC 4344P", cores: 8, threads: 16 },
  memory: "64 GiB",
  memoryReserve: "8 GiB",
  disks: {
    boot: { kind: "ssd", size: "240 GB", count: 2, use: "boot" },
    nvme: { kind: "nvme", size: "2 TB", count: 2, use: "guests" },
  },
  nics: { sfp0: { speed: "10 Gbps", switch: "sw1" }, sfp1: { speed: "10 Gbps", switch: "sw2" } },
  bonds: { bond0: { mode: "active-backup", members: ["sfp0", "sfp1"] } },
  bridges: { vmbr0: { on: "bond0", vlans: [10, 20] } },
  dns: { search: "tidy-lab.test", servers: ["10.0.20.11", "10.0.20.12"] },
  timezone: zone,
  carries: {
    management: ["bond0"],
    cluster: ["bond0"],
    storage: ["bond0"],
    migration: ["bond0"],
    guests: ["bond0"],
    backup: ["bond0"],
  },
  bootTime: "4 min",
  updateTime: "10 min",
  diskThroughput: "2 GB/s",
} as const;

const cluster = defineCluster(
  { network },
  {
    name: "tidy-lab",
    version: "9.2",
    nodes: {
      pve1: { ...node, address: "10.0.10.11" },
      pve2: { ...node, address: "10.0.10.12" },
      pve3: { ...node, address: "10.0.10.13" },
    },
    expectedVotes: 3,
    cpuOvercommit: 2,
    survivesNodeLoss: true,
    options: {
      migration: { type: "secure", network: "10.0.10.0/24" },
      ha: { shutdown_policy: "migrate" },
      console: "html5",
    },
    claims: [
      { kind: "count", of: "nodes", is: 3, source: "service document, 3.1" },
      { kind: "count", of: "logical CPUs", is: 48, source: "service document, 3.1" },
      { kind: "total memory", is: "192 GiB", source: "service document, 3.1" },
    ],
  },
);

const storage = defineStorage({
  items: {
    "local-zfs": {
      kind: "zfs",
      purpose: "Guest disks, mirrored on each node",
      home: { on: "each node", nodes: ["pve1", "pve2", "pve3"], disks: ["nvme"] },
      content: ["images", "rootdir"],
      capacity: "2 TB",
      shared: false,
      options: { pool: "tank/guests", sparse: true },
      read: "2 GB/s",
      write: "1 GB/s",
    },
    pbs: {
      kind: "pbs",
      purpose: "Backups",
      home: { on: "elsewhere", place: "backup server in building 2", site: "this" },
      content: ["backup"],
      capacity: "20 TB",
      shared: true,
      options: {
        server: "10.0.10.40",
        datastore: "tidy",
        username: "backup@pbs!pve",
        password: secret("env:PBS_PASSWORD"),
      },
      read: "1 GB/s",
      write: "500 MB/s",
    },
    offsite: {
      kind: "s3",
      purpose: "Copies in another country",
      home: { on: "cloud", provider: "AWS", region: "eu-north-1", uplink: "fibre" },
      content: ["archive"],
      capacity: "100 TB",
      shared: true,
      read: "100 MB/s",
      write: "100 MB/s",
      storageClass: "STANDARD",
      retrieval: "1 s",
    },
  },
  claims: [
    { kind: "storage on all nodes", storage: "local-zfs", source: "service document, 3.3" },
    { kind: "shared storage", storage: "pbs", source: "service document, 3.3" },
  ],
});

/** A guest's usual part: one disk, half written, on VLAN 20; copied to a second node every quarter of an hour. */
const usual = { kind: "vm", os: "Debian 13", bootTime: "1 min", onDrain: "migrate", ha: true } as const;

const guests = defineGuests(
  { cluster, network, storage },
  {
    items: [
      {
        ...usual,
        name: "dns1",
        id: 101,
        category: "Infrastructure",
        role: "DNS server",
        node: "pve1",
        vcpus: 2,
        memory: "2 GiB",
        disks: [{ storage: "local-zfs", size: "16 GiB", used: "4 GiB" }],
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.11", mac: "BC:24:11:00:00:01" }],
        provides: ["dns"],
        recoveryTier: 1,
        replication: [{ to: "pve2", every: "15 min" }],
      },
      {
        ...usual,
        name: "dns2",
        id: 102,
        category: "Infrastructure",
        role: "DNS server",
        node: "pve2",
        vcpus: 2,
        memory: "2 GiB",
        disks: [{ storage: "local-zfs", size: "16 GiB", used: "4 GiB" }],
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.12", mac: "BC:24:11:00:00:02" }],
        provides: ["dns"],
        recoveryTier: 1,
        replication: [{ to: "pve3", every: "15 min" }],
      },
      {
        ...usual,
        name: "db1",
        id: 103,
        category: "Applications",
        role: "PostgreSQL",
        node: "pve2",
        vcpus: 4,
        memory: "16 GiB",
        disks: [{ storage: "local-zfs", size: "200 GiB", used: "80 GiB" }],
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.21" }],
        needs: ["dns"],
        recoveryTier: 1,
        replication: [{ to: "pve3", every: "15 min" }],
      },
      {
        ...usual,
        name: "app1",
        id: 104,
        category: "Applications",
        role: "Application server",
        node: "pve3",
        vcpus: 4,
        memory: "8 GiB",
        disks: [{ storage: "local-zfs", size: "64 GiB", used: "20 GiB" }],
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.22" }],
        needs: ["dns"],
        startsAfter: ["db1"],
        recoveryTier: 2,
        replication: [{ to: "pve1", every: "15 min" }],
      },
      {
        ...usual,
        name: "mon1",
        id: 105,
        category: "Infrastructure",
        role: "Prometheus, Grafana",
        node: "pve1",
        vcpus: 2,
        memory: "8 GiB",
        disks: [{ storage: "local-zfs", size: "100 GiB", used: "40 GiB" }],
        nics: [{ bridge: "vmbr0", vlan: 20, address: "10.0.20.31" }],
        recoveryTier: 3,
        replication: [{ to: "pve3", every: "15 min" }],
      },
    ],
    claims: [
      { kind: "count", of: "guests", is: 5, source: "service document, 3.4" },
      {
        kind: "group",
        group: "Infrastructure",
        count: 3,
        members: ["dns1", "dns2", "mon1"],
        source: "service document, 3.4",
      },
      { kind: "group", group: "Applications", count: 2, members: ["db1", "app1"], source: "service document, 3.4" },
      { kind: "guest on node", guest: "mon1", node: "pve1", source: "service document, 4.2" },
      { kind: "highly available", guests: "all", source: "service document, 2.1" },
    ],
  },
);

const templates = defineChapter("templates", {
  items: [
    {
      name: "debian-13",
      id: 9000,
      node: "pve1",
      storage: "local-zfs",
      os: "Debian 13",
      size: "8 GiB",
      lastBuilt: "2026-10-10",
    },
  ],
  claims: [{ kind: "count", of: "templates", is: 1, source: "service document, 3.4" }],
});

const role = "Platform Team";

const maintenance = defineChapter("maintenance", {
  procedures: [
    {
      id: "MAINT-001",
      title: "Node updates",
      does: "rolling node update",
      frequency: { every: "month", on: "2nd Saturday", at: "08:00", zone },
      role,
      window: "saturdays",
      document: "runbooks/MAINT-001.md",
    },
    {
      id: "RESP-001",
      title: "A node is overloaded",
      does: "other",
      role,
      document: "runbooks/RESP-001.md",
      duration: "30 min",
    },
    {
      id: "RESP-002",
      title: "A storage fills",
      does: "other",
      role,
      document: "runbooks/RESP-002.md",
      duration: "30 min",
    },
    {
      id: "RESP-003",
      title: "Quorum is in danger",
      does: "other",
      role,
      document: "runbooks/RESP-003.md",
      duration: "30 min",
    },
    { id: "DR-001", title: "Restore a guest", does: "other", role, document: "runbooks/DR-001.md", duration: "30 min" },
    {
      id: "DR-002",
      title: "Recover from a node's loss",
      does: "other",
      role,
      document: "runbooks/DR-002.md",
      duration: "1 h",
    },
    { id: "DR-003", title: "Recover quorum", does: "other", role, document: "runbooks/DR-003.md", duration: "1 h" },
    {
      id: "DR-004",
      title: "Rebuild at another site",
      does: "other",
      role,
      document: "runbooks/DR-004.md",
      duration: "8 h",
    },
  ],
});

const monitoring = defineChapter("monitoring", {
  thresholds: [
    {
      subject: "node cpu",
      warning: { above: "75 %", sustained: "15 min" },
      critical: { above: "90 %", sustained: "15 min" },
      response: "RESP-001",
    },
    {
      subject: "node memory",
      warning: { above: "80 %", sustained: "5 min" },
      critical: { above: "90 %", sustained: "5 min" },
      response: "RESP-001",
    },
    {
      subject: "storage",
      warning: { above: "80 %", sustained: "5 min" },
      critical: { above: "90 %", sustained: "5 min" },
      response: "RESP-002",
    },
    { subject: "quorum", warning: "node unreachable", critical: "quorum lost", response: "RESP-003" },
  ],
  runsOn: [{ guest: "mon1", as: "Prometheus and Grafana", watchedFrom: "a dead man's switch at another provider" }],
  receivers: {
    rota: { kind: "ntfy", server: "https://push.example", topic: "tidy-lab", token: secret("env:NTFY_TOKEN") },
    team: { kind: "slack", url: secret("env:SLACK_URL"), severities: ["critical", "warning", "info"] },
  },
  // Prometheus takes OpenTelemetry itself.
  metricServers: {
    mon1: {
      type: "opentelemetry",
      server: "10.0.20.31",
      port: 9090,
      options: { "otel-protocol": "http", "otel-path": "/api/v1/otlp/v1/metrics" },
    },
  },
  document: "runbooks/MON-001.md",
});

const notifications = defineChapter("notifications", {
  targets: {
    rota: {
      type: "gotify",
      comment: "On-call rota",
      server: "https://push.example",
      token: secret("env:GOTIFY_TOKEN"),
    },
  },
  matchers: { rota: { comment: "What cannot wait", "match-severity": ["error"], target: ["rota"] } },
});

const knownErrors = defineChapter("knownErrors", {
  items: [
    {
      id: "KEDB-001",
      issue: "A migration fails",
      symptoms: ["the task ends with an error"],
      resolution: ["free the lock", "check the replication target"],
      procedure: "RESP-001",
    },
  ],
});

const access = defineChapter("access", {
  realms: {
    pam: { kind: "pam", mfa: { required: true, enforcedBy: "TOTP on root@pam" } },
    pve: { kind: "pve", mfa: { required: true, enforcedBy: "realm TFA" } },
    sso: {
      kind: "openid",
      name: "Single sign-on",
      mfa: { required: true, enforcedBy: "the identity provider's policy" },
      issuer: "https://id.example/realms/platform",
      clientId: "proxmox",
      clientKey: secret("env:SSO_CLIENT_KEY"),
      usernameClaim: "username",
      autocreate: true,
      // Who leaves a group there loses its rights here at the next sign-in.
      groupsClaim: "groups",
      groupsOverwrite: true,
    },
  },
  groups: { "platform-sso": { purpose: "Run the cluster", realm: "sso" } },
  users: {
    "root@pam": { purpose: "Break glass" },
    "watch@pve": { purpose: "Read-only monitoring" },
  },
  acls: [
    { path: "/", role: "Administrator", to: { group: "platform-sso" } },
    { path: "/", role: "PVEAuditor", to: { token: "watch@pve!orrery" } },
  ],
  tokens: [
    {
      id: "watch@pve!orrery",
      purpose: "Collects what the cluster is, and changes nothing",
      needs: [
        "Datastore.Audit",
        "Mapping.Audit",
        "Pool.Audit",
        "SDN.Audit",
        "Sys.Audit",
        "VM.Audit",
        "VM.GuestAgent.Audit",
      ],
      expires: "2027-12-31",
      privilegeSeparation: true,
    },
  ],
  breakGlass: { user: "root@pam", kept: "sealed envelope, bank safe", lastTested: "2026-10-05" },
  methods: [
    {
      type: "Administrative access",
      method: "Single sign-on with a second factor",
      realm: "sso",
      document: "runbooks/ACC-001.md",
    },
  ],
});

const controls = defineChapter("controls", {
  items: [
    {
      id: "CIS 6.5",
      catalogue: "cis-8.1",
      title: "Require MFA for Administrative Access",
      implementation: "Every realm demands a second factor",
      evidence: "records/sign-ins-2026-11.md",
      status: "compliant",
    },
    {
      id: "CIS 11.2",
      catalogue: "cis-8.1",
      title: "Perform Automated Backups",
      implementation: "Nightly job over all guests",
      evidence: "records/backups-2026-11.md",
      status: "compliant",
    },
  ],
  reviews: [
    {
      what: "Access",
      implementation: "Groups of the identity provider",
      verification: "Yearly review of groups and tokens",
      cadence: { every: "year", month: 10, on: "1", at: "09:00", zone },
      lastDone: "2026-10-01",
    },
  ],
});

const encryption = { key: "backup-2026", keyKeptAt: "on paper, bank safe" };

const backup = defineChapter("backup", {
  policies: [
    {
      id: "nightly",
      title: "Nightly backups of all guests",
      covers: "all guests",
      schedule: { every: "day", at: "02:00", zone },
      retention: { for: "30 d" },
      target: "pbs",
      runTime: "30 min",
      encryption,
      verified: { every: "day", at: "05:00", zone },
      offsite: [{ to: "offsite", retention: { for: "90 d" }, upload: "1 h" }],
    },
    {
      id: "configuration",
      title: "Nightly backups of the nodes' configuration",
      covers: "configuration",
      schedule: { every: "day", at: "04:00", zone },
      retention: { for: "30 d" },
      target: "pbs",
      runTime: "5 min",
      encryption,
      verified: { every: "day", at: "05:30", zone },
      offsite: [{ to: "offsite", retention: { for: "90 d" }, upload: "5 min" }],
    },
  ],
  document: "runbooks/BKP-001.md",
});

const lastDrill = "2026-10-10";

const recovery = defineChapter("recovery", {
  scenarios: [
    {
      id: "guest",
      title: "A guest is lost",
      fails: { kind: "guest", guest: "any" },
      rto: "1 h",
      rpo: "28 h",
      procedure: "DR-001",
      role,
      lastDrill,
    },
    {
      id: "node",
      title: "A node is lost",
      fails: { kind: "node", node: "any" },
      rto: "2 h",
      rpo: "28 h",
      procedure: "DR-002",
      role,
      lastDrill,
    },
    {
      id: "quorum",
      title: "Quorum is lost",
      fails: { kind: "quorum" },
      rto: "2 h",
      rpo: "28 h",
      procedure: "DR-003",
      role,
      lastDrill,
    },
    {
      id: "site",
      title: "The site is lost",
      fails: { kind: "site" },
      rto: "72 h",
      rpo: "36 h",
      procedure: "DR-004",
      role,
      // A contract for rented servers.
      replacement: "24 h",
      lastDrill,
    },
  ],
  document: "runbooks/INC-001.md",
});

const changes = defineChapter("changes", {
  items: [
    {
      id: "CR-2026-014",
      what: "Upgrade to Proxmox VE 9.2",
      implemented: "2026-10-10",
      register: { system: "GLPI", label: "CR-2026-014", url: "https://glpi.example/CR-2026-014" },
    },
  ],
  document: "runbooks/CHG-001.md",
});

const references = defineChapter("references", {
  internal: [
    {
      kind: "Guide",
      title: "How guests are made",
      label: "provisioning.md",
      target: "runbooks/provisioning.md",
    },
  ],
  external: [
    {
      title: "Proxmox VE Administration Guide",
      url: "https://pve.proxmox.com/pve-docs/",
      archived: "runbooks/pve-admin-guide.pdf",
      lastVerified: "2026-11-01",
    },
  ],
  verifyEvery: "365 d",
  existing: [
    "runbooks/MAINT-001.md",
    "runbooks/RESP-001.md",
    "runbooks/RESP-002.md",
    "runbooks/RESP-003.md",
    "runbooks/DR-001.md",
    "runbooks/DR-002.md",
    "runbooks/DR-003.md",
    "runbooks/DR-004.md",
    "runbooks/MON-001.md",
    "runbooks/ACC-001.md",
    "runbooks/BKP-001.md",
    "runbooks/INC-001.md",
    "runbooks/CHG-001.md",
    "runbooks/provisioning.md",
    "runbooks/pve-admin-guide.pdf",
    "records/sign-ins-2026-11.md",
    "records/backups-2026-11.md",
  ],
});

const approvals = defineChapter("approvals", {
  items: [{ reviewer: "Head of Platform", role: "Service owner", date: "2026-11-03", status: "approved" }],
  reviewEvery: "365 d",
});

const revisions = defineChapter("revisions", {
  items: [
    { version: "1.0", date: "2026-09-01", changes: "First version", author: "Platform Team" },
    { version: "1.1", date: "2026-11-02", changes: "After the upgrade to 9.2", author: "Platform Team" },
  ],
  current: {
    title: "Virtualization service",
    version: "1.1",
    status: "Published",
    updated: "2026-11-02",
    author: "Platform Team",
  },
});

export default defineLab({
  service,
  cluster,
  network,
  storage,
  guests,
  templates,
  maintenance,
  monitoring,
  notifications,
  knownErrors,
  access,
  controls,
  backup,
  recovery,
  changes,
  references,
  approvals,
  revisions,
});

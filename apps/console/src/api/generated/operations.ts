// Made by `npm run client -w @orrery/console` from the server's own description of its API. Not to be edited.

export type Schemas = {
  readonly "Problem": {
    /** a word that programs can rely on */
    readonly code: string;
    /** what happened, and what next */
    readonly message: string;
    /** the part of the request that is wrong */
    readonly place?: string;
  };
  readonly "Role": "viewer" | "operator" | "approver" | "auditor" | "admin";
  readonly "Session": {
    readonly name: string;
    readonly roles: readonly Schemas["Role"][];
    readonly kind: "person" | "token";
    /** what changes carry in the header x-orrery-csrf */
    readonly csrf?: string;
    /** roles of the account that this session has not, and why */
    readonly heldBack?: {
      readonly roles: readonly Schemas["Role"][];
      readonly why: string;
    };
  };
  readonly "Account": {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly Schemas["Role"][];
    /** how: roles of the second kind come of what the provider says */
    readonly signsIn: "password" | "provider";
    readonly madeAt: number;
    readonly disabled: boolean;
  };
  readonly "Alert": {
    /** the same for as long as it is about the same */
    readonly id: string;
    readonly rule: string;
    readonly severity: "critical" | "warning" | "info" | "none";
    readonly summary: string;
    readonly description?: string;
    /** why it is told of, in the declaration's words */
    readonly because?: string;
    /** what it is about: node pve1, guest web1, storage nfs */
    readonly subject: string;
    readonly labels: {
      readonly [key: string]: string;
    };
    readonly state: "pending" | "firing" | "resolved";
    /** since when what it is about has been so */
    readonly since: number;
    /** epoch milliseconds */
    readonly fired?: number;
    /** of one that is resolved */
    readonly until?: number;
    readonly value?: number;
    /** why nobody is told of it */
    readonly quiet?: {
      readonly kind: "inhibited" | "silenced" | "expected" | "statement";
      readonly why: string;
    };
    /** the silence */
    readonly silencedBy?: string;
    /** why another keeps it quiet */
    readonly inhibitedBy?: string;
    readonly procedure?: string;
    readonly runbook?: string;
  };
  readonly "AlertMove": {
    /** epoch milliseconds */
    readonly at: number;
    readonly from: "inactive" | "pending" | "firing" | "resolved";
    readonly to: "inactive" | "pending" | "firing" | "resolved";
    readonly alert: Schemas["Alert"];
  };
  readonly "Finding": {
    readonly rule: string;
    readonly severity: "error" | "warning" | "note";
    readonly verdict: "violated" | "unproven";
    readonly chapter: string;
    readonly subject: string;
    readonly claim: {
      readonly text: string;
      readonly path: readonly (string | number)[];
      readonly place?: {
        readonly file: string;
        readonly line: number;
        readonly column: number;
      };
    };
    readonly why: string;
    readonly remedy: string;
    readonly waived?: {
      readonly owner: string;
      readonly reason: string;
      readonly expires: string;
    };
  };
  readonly "Objective": {
    readonly id: string;
    readonly chapter: string;
    readonly path: readonly (string | number)[];
    readonly title: string;
    readonly verdict: "met" | "missed" | "unproven";
    readonly figure?: string;
    readonly why: string;
  };
  readonly "FailureDomain": {
    readonly component: string;
    readonly path: readonly (string | number)[];
    readonly place?: {
      readonly file: string;
      readonly line: number;
      readonly column: number;
    };
    readonly quorum: {
      readonly survives: boolean;
      readonly votes: number;
      readonly needed: number;
    };
    readonly isolated: readonly string[];
    readonly guests: {
      readonly lost: readonly string[];
      readonly down: readonly string[];
      readonly cutOff: readonly string[];
    };
    readonly storages: readonly {
      readonly storage: string;
      readonly nodes: readonly string[];
    }[];
    readonly services: readonly string[];
    readonly copies: {
      readonly gone: readonly string[];
      readonly left: readonly string[];
      readonly none: readonly string[];
    };
    readonly objectives: readonly {
      readonly title: string;
      readonly verdict: "met" | "missed" | "unproven";
      readonly figure?: string;
    }[];
  };
  readonly "Rule": {
    readonly id: string;
    readonly chapter: string;
    readonly severity: "error" | "warning" | "note";
    readonly title: string;
    readonly why: string;
    readonly how: string;
    readonly remedy: string;
  };
  readonly "AuditEntry": {
    readonly number: number;
    readonly at: number;
    readonly phase: "begins" | "ends" | "refused";
    readonly who: string;
    readonly account?: string;
    readonly from: string;
    readonly what: string;
    readonly path: string;
    readonly request: string;
    readonly status?: number;
    readonly why?: string;
  };
  readonly "BackupDay": {
    /** the worst of the day. missed: a run has no copy that by its retention should be there; broken: a copy failed its verification; unknown: the storage could not be read; awaited: a run is not overdue yet; past: kept no longer; none: nothing was due */
    readonly state: "missed" | "broken" | "unknown" | "awaited" | "made" | "past" | "none";
    readonly copies?: readonly {
      /** epoch milliseconds */
      readonly at: number;
      readonly storage: string;
      readonly volid: string;
      /** bytes */
      readonly size?: number;
      /** left out of what was never verified */
      readonly verified?: "ok" | "failed";
      readonly protected: boolean;
      /** whose run it is taken for */
      readonly policy?: string;
    }[];
    /** of policies */
    readonly missed?: readonly string[];
    /** of policies */
    readonly awaited?: readonly string[];
  };
  readonly "GuestBackups": {
    readonly vmid: number;
    readonly name?: string;
    readonly node: string;
    readonly kind: "qemu" | "lxc";
    readonly declared: boolean;
    /** of policies */
    readonly policies: readonly string[];
    /** the cluster says that no backup job covers it */
    readonly withoutJob?: boolean;
    /** that did not fail its verification */
    readonly newest?: {
      /** epoch milliseconds */
      readonly at: number;
      readonly storage: string;
      readonly volid: string;
      /** bytes */
      readonly size?: number;
      /** left out of what was never verified */
      readonly verified?: "ok" | "failed";
      readonly protected: boolean;
    };
    /** every storage with backups could be read */
    readonly sure: boolean;
    /** the least that may be lost of it by the declaration's scenarios */
    readonly objective?: {
      readonly seconds: number;
      readonly scenario: string;
    };
    readonly days: readonly Schemas["BackupDay"][];
  };
  readonly "BackupPolicy": {
    readonly id: string;
    readonly title: string;
    readonly storage: string;
    readonly enabled: boolean;
    /** declared guests that it covers */
    readonly guests: number;
    /** why the moments of its runs are not known, or their days alone */
    readonly roughly?: string;
    /** seconds that a run is given */
    readonly lasts: number;
    /** nobody measured how long a run takes */
    readonly assumed: boolean;
  };
  readonly "Trouble": {
    /** epoch milliseconds */
    readonly since: number;
    /** epoch milliseconds */
    readonly at: number;
    readonly why: string;
  };
  readonly "Section": {
    readonly name: string;
    readonly kind: "observed" | "unreachable" | "unasked";
    /** epoch milliseconds */
    readonly at?: number;
    readonly ageSeconds?: number;
    /** why it is not known; of what is observed, why it is not newer */
    readonly why?: string;
  };
  readonly "ClusterBrief": {
    readonly id: string;
    readonly name?: string;
    readonly declared: boolean;
    readonly kind: "awaited" | "read";
    /** epoch milliseconds */
    readonly readAt?: number;
    /** of the whole; parts have their own */
    readonly ageSeconds?: number;
    readonly trouble?: Schemas["Trouble"];
  };
  readonly "ClusterNow": {
    readonly id: string;
    /** as the cluster calls itself; left out of a node that stands alone */
    readonly name?: string;
    readonly declared: boolean;
    readonly release?: string;
    /** epoch milliseconds */
    readonly readAt?: number;
    /** of the whole; parts have their own */
    readonly ageSeconds?: number;
    readonly trouble?: Schemas["Trouble"];
    /** that the last look took */
    readonly requests: number;
    readonly quorum: {
      /** left out where it is not known */
      readonly quorate?: boolean;
      readonly votes?: number;
      readonly online?: number;
    };
    readonly nodes: {
      readonly total: number;
      readonly online: number;
    };
    readonly guests?: {
      readonly vms: {
        readonly total: number;
        readonly running: number;
      };
      readonly containers: {
        readonly total: number;
        readonly running: number;
      };
      readonly templates: number;
    };
    readonly storages?: {
      readonly total: number;
      readonly available: number;
    };
    readonly sections: readonly Schemas["Section"][];
  };
  readonly "Guest": {
    readonly vmid: number;
    readonly kind: "qemu" | "lxc";
    readonly node: string;
    readonly status: "running" | "stopped" | "unknown";
    readonly name?: string;
    readonly seenAt?: number;
    readonly template?: boolean;
    readonly tags?: readonly string[];
    readonly pool?: string;
    readonly lock?: string;
    readonly ha?: string;
    readonly cpus?: number;
    /** bytes that it is given */
    readonly memory?: number;
    /** bytes */
    readonly disk?: number;
    /** cpu: share of its CPUs; memory: bytes; uptime: seconds; the rest: bytes since its start */
    readonly figures?: {
      readonly cpu: number;
      readonly memory: number;
      readonly uptime: number;
      readonly netIn: number;
      readonly netOut: number;
      readonly diskRead: number;
      readonly diskWrite: number;
    };
  };
  readonly "History": {
    /** epoch milliseconds: the start of the first point, a multiple of the step */
    readonly from: number;
    /** epoch milliseconds: the end of the last point */
    readonly to: number;
    /** seconds that a point covers; longer than asked where nothing finer is kept */
    readonly step: number;
    readonly series: readonly {
      readonly metric: string;
      readonly labels: {
        readonly [key: string]: string;
      };
      /** a value each step; null where nothing was measured */
      readonly avg: readonly (number | null)[];
      readonly min: readonly (number | null)[];
      readonly max: readonly (number | null)[];
    }[];
  };
  readonly "IncidentEntry": {
    /** epoch milliseconds */
    readonly at: number;
    readonly kind: "fired" | "resolved" | "graver" | "response" | "note" | "closed";
    readonly title: string;
    readonly by?: string;
    /** of a response: the run of its procedure */
    readonly run?: string;
  };
  readonly "IncidentBrief": {
    readonly id: string;
    /** epoch milliseconds */
    readonly opened: number;
    readonly subject: string;
    readonly severity: "critical" | "warning";
    /** calm: nothing of it fires any more; closing is up to a person */
    readonly state: "open" | "calm" | "closed";
    /** when it came to be so */
    readonly since: number;
    /** how many alerts of it fire */
    readonly firing: number;
    readonly procedure?: string;
    readonly runbook?: string;
  };
  readonly "Incident": {
    readonly id: string;
    /** epoch milliseconds */
    readonly opened: number;
    readonly subject: string;
    readonly severity: "critical" | "warning";
    /** calm: nothing of it fires any more; closing is up to a person */
    readonly state: "open" | "calm" | "closed";
    /** when it came to be so */
    readonly since: number;
    /** how many alerts of it fire */
    readonly firing: number;
    readonly procedure?: string;
    readonly runbook?: string;
    readonly response?: {
      readonly id: string;
      readonly title?: string;
      /** where they are declared; else the document has them */
      readonly steps: readonly string[];
      readonly document?: string;
    };
    /** what was known to be wrong around it when it was opened */
    readonly findings: readonly {
      readonly rule: string;
      readonly subject: string;
      readonly why: string;
    }[];
    readonly timeline: readonly Schemas["IncidentEntry"][];
  };
  readonly "Sample": {
    readonly metric: string;
    readonly labels: {
      readonly [key: string]: string;
    };
    readonly value: number;
  };
  readonly "Observed": {
    readonly kind: "observed";
    readonly at: number;
    readonly value: unknown;
  } | {
    readonly kind: "unreachable";
    readonly at: number;
    readonly why: string;
  } | {
    readonly kind: "unasked";
    readonly why: string;
  };
  readonly "Node": {
    readonly name: string;
    readonly status: "online" | "offline" | "unknown";
    readonly seenAt?: number;
    readonly ha?: string;
    readonly cpus?: number;
    /** bytes */
    readonly memory?: number;
    /** bytes */
    readonly root?: number;
    /** cpu: share of all CPUs; memory and root: bytes in use; uptime: seconds */
    readonly figures?: {
      readonly cpu: number;
      readonly memory: number;
      readonly root: number;
      readonly uptime: number;
    };
    readonly version?: string;
    readonly kernel?: string;
    readonly cpuModel?: string;
    /** that run there */
    readonly guests?: number;
    /** packages that apt would bring */
    readonly updates?: number;
    readonly failedServices?: readonly string[];
    /** epoch milliseconds; of the one that ends first */
    readonly certificateUntil?: number;
  };
  readonly "AlertReceiver": {
    readonly kind: "email" | "webhook" | "teams" | "slack" | "ntfy" | "alertmanager";
    readonly severities: readonly ("critical" | "warning" | "info")[];
    readonly [key: string]: unknown;
  };
  readonly "NodeLoss": {
    readonly node: string;
    readonly kind: "fits" | "impossible" | "undecided";
    /** guests that must find another place */
    readonly moves: number;
    /** guests that would have to make room elsewhere */
    readonly makeRoom: number;
    readonly why?: string;
    /** bytes, of the nodes that are left: room for guests after what nodes keep, and what guests would be given */
    readonly memory?: {
      readonly room: number;
      readonly given: number;
    };
  };
  readonly "Capacity": {
    readonly kind: "known";
    /** total: of the nodes that are online; used: as measured, left out where a node's is not known; given: to guests that run */
    readonly memory: {
      readonly total: number;
      readonly used?: number;
      readonly given: number;
    };
    /** total: of the nodes that are online; used: as measured, left out where a node's is not known; given: to guests that run */
    readonly cpus: {
      readonly total: number;
      readonly used?: number;
      readonly given: number;
    };
    readonly losses: readonly Schemas["NodeLoss"][];
    /** the node whose loss is worst */
    readonly worst?: string;
    /** what was not known, and how it was taken */
    readonly assumed: readonly string[];
  } | {
    readonly kind: "unknown";
    readonly why: string;
  };
  readonly "Overview": {
    /** epoch milliseconds: when the cluster was observed */
    readonly at: number;
    readonly capacity: Schemas["Capacity"];
    /** that are not waived */
    readonly findings?: {
      readonly error: number;
      readonly warning: number;
      readonly note: number;
    };
    readonly waived?: number;
    /** the one that is open, or the next, of each that is declared */
    readonly windows?: readonly {
      readonly id: string;
      /** epoch milliseconds */
      readonly start: number;
      readonly end: number;
      readonly open: boolean;
    }[];
    readonly unknownWindows?: readonly {
      readonly id: string;
      readonly why: string;
    }[];
  };
  readonly "Placement": {
    readonly kind: string;
    /** when the cluster was observed */
    readonly at: number;
    readonly purpose: "spread" | "drain" | "place" | "absorb";
    readonly ties: readonly {
      readonly guest: string;
      readonly kind: string;
      readonly nodes: readonly string[];
      readonly why: string;
    }[];
    /** what was not known, and how it was taken */
    readonly assumed: readonly string[];
    readonly moves?: readonly {
      readonly [key: string]: unknown;
    }[];
    readonly [key: string]: unknown;
  };
  readonly "Plan": {
    readonly kind: "plan";
    readonly format: 1;
    readonly cluster: string;
    readonly contract: "8.4" | "9.2";
    readonly made: number;
    readonly purpose?: {
      readonly kind: "drain";
      readonly nodes: readonly string[];
    } | {
      readonly kind: "spread";
    };
    readonly base: {
      readonly observedAt: number;
      readonly cluster?: string;
      readonly objects: readonly {
        readonly object: {
          readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
          readonly id: string;
        };
        readonly name?: string;
        readonly node?: string;
        readonly properties: {
          readonly [key: string]: string | (readonly string[]) | {
            readonly [key: string]: string;
          };
        } | null;
      }[];
    };
    readonly drift: readonly Schemas["Drift"][];
    readonly actions: readonly {
      readonly id: string;
      readonly object: {
        readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
        readonly id: string;
      };
      readonly name?: string;
      readonly verb: string;
      readonly title: string;
      readonly because: string;
      readonly calls: readonly {
        readonly method: "POST" | "PUT" | "DELETE";
        readonly path: string;
        readonly parameters: {
          readonly [key: string]: string | number | (readonly (string | {
            readonly secret: string;
            readonly after?: string;
            readonly encoding?: "base64";
          })[]) | {
            readonly secret: string;
            readonly after?: string;
            readonly encoding?: "base64";
          };
        };
        readonly answers: "nothing" | "task";
        readonly reveals?: {
          readonly key: string;
          readonly as: string;
        };
      }[];
      readonly from: {
        readonly kind: "absent";
      } | {
        readonly kind: "present";
        readonly properties: {
          readonly [key: string]: string | (readonly string[]) | {
            readonly [key: string]: string;
          } | null;
        };
      };
      readonly expects: {
        readonly kind: "absent";
      } | {
        readonly kind: "present";
        readonly properties: {
          readonly [key: string]: string | (readonly string[]) | {
            readonly [key: string]: string;
          } | null;
        };
      };
      readonly risk: "none" | "hot" | "reboot" | "stop" | "network" | "quorum" | "data loss";
      readonly principal: "token" | "ticket" | "root@pam" | "ssh";
      readonly consent?: string;
      readonly node?: string;
      readonly pending?: readonly string[];
      readonly handsOver?: {
        readonly tasks: readonly string[];
        readonly within: number;
      };
      readonly follows?: readonly {
        readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
        readonly id: string;
      }[];
      readonly rollbackAfter?: number;
      readonly rollback?: readonly {
        readonly method: "POST" | "PUT" | "DELETE";
        readonly path: string;
        readonly parameters: {
          readonly [key: string]: string | number | (readonly (string | {
            readonly secret: string;
            readonly after?: string;
            readonly encoding?: "base64";
          })[]) | {
            readonly secret: string;
            readonly after?: string;
            readonly encoding?: "base64";
          };
        };
        readonly answers: "nothing" | "task";
        readonly reveals?: {
          readonly key: string;
          readonly as: string;
        };
      }[];
      readonly takeBack?: readonly {
        readonly method: "POST" | "PUT" | "DELETE";
        readonly path: string;
        readonly parameters: {
          readonly [key: string]: string | number | (readonly (string | {
            readonly secret: string;
            readonly after?: string;
            readonly encoding?: "base64";
          })[]) | {
            readonly secret: string;
            readonly after?: string;
            readonly encoding?: "base64";
          };
        };
        readonly answers: "nothing" | "task";
        readonly reveals?: {
          readonly key: string;
          readonly as: string;
        };
      }[];
      readonly after: readonly string[];
    }[];
    readonly unmanaged: readonly {
      readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
      readonly id: string;
    }[];
    readonly undecided: readonly {
      readonly object: {
        readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
        readonly id: string;
      };
      readonly property?: string;
      readonly why: string;
    }[];
    readonly stuck: readonly {
      readonly object: {
        readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
        readonly id: string;
      };
      readonly why: string;
    }[];
    readonly mark: {
      readonly tag: string;
      readonly word: string;
    };
    readonly windows: readonly {
      readonly id: string;
      readonly start: number;
      readonly end: number;
    }[];
    readonly findings?: {
      readonly breaks: readonly {
        readonly subject: string;
        readonly why: string;
      }[];
      readonly mends: readonly {
        readonly subject: string;
        readonly why: string;
      }[];
      readonly unknown?: string;
    };
  };
  readonly "Drift": {
    readonly object: {
      readonly kind: "cluster options" | "metric server" | "notification target" | "notification matcher" | "pci mapping" | "usb mapping" | "dir mapping" | "node dns" | "node time" | "node hosts" | "node network" | "sdn controller" | "sdn ipam" | "sdn dns" | "sdn zone" | "sdn vnet" | "sdn subnet" | "sdn" | "storage" | "pool" | "realm" | "role" | "group" | "user" | "token" | "acl" | "firewall alias" | "ip set" | "security group" | "firewall rules" | "firewall options" | "template" | "guest" | "ha group" | "ha resource" | "ha rule" | "replication job" | "backup job";
      readonly id: string;
    };
    readonly name?: string;
    readonly kind: "missing" | "surplus" | "changed";
    readonly properties: readonly {
      readonly property: string;
      readonly declared?: string | (readonly string[]) | {
        readonly [key: string]: string;
      };
      readonly observed?: string | (readonly string[]) | {
        readonly [key: string]: string;
      };
    }[];
    readonly path?: readonly (string | number)[];
    readonly by?: {
      readonly user: string;
      readonly at: number;
      readonly task: string;
    };
  };
  readonly "RehearsalResult": {
    readonly kind: "rehearsal";
    readonly format: 1;
    readonly timeline: readonly {
      readonly [key: string]: unknown;
    }[];
    readonly [key: string]: unknown;
  };
  readonly "Rehearsal": {
    readonly id: string;
    readonly cluster: string;
    readonly by: string;
    readonly askedAt: number;
    /** when the state was observed that it begins from */
    readonly observedAt: number;
    readonly asked: {
      readonly what: string;
      readonly [key: string]: unknown;
    };
    readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
    readonly why?: string;
    readonly endedAt?: number;
    /** what the twin had to assume of the cluster */
    readonly assumptions?: number;
    readonly result?: Schemas["RehearsalResult"];
  };
  readonly "Silence": {
    readonly id: string;
    readonly matchers: readonly {
      readonly label: string;
      readonly kind: "=" | "!=" | "=~" | "!~";
      readonly value: string;
    }[];
    /** epoch milliseconds */
    readonly starts: number;
    /** epoch milliseconds */
    readonly ends: number;
    readonly by: string;
    readonly why: string;
    /** epoch milliseconds */
    readonly setAt: number;
  };
  readonly "Storage": {
    readonly storage: string;
    readonly type: string;
    readonly shared: boolean;
    /** that can use it; a storage that is not shared has one row a node */
    readonly nodes: readonly string[];
    /** nodes that should and cannot */
    readonly unavailable: readonly string[];
    /** bytes; left out where no node could measure it */
    readonly total?: number;
    readonly used?: number;
    readonly content?: readonly string[];
  };
  readonly "GuestContent": {
    readonly vmid: number;
    /** left out of a guest that is gone */
    readonly name?: string;
    readonly node?: string;
    /** size: bytes that it is to have; thin ones use less */
    readonly disks: readonly {
      readonly key: string;
      readonly volume: string;
      readonly size?: number;
    }[];
    /** size: bytes as the storage lists them; newest: epoch milliseconds */
    readonly backups?: {
      readonly count: number;
      readonly size: number;
      readonly newest: number;
    };
  };
  readonly "Task": {
    readonly upid: string;
    readonly node: string;
    readonly type: string;
    /** the guest or storage that it is about; empty where there is none */
    readonly id: string;
    readonly user: string;
    /** epoch milliseconds */
    readonly started: number;
    /** epoch milliseconds; left out while it runs */
    readonly ended?: number;
    readonly outcome: "running" | "ok" | "warnings" | "failed";
    /** as Proxmox says it: OK, WARNINGS: 1, or the error */
    readonly status?: string;
  };
  readonly "TimelineEntry": {
    /** epoch milliseconds */
    readonly at: number;
    /** left out of what lasts, and of what was over at once */
    readonly until?: number;
    readonly kind: "task" | "alert" | "incident" | "state";
    readonly severity?: "critical" | "warning" | "info";
    readonly subject: string;
    readonly title: string;
  };
  readonly "ApiToken": {
    readonly id: string;
    /** the account's id */
    readonly account: string;
    readonly about: string;
    readonly roles: readonly Schemas["Role"][];
    readonly clusters: "all" | (readonly string[]);
    readonly madeAt: number;
    readonly expiresAt: number;
  };
  readonly "NetworkPart": {
    /** as failures name it: node node05, switch labswitch01 */
    readonly id: string;
    readonly kind: "uplink" | "firewall" | "switch" | "bridge" | "node";
    readonly name: string;
    readonly about?: string;
    /** of a node, as the cluster sees it */
    readonly status?: "online" | "offline" | "unknown";
    readonly bridges?: readonly {
      readonly name: string;
      readonly on?: string;
      /** left out where they are not known, or all */
      readonly vlans?: readonly number[];
    }[];
    readonly bonds?: readonly {
      readonly name: string;
      readonly mode?: string;
      readonly members: readonly string[];
    }[];
    readonly guests?: readonly string[];
    /** why something of it is not known */
    readonly unknown?: readonly string[];
  };
  readonly "NetworkLink": {
    /** as failures name it, where it can fail alone: cable node01/lan0, lag interconnect */
    readonly id: string;
    readonly kind: "cable" | "lag" | "line" | "inside";
    readonly from: string;
    readonly to: string;
    readonly name: string;
    readonly bond?: string;
    /** how many act as one */
    readonly count: number;
    /** bits per second, of one */
    readonly speed?: number;
    /** left out where they are not known, or all */
    readonly vlans?: readonly number[];
    /** kinds of traffic, by the declaration */
    readonly carries: readonly string[];
    /** what the node says of the interface */
    readonly seen?: "up" | "down" | "absent";
    /** why something of it is not known */
    readonly unknown?: readonly string[];
  };
  readonly "listClusters.reply": {
    readonly clusters: readonly Schemas["ClusterBrief"][];
  };
  readonly "listNodes.reply": {
    readonly nodes: readonly Schemas["Node"][];
  };
  readonly "getNode.reply": {
    readonly node: Schemas["Node"];
    readonly parts: {
      readonly [key: string]: Schemas["Observed"];
    };
  };
  readonly "listGuests.reply": {
    readonly guests: readonly Schemas["Guest"][];
    /** how many there are, whatever the page */
    readonly total: number;
    readonly offset: number;
  };
  readonly "getGuest.reply": {
    readonly guest: Schemas["Guest"];
    readonly config?: {
      readonly [key: string]: string | number;
    };
    readonly pending?: {
      readonly [key: string]: string | number;
    };
    readonly configAt?: number;
    /** why the configuration is not known */
    readonly unknown?: string;
    readonly snapshots?: readonly string[];
  };
  readonly "listStorages.reply": {
    readonly storages: readonly Schemas["Storage"][];
  };
  readonly "getStorageContents.reply": {
    readonly guests: readonly Schemas["GuestContent"][];
    /** guests whose configuration is not known: they may have something there */
    readonly unread: number;
  };
  readonly "listBackups.reply": {
    /** epoch milliseconds */
    readonly at: number;
    /** by whose clock days begin */
    readonly zone: string;
    readonly days: readonly {
      /** epoch milliseconds */
      readonly from: number;
      /** epoch milliseconds */
      readonly to: number;
    }[];
    /** left out where nothing is declared */
    readonly policies?: readonly Schemas["BackupPolicy"][];
    readonly stores: readonly {
      readonly storage: string;
      /** empty where all nodes share it */
      readonly node: string;
      readonly known: boolean;
      /** epoch milliseconds */
      readonly at?: number;
      /** why its list is not known, or not newer */
      readonly why?: string;
    }[];
    readonly guests: readonly Schemas["GuestBackups"][];
    /** how many there are, whatever the page */
    readonly total: number;
    readonly offset: number;
  };
  readonly "listTasks.reply": {
    readonly tasks: readonly Schemas["Task"][];
    /** how many there are, whatever the page */
    readonly total: number;
    readonly offset: number;
  };
  readonly "getTaskLog.reply": {
    /** lines before these */
    readonly before: number;
    readonly lines: readonly string[];
  };
  readonly "getTopology.reply": {
    readonly source: "declared" | "observed";
    readonly parts: readonly Schemas["NetworkPart"][];
    readonly links: readonly Schemas["NetworkLink"][];
    readonly vlans: readonly {
      readonly tag: number;
      readonly subnet?: string;
      readonly purpose?: string;
    }[];
  };
  readonly "listMeasured.reply": {
    /** epoch milliseconds */
    readonly at: number;
    readonly samples: readonly Schemas["Sample"][];
  };
  readonly "listFindings.reply": {
    /** epoch milliseconds: the moment that the check is made for */
    readonly at: number;
    readonly findings: readonly Schemas["Finding"][];
    /** how many there are, whatever the page */
    readonly total: number;
    readonly offset: number;
  };
  readonly "listObjectives.reply": {
    /** epoch milliseconds: the moment that the check is made for */
    readonly at: number;
    readonly objectives: readonly Schemas["Objective"][];
  };
  readonly "listFailures.reply": {
    /** epoch milliseconds: the moment that the check is made for */
    readonly at: number;
    readonly failures: readonly Schemas["FailureDomain"][];
  };
  readonly "listRules.reply": {
    readonly rules: readonly Schemas["Rule"][];
  };
  readonly "listDrift.reply": {
    readonly observedAt: number;
    readonly drift: readonly Schemas["Drift"][];
    /** objects that nobody declares */
    readonly unmanaged: number;
    /** properties about which nothing can be said */
    readonly undecided: number;
  };
  readonly "beginRehearsal.body": {
    /** drain [NODE …]: guests go elsewhere and come back, node by node; all nodes where none is named; recover: brings back what a failure takes; nothing: only looks at what the cluster does by itself, for an hour after the last failure */
    readonly what: "drain" | "recover" | "nothing";
    /** to drain, one after the other; none: all */
    readonly nodes?: readonly string[];
    /** guests that stop with their node, beside those that are declared to */
    readonly stop?: readonly string[];
    readonly reboot?: boolean;
    readonly bringBack?: boolean;
    /** a minute after its beginning: "node pve1 loses-power" */
    readonly faults?: readonly string[];
    readonly seed?: number;
  };
  readonly "listRehearsals.reply": {
    readonly rehearsals: readonly Schemas["Rehearsal"][];
  };
  readonly "listAlerts.reply": {
    /** the look that this is the outcome of; left out while there was none */
    readonly at?: number;
    /** maintenance windows that are open */
    readonly openWindows: readonly string[];
    readonly alerts: readonly Schemas["Alert"][];
  };
  readonly "listAlertHistory.reply": {
    /** epoch milliseconds */
    readonly from: number;
    /** epoch milliseconds */
    readonly to: number;
    readonly moves: readonly Schemas["AlertMove"][];
  };
  readonly "listSilences.reply": {
    readonly silences: readonly Schemas["Silence"][];
  };
  readonly "setSilence.body": {
    readonly matchers: readonly {
      readonly label: string;
      readonly kind: "=" | "!=" | "=~" | "!~";
      readonly value: string;
    }[];
    /** epoch milliseconds; now unless told */
    readonly starts?: number;
    /** epoch milliseconds, 90 days from now at the most */
    readonly ends: number;
    readonly why: string;
  };
  readonly "endSilence.reply": {
    readonly ended: true;
  };
  readonly "listIncidents.reply": {
    readonly incidents: readonly Schemas["IncidentBrief"][];
  };
  readonly "addIncidentEntry.body": {
    readonly kind: "note";
    readonly text: string;
  } | {
    readonly kind: "closed";
    /** what it was, and what was done */
    readonly text: string;
  } | {
    readonly kind: "response";
    readonly procedure: string;
    readonly run: string;
  };
  readonly "getTimeline.reply": {
    readonly from: number;
    readonly to: number;
    readonly entries: readonly Schemas["TimelineEntry"][];
  };
  readonly "listReceivers.reply": {
    readonly receivers: readonly {
      readonly name: string;
      /** settings, or the cluster whose declaration names it */
      readonly from: string;
      readonly receiver: Schemas["AlertReceiver"];
      /** what came of the last that it was told, the newest first */
      readonly last: readonly {
        readonly cluster: string;
        /** epoch milliseconds */
        readonly at: number;
        readonly state: "waiting" | "sending" | "sent" | "failed";
        readonly tries: number;
        readonly why?: string;
      }[];
    }[];
  };
  readonly "setReceivers.body": {
    readonly receivers: {
      readonly [key: string]: Schemas["AlertReceiver"];
    };
  };
  readonly "setReceivers.reply": {
    readonly receivers: readonly string[];
  };
  readonly "testReceiver.reply": {
    readonly sent: boolean;
    readonly why?: string;
  };
  readonly "listAudit.reply": {
    readonly entries: readonly Schemas["AuditEntry"][];
  };
  readonly "setUp.body": {
    readonly secret: string;
    readonly name: string;
    readonly password: string;
  };
  readonly "signIn.body": {
    readonly name: string;
    readonly password: string;
  };
  readonly "signOut.reply": {
    /** where to go to sign out at the provider of identities too */
    readonly provider?: string;
  };
  readonly "getSignInWays.reply": {
    readonly password: true;
    readonly provider?: {
      readonly host: string;
      readonly begin: string;
    };
  };
  readonly "listAccounts.reply": {
    readonly accounts: readonly Schemas["Account"][];
  };
  readonly "makeAccount.body": {
    readonly name: string;
    readonly password: string;
    readonly roles: readonly Schemas["Role"][];
  };
  readonly "changeAccount.body": {
    readonly roles?: readonly Schemas["Role"][];
    readonly disabled?: boolean;
    readonly password?: string;
  };
  readonly "listTokens.reply": {
    readonly tokens: readonly Schemas["ApiToken"][];
  };
  readonly "makeToken.body": {
    readonly about: string;
    readonly roles: readonly Schemas["Role"][];
    readonly clusters?: "all" | (readonly string[]);
    /** until it expires */
    readonly days: number;
  };
  readonly "makeToken.reply": {
    readonly token: Schemas["ApiToken"];
    readonly secret: string;
  };
  readonly "revokeToken.reply": Record<string, never>;
  readonly "getHealth.reply": {
    readonly status: "alive";
  };
  readonly "getReadiness.reply": {
    readonly status: "ready";
  };
  readonly "getServer.reply": {
    readonly version: string;
    /** epoch milliseconds */
    readonly now: number;
    readonly keeping: {
      readonly kind: string;
      readonly outlivesProcess: boolean;
    };
  };
  readonly "getOpenApi.reply": {
    readonly openapi: string;
    readonly [key: string]: unknown;
  };
};

export type Operations = {
  /** the clusters that the server watches, and whether looking at them works. viewer */
  readonly listClusters: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listClusters.reply"];
  };
  /** what a cluster is now: quorum, nodes, guests, storages, and how old each part of it is. viewer */
  readonly getClusterState: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["ClusterNow"];
  };
  /** the nodes: load, version, updates, services, certificates. viewer */
  readonly listNodes: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listNodes.reply"];
  };
  /** one node, with every part that was read of it as Proxmox tells it. viewer */
  readonly getNode: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly node: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getNode.reply"];
  };
  /** the guests, by what is asked of them, a page at a time. viewer */
  readonly listGuests: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      /** part of the name, or of the VMID */
      readonly q?: string;
      readonly node?: string | (readonly string[]);
      readonly kind?: "qemu" | "lxc" | (readonly ("qemu" | "lxc")[]);
      readonly status?: "running" | "stopped" | "unknown" | (readonly ("running" | "stopped" | "unknown")[]);
      /** any of them */
      readonly tag?: string | (readonly string[]);
      readonly pool?: string | (readonly string[]);
      readonly template?: "true" | "false";
      /** whether HA looks after it */
      readonly ha?: "true" | "false";
      readonly sort?: "vmid" | "name" | "node" | "status" | "cpu" | "memory" | "disk" | "uptime";
      readonly order?: "asc" | "desc";
      readonly limit?: number;
      readonly offset?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listGuests.reply"];
  };
  /** one guest with its configuration, what waits for its next start, and its snapshots. viewer */
  readonly getGuest: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly vmid: number;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getGuest.reply"];
  };
  /** the storages: size, use, and where they are available. viewer */
  readonly listStorages: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly node?: string | (readonly string[]);
      readonly type?: string | (readonly string[]);
    };
    readonly body: undefined;
    readonly reply: Schemas["listStorages.reply"];
  };
  /** what each guest has on a storage: its disks as configured, and its backups. viewer */
  readonly getStorageContents: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly storage: string;
    };
    readonly query: {
      readonly node?: string;
    };
    readonly body: undefined;
    readonly reply: Schemas["getStorageContents.reply"];
  };
  /** each guest's backups by day, against the policies that are to make them. viewer */
  readonly listBackups: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly days?: number;
      readonly limit?: number;
      readonly offset?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listBackups.reply"];
  };
  /** the newest tasks of each node, the newest first. viewer */
  readonly listTasks: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly node?: string | (readonly string[]);
      readonly type?: string | (readonly string[]);
      readonly user?: string | (readonly string[]);
      readonly id?: string | (readonly string[]);
      readonly outcome?: "running" | "ok" | "warnings" | "failed" | (readonly ("running" | "ok" | "warnings" | "failed")[]);
      readonly running?: "true" | "false";
      readonly limit?: number;
      readonly offset?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listTasks.reply"];
  };
  /** what a task wrote, its last 500 lines: read from the cluster now, and not kept. viewer */
  readonly getTaskLog: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly upid: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getTaskLog.reply"];
  };
  /** a part of the cluster as it was read, with its time: pools, HA, backup jobs, firewall, SDN …. viewer */
  readonly getPart: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly part: "votes" | "options" | "storages" | "pools" | "backupJobs" | "replicationJobs" | "haResources" | "haRules" | "haGroups" | "haStatus" | "firewall" | "sdn" | "mappings" | "metricServers" | "notifications";
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Observed"];
  };
  /** who has which rights on the cluster: users, groups, roles, permissions, realms. auditor */
  readonly getRights: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly part: "users" | "groups" | "roles" | "acl" | "realms" | "realmSyncJobs";
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Observed"];
  };
  /** switches, links, bonds, VLANs and nodes, as declared; nodes and bridges, where nothing is. viewer */
  readonly getTopology: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getTopology.reply"];
  };
  /** what breaks objectives now: capacity after the loss of each node, findings by severity, the next windows. viewer */
  readonly getOverview: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Overview"];
  };
  /** how what is measured went over time, a point each step. viewer */
  readonly getHistory: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly metric: string;
      readonly labels?: string | (readonly string[]);
      /** epoch milliseconds */
      readonly from?: number;
      /** epoch milliseconds */
      readonly to?: number;
      /** seconds */
      readonly step?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["History"];
  };
  /** what is measured now, of the metrics that are named. viewer */
  readonly listMeasured: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly metric: string | (readonly string[]);
      readonly labels?: string | (readonly string[]);
    };
    readonly body: undefined;
    readonly reply: Schemas["listMeasured.reply"];
  };
  /** claims of the declaration that do not hold, or cannot be shown to. viewer */
  readonly listFindings: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly severity?: "error" | "warning" | "note" | (readonly ("error" | "warning" | "note")[]);
      /** a rule, or a family of rules */
      readonly rule?: string | (readonly string[]);
      readonly chapter?: string | (readonly string[]);
      readonly subject?: string | (readonly string[]);
      readonly waived?: "true" | "false";
      readonly limit?: number;
      readonly offset?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listFindings.reply"];
  };
  /** the numbers that the lab must meet, each with its verdict and arithmetic. viewer */
  readonly listObjectives: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listObjectives.reply"];
  };
  /** what each single failure takes with it: quorum, guests, storages, copies, objectives. viewer */
  readonly listFailures: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      /** "node node05", or node05 */
      readonly component?: string;
    };
    readonly body: undefined;
    readonly reply: Schemas["listFailures.reply"];
  };
  /** every rule: what it holds, why, how it is shown, and what mends it. viewer */
  readonly listRules: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listRules.reply"];
  };
  /** what would turn the cluster, as it was seen last, into its declaration. viewer */
  readonly getPlan: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      /** KIND/NAME: only these, and what they need */
      readonly target?: string | (readonly string[]);
    };
    readonly body: undefined;
    readonly reply: Schemas["Plan"];
  };
  /** what differs between declaration and cluster, object by object, and who changed it. viewer */
  readonly listDrift: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listDrift.reply"];
  };
  /** where guests should run, and how they get there; whether a loss can be absorbed. Moves nothing. viewer */
  readonly getPlacement: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly purpose?: "spread" | "drain" | "place" | "absorb";
      /** to drain, or whose loss is to be absorbed */
      readonly node?: string | (readonly string[]);
      /** to be placed: VMID or name */
      readonly guest?: string | (readonly string[]);
      readonly tags?: "proxlb" | "none";
      readonly absorbs?: "none" | "wish" | "rule" | "always";
      readonly liveOnly?: "true" | "false";
    };
    readonly body: undefined;
    readonly reply: Schemas["Placement"];
  };
  /** rehearses on the twin of the cluster, as it was seen last: nothing of the cluster is touched. operator */
  readonly beginRehearsal: {
    readonly method: "POST";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: Schemas["beginRehearsal.body"];
    readonly reply: Schemas["Rehearsal"];
  };
  /** the last rehearsals of a cluster, the newest first, without their results. viewer */
  readonly listRehearsals: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listRehearsals.reply"];
  };
  /** one rehearsal: timeline, peaks, quorum, objectives. viewer */
  readonly getRehearsal: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly rehearsal: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Rehearsal"];
  };
  /** ends a rehearsal that waits or runs; one that has ended stays as it is. operator */
  readonly cancelRehearsal: {
    readonly method: "DELETE";
    readonly path: {
      readonly cluster: string;
      readonly rehearsal: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Rehearsal"];
  };
  /** what fires now, what is about to, and what was resolved a short while ago. viewer */
  readonly listAlerts: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listAlerts.reply"];
  };
  /** what alerts did, the newest first. viewer */
  readonly listAlertHistory: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      /** epoch milliseconds; a day before `to` unless told */
      readonly from?: number;
      /** epoch milliseconds; now unless told */
      readonly to?: number;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listAlertHistory.reply"];
  };
  /** the silences that have not ended. viewer */
  readonly listSilences: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listSilences.reply"];
  };
  /** keeps alerts quiet for a while: they are seen, and nobody is told of them. operator */
  readonly setSilence: {
    readonly method: "POST";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: Record<string, never>;
    readonly body: Schemas["setSilence.body"];
    readonly reply: Schemas["Silence"];
  };
  /** ends a silence now. operator */
  readonly endSilence: {
    readonly method: "DELETE";
    readonly path: {
      readonly cluster: string;
      readonly silence: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["endSilence.reply"];
  };
  /** incidents, the newest first. viewer */
  readonly listIncidents: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      readonly state?: "open" | "calm" | "closed";
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listIncidents.reply"];
  };
  /** one incident: what answers it, what was found around it, what happened when. viewer */
  readonly getIncident: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
      readonly incident: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Incident"];
  };
  /** adds what a person knows: a note, that the response was begun, or that it is closed. operator */
  readonly addIncidentEntry: {
    readonly method: "POST";
    readonly path: {
      readonly cluster: string;
      readonly incident: string;
    };
    readonly query: Record<string, never>;
    readonly body: Schemas["addIncidentEntry.body"];
    readonly reply: Schemas["Incident"];
  };
  /** what happened when: tasks, alerts, incidents, what nodes and guests did; by time. viewer */
  readonly getTimeline: {
    readonly method: "GET";
    readonly path: {
      readonly cluster: string;
    };
    readonly query: {
      /** epoch milliseconds; a day before `to` unless told */
      readonly from?: number;
      /** epoch milliseconds; now unless told */
      readonly to?: number;
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["getTimeline.reply"];
  };
  /** who is told of alerts, and what came of it lately. viewer */
  readonly listReceivers: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listReceivers.reply"];
  };
  /** sets who is told of alerts of all clusters, beside those whom declarations name. admin, not by a token */
  readonly setReceivers: {
    readonly method: "PUT";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: Schemas["setReceivers.body"];
    readonly reply: Schemas["setReceivers.reply"];
  };
  /** sends a receiver a message that says that nothing is wrong, and tells what came of it. admin, not by a token */
  readonly testReceiver: {
    readonly method: "POST";
    readonly path: {
      readonly receiver: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["testReceiver.reply"];
  };
  /** every change and every refusal of access, the newest first. auditor */
  readonly listAudit: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: {
      readonly limit?: number;
      /** only entries of a lower number: the next page */
      readonly before?: number;
    };
    readonly body: undefined;
    readonly reply: Schemas["listAudit.reply"];
  };
  /** makes the first account, which has every role, by the one-time link that the server printed. anybody */
  readonly setUp: {
    readonly method: "POST";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: Schemas["setUp.body"];
    readonly reply: Schemas["Session"];
  };
  /** begins a session, which the browser keeps as a cookie. anybody */
  readonly signIn: {
    readonly method: "POST";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: Schemas["signIn.body"];
    readonly reply: Schemas["Session"];
  };
  /** who asks, with which roles. whoever is signed in */
  readonly getSession: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["Session"];
  };
  /** ends the session. whoever is signed in, not by a token */
  readonly signOut: {
    readonly method: "DELETE";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["signOut.reply"];
  };
  /** how one may sign in here. anybody */
  readonly getSignInWays: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getSignInWays.reply"];
  };
  /** the accounts and their roles. admin, not by a token */
  readonly listAccounts: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listAccounts.reply"];
  };
  /** makes a local account. admin, not by a token */
  readonly makeAccount: {
    readonly method: "POST";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: Schemas["makeAccount.body"];
    readonly reply: Schemas["Account"];
  };
  /** changes an account's roles, disables it or lets it in again; its sessions end. admin, not by a token */
  readonly changeAccount: {
    readonly method: "PUT";
    readonly path: {
      readonly account: string;
    };
    readonly query: Record<string, never>;
    readonly body: Schemas["changeAccount.body"];
    readonly reply: Schemas["Account"];
  };
  /** one's own API tokens; an admin sees all. whoever is signed in, not by a token */
  readonly listTokens: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["listTokens.reply"];
  };
  /** makes an API token with some of one's own roles; its secret is told this once. whoever is signed in, not by a token */
  readonly makeToken: {
    readonly method: "POST";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: Schemas["makeToken.body"];
    readonly reply: Schemas["makeToken.reply"];
  };
  /** ends an API token at once: one's own, and for an admin any. whoever is signed in, not by a token */
  readonly revokeToken: {
    readonly method: "DELETE";
    readonly path: {
      readonly token: string;
    };
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["revokeToken.reply"];
  };
  /** says that the process answers. anybody */
  readonly getHealth: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getHealth.reply"];
  };
  /** says whether requests can be served: not while what the server keeps is out of reach, or it stops. anybody */
  readonly getReadiness: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getReadiness.reply"];
  };
  /** tells what this server is: its version, its clock, and where it keeps accounts, tokens and the audit trail. viewer */
  readonly getServer: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getServer.reply"];
  };
  /** the whole API for programs, OpenAPI 3.1. anybody */
  readonly getOpenApi: {
    readonly method: "GET";
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly body: undefined;
    readonly reply: Schemas["getOpenApi.reply"];
  };
};

export const operations = {
  listClusters: { method: "GET", url: "/api/clusters" },
  getClusterState: { method: "GET", url: "/api/clusters/{cluster}/state" },
  listNodes: { method: "GET", url: "/api/clusters/{cluster}/nodes" },
  getNode: { method: "GET", url: "/api/clusters/{cluster}/nodes/{node}" },
  listGuests: { method: "GET", url: "/api/clusters/{cluster}/guests" },
  getGuest: { method: "GET", url: "/api/clusters/{cluster}/guests/{vmid}" },
  listStorages: { method: "GET", url: "/api/clusters/{cluster}/storages" },
  getStorageContents: { method: "GET", url: "/api/clusters/{cluster}/storages/{storage}/contents" },
  listBackups: { method: "GET", url: "/api/clusters/{cluster}/backups" },
  listTasks: { method: "GET", url: "/api/clusters/{cluster}/tasks" },
  getTaskLog: { method: "GET", url: "/api/clusters/{cluster}/tasks/{upid}/log" },
  getPart: { method: "GET", url: "/api/clusters/{cluster}/parts/{part}" },
  getRights: { method: "GET", url: "/api/clusters/{cluster}/access/{part}" },
  getTopology: { method: "GET", url: "/api/clusters/{cluster}/topology" },
  getOverview: { method: "GET", url: "/api/clusters/{cluster}/overview" },
  getHistory: { method: "GET", url: "/api/clusters/{cluster}/history" },
  listMeasured: { method: "GET", url: "/api/clusters/{cluster}/measured" },
  listFindings: { method: "GET", url: "/api/clusters/{cluster}/findings" },
  listObjectives: { method: "GET", url: "/api/clusters/{cluster}/objectives" },
  listFailures: { method: "GET", url: "/api/clusters/{cluster}/failures" },
  listRules: { method: "GET", url: "/api/rules" },
  getPlan: { method: "GET", url: "/api/clusters/{cluster}/plan" },
  listDrift: { method: "GET", url: "/api/clusters/{cluster}/drift" },
  getPlacement: { method: "GET", url: "/api/clusters/{cluster}/placement" },
  beginRehearsal: { method: "POST", url: "/api/clusters/{cluster}/rehearsals" },
  listRehearsals: { method: "GET", url: "/api/clusters/{cluster}/rehearsals" },
  getRehearsal: { method: "GET", url: "/api/clusters/{cluster}/rehearsals/{rehearsal}" },
  cancelRehearsal: { method: "DELETE", url: "/api/clusters/{cluster}/rehearsals/{rehearsal}" },
  listAlerts: { method: "GET", url: "/api/clusters/{cluster}/alerts" },
  listAlertHistory: { method: "GET", url: "/api/clusters/{cluster}/alerts/history" },
  listSilences: { method: "GET", url: "/api/clusters/{cluster}/silences" },
  setSilence: { method: "POST", url: "/api/clusters/{cluster}/silences" },
  endSilence: { method: "DELETE", url: "/api/clusters/{cluster}/silences/{silence}" },
  listIncidents: { method: "GET", url: "/api/clusters/{cluster}/incidents" },
  getIncident: { method: "GET", url: "/api/clusters/{cluster}/incidents/{incident}" },
  addIncidentEntry: { method: "POST", url: "/api/clusters/{cluster}/incidents/{incident}/entries" },
  getTimeline: { method: "GET", url: "/api/clusters/{cluster}/timeline" },
  listReceivers: { method: "GET", url: "/api/notifications" },
  setReceivers: { method: "PUT", url: "/api/notifications" },
  testReceiver: { method: "POST", url: "/api/notifications/{receiver}/test" },
  listAudit: { method: "GET", url: "/api/audit" },
  setUp: { method: "POST", url: "/api/setup" },
  signIn: { method: "POST", url: "/api/session" },
  getSession: { method: "GET", url: "/api/session" },
  signOut: { method: "DELETE", url: "/api/session" },
  getSignInWays: { method: "GET", url: "/api/session/ways" },
  listAccounts: { method: "GET", url: "/api/accounts" },
  makeAccount: { method: "POST", url: "/api/accounts" },
  changeAccount: { method: "PUT", url: "/api/accounts/{account}" },
  listTokens: { method: "GET", url: "/api/tokens" },
  makeToken: { method: "POST", url: "/api/tokens" },
  revokeToken: { method: "DELETE", url: "/api/tokens/{token}" },
  getHealth: { method: "GET", url: "/healthz" },
  getReadiness: { method: "GET", url: "/readyz" },
  getServer: { method: "GET", url: "/api/server" },
  getOpenApi: { method: "GET", url: "/api/openapi.json" },
} as const satisfies { readonly [name in keyof Operations]: { readonly method: Operations[name]["method"]; readonly url: string } };

import { intervalEventOf, known, replicationNumbers, type Seconds } from "@orrery/model";
import type { AlertRule } from "../alert-rule.ts";
import { both, calculate, type Expression, except, now, where } from "../expression/expression.ts";
import { promSpan } from "../expression/promql.ts";
import { anyOf } from "../labels.ts";
import {
  day,
  everyGuest,
  example,
  exampleGuest,
  exampleNode,
  generally,
  hour,
  infoOf,
  type Making,
  minute,
  ofGuest,
  ofNode,
  type RuleMaker,
  recoveryFrom,
  seenTwice,
  select,
  series,
  theseGuests,
} from "./making.ts";

/** A lock under which a guest may be down, or be said to be, and comes back by itself. */
const passing = where(select("pve_lock_state", "state=~backup|migrate|rollback|snapshot|snapshot-delete"), "==", 1);

const down: RuleMaker = (making) => {
  const expected = making.expected.filter(({ state }) => state === "running");
  const guests = theseGuests(expected);
  if (guests === undefined) return [];
  const node = exampleNode(making);
  const guest = exampleGuest(expected);
  const up = (value: number) => [series("pve_up", { id: guest.id }, [value, 20]), infoOf(guest, node, 20)];
  const notRunning = making.expected.filter(({ state }) => state === "stopped").length;
  return [
    {
      name: "GuestDown",
      severity: "warning",
      scope: "guest",
      expression: ofGuest(except(where(select("pve_up", "id=~(qemu|lxc)/.+"), "==", 0), passing, ["id"]), guests),
      for: 2 * minute,
      summary: "{name} does not run",
      description: "It is declared to run, and has not for 2m. It is on {node}, if anywhere.",
      response: recoveryFrom(making, "guest"),
      because: `${expected.length} guests are declared to run. Templates, guests that are declared to be stopped (${notRunning}) and guests that nobody declared are none of them.`,
      examples: [
        example("a guest that is down", 3 * minute, up(0), [{ ...guest, node }]),
        example("a guest that runs", 3 * minute, up(1)),
        example("a guest that is down for its backup", 3 * minute, [
          ...up(0),
          series("pve_lock_state", { id: guest.id, state: "backup" }, [1, 20]),
        ]),
        example("a guest that nobody declared", 3 * minute, [
          series("pve_up", { id: "qemu/999999" }, [0, 20]),
          infoOf({ id: "qemu/999999", name: "nobody-declared-this" }, node, 20),
        ]),
        example("a guest that was deleted", 9 * minute, [
          series("pve_up", { id: guest.id }, [0, 2], ["stale", 1]),
          infoOf(guest, node, 2),
        ]),
      ],
    },
  ];
};

const stuck: RuleMaker = (making) => {
  const node = exampleNode(making);
  const guest = { id: "qemu/100", name: "guest" };
  const locked = [series("pve_lock_state", { id: guest.id, state: "migrate" }, [1, 20]), infoOf(guest, node, 20)];
  return [
    {
      name: "GuestLockStuck",
      severity: "warning",
      scope: "guest",
      expression: except(
        ofGuest(where(select("pve_lock_state", "state!=suspended"), "==", 1), everyGuest),
        ofNode(where(select("pve_tasks_running"), ">", 0)),
        ["node"],
      ),
      for: seenTwice,
      summary: "{name} is locked ({state}), and nothing works on it",
      description:
        "No task runs on {node} that could hold it. Nothing can be done with the guest until its lock is taken away, which whoever is sure that nothing works on it may do.",
      response: recoveryFrom(making, "guest"),
      because: "Nothing is declared: a lock that no task holds was left behind.",
      examples: [
        example("a lock that was left behind", 3 * minute, locked, [{ ...guest, node, state: "migrate" }]),
        example("a lock that a task holds", 3 * minute, [
          ...locked,
          series("pve_tasks_running", { id: `node/${node}`, type: "qmigrate" }, [1, 20]),
        ]),
      ],
    },
  ];
};

const agents: RuleMaker = (making) => {
  const running = making.expected.filter(({ state, guest }) => state === "running" && guest.kind === "vm");
  const guests = theseGuests(running);
  if (guests === undefined) return [];
  const node = exampleNode(making);
  const guest = exampleGuest(running);
  const agent = (value: number) => [
    series("pve_guest_agent_up", { id: guest.id }, [value, 20]),
    series("pve_up", { id: guest.id }, [1, 20]),
    infoOf(guest, node, 20),
  ];
  return [
    {
      name: "GuestAgentSilent",
      severity: "info",
      scope: "guest",
      expression: ofGuest(
        both(where(select("pve_guest_agent_up"), "==", 0), where(select("pve_up"), "==", 1), ["id"]),
        guests,
      ),
      for: seenTwice,
      summary: "The agent in {name} does not answer",
      description:
        "It is configured, and the guest runs. Its backups are not consistent, and it cannot be shut down in peace.",
      response: generally(making),
      because: "Nothing is declared: what is configured should answer.",
      examples: [
        example("an agent that is dead", 6 * minute, agent(0), [{ ...guest, node }]),
        example("one that answers", 6 * minute, agent(1)),
      ],
    },
  ];
};

const oldSnapshots: RuleMaker = (making) => {
  const node = exampleNode(making);
  const guest = { id: "qemu/100", name: "guest" };
  const least = 14 * day;
  const step = 6 * hour;
  const taken = (at: Seconds, moment: Seconds, fires: readonly { id: string; name: string; node: string }[]) => ({
    title: fires.length > 0 ? "a snapshot that was forgotten" : "a snapshot of today",
    step,
    at,
    series: [
      series("pve_guest_snapshot_oldest_timestamp_seconds", { id: guest.id }, [moment, at / step + 1]),
      infoOf(guest, node, at / step + 1),
    ],
    fires,
  });
  return [
    {
      name: "SnapshotOld",
      severity: "info",
      scope: "guest",
      expression: ofGuest(
        where(calculate(now, "-", select("pve_guest_snapshot_oldest_timestamp_seconds")), ">", least),
        everyGuest,
      ),
      for: 0,
      summary: "{name} has a snapshot that is {value:span} old",
      description: "It grows, it slows the guest down, and it is no backup.",
      response: generally(making),
      because: "Nothing is declared: after two weeks nobody goes back to a snapshot.",
      examples: [taken(least + 6 * hour, 0, [{ ...guest, node }]), taken(day, 0, [])],
    },
  ];
};

/** Late by more than two of its spans. */
const lateAfter = (every: Seconds): Seconds => 2 * every + 10 * minute;

type Jobs = { readonly every: Seconds; readonly ids: string[] };

const declaredJobs = ({ lab }: Making): readonly Jobs[] => {
  const found = new Map<Seconds, Jobs>();
  for (const guest of lab.guests.items) {
    const vmid = known(guest.id);
    if (vmid === undefined) continue;
    const numbers = replicationNumbers(guest.replication);
    for (const [place, { every, enabled }] of guest.replication.entries()) {
      if (!enabled) continue;
      const jobs = found.get(every) ?? { every, ids: [] };
      found.set(every, jobs);
      jobs.ids.push(`${vmid}-${numbers[place] ?? place}`);
    }
  }
  return [...found.values()];
};

const withJob = (of: Expression): Expression =>
  calculate(of, "*", select("pve_replication_info"), { on: ["id"], copy: ["guest", "source", "target"] });

const replication: RuleMaker = (making) => {
  const job = (id: string, times: number) =>
    series(
      "pve_replication_info",
      { id, type: "replication/local", source: "node/a", target: "node/b", guest: "qemu/101" },
      [1, times],
    );
  const told = (id: string) => ({ id, source: "node/a", target: "node/b", guest: "qemu/101", node: "a" });
  const onSource = (of: Expression): Expression => ({
    kind: "label",
    set: "node",
    from: "source",
    pattern: "node/(.+)",
    of: withJob(of),
  });
  const failing: AlertRule = {
    name: "ReplicationFailing",
    severity: "warning",
    scope: "guest",
    expression: onSource(where(select("pve_replication_failed_syncs"), ">", 0)),
    for: 0,
    summary: "The replication of {guest} to {target} fails",
    description: "It has failed {value:number} times since it last went well. The copy there grows old.",
    response: recoveryFrom(making, "node"),
    because: "Nothing is declared: a job that fails does not do what it is for.",
    examples: [
      example(
        "a job that failed",
        minute,
        [series("pve_replication_failed_syncs", { id: "101-0" }, [2, 5]), job("101-0", 5)],
        [told("101-0")],
      ),
      example("one that did not", minute, [
        series("pve_replication_failed_syncs", { id: "101-0" }, [0, 5]),
        job("101-0", 5),
      ]),
    ],
  };
  const waiting = declaredJobs(making).flatMap(({ every, ids }): AlertRule[] => {
    const [id = ""] = ids;
    const after = lateAfter(every);
    const times = Math.ceil(after / minute) + 10;
    const at = (Math.ceil(after / minute) + 5) * minute;
    const synced = select("pve_replication_last_sync_timestamp_seconds", `id=~${anyOf(ids)}`);
    const copied = (moment: Seconds) => [
      series("pve_replication_last_sync_timestamp_seconds", { id }, [moment, times]),
      job(id, times),
    ];
    const common = {
      severity: "warning",
      scope: "guest",
      labels: { every: promSpan(every) },
      expectedInWindow: true,
      description: `It is to be brought up to date every ${promSpan(every)}.`,
      response: recoveryFrom(making, "node"),
      because: `${ids.length} replications are declared every ${promSpan(every)} (${intervalEventOf(every).event}); late is after two of them and 10m.`,
    } as const;
    return [
      {
        ...common,
        name: "ReplicationLate",
        expression: onSource(where(calculate(now, "-", where(synced, ">", 0)), ">", after)),
        for: 0,
        summary: "The copy of {guest} on {target} is {value:span} old",
        examples: [
          example("a copy that is old", at, copied(1), [told(id)]),
          example("one that is not", at, copied(at - minute)),
          example("one that was never made", at, copied(0)),
        ],
      },
      {
        ...common,
        name: "ReplicationNever",
        expression: onSource(where(synced, "==", 0)),
        for: after,
        summary: "{guest} was never copied to {target}",
        examples: [
          example("a copy that was never made", at, copied(0), [told(id)]),
          example("one that was", at, copied(1)),
          example("one that is to be made soon", 5 * minute, copied(0)),
        ],
      },
    ];
  });
  return [failing, ...waiting];
};

export const guestRules: RuleMaker = (making) => [
  ...down(making),
  ...stuck(making),
  ...agents(making),
  ...oldSnapshots(making),
  ...replication(making),
];

import type { Action, Plan } from "@orrery/plan";
import { expect, test } from "vitest";
import type { Terminal } from "../terminal.ts";
import { ApplyProgress, appliedView } from "./apply-view.ts";
import { planView } from "./plan-view.ts";

const plain: Terminal = { width: 90, paint: (_, text) => text };

const action = (id: string, more: Partial<Action> = {}): Action => ({
  id: `pool ${id}/1-change`,
  object: { kind: "pool", id },
  verb: "change",
  title: `Change the pool ${id}`,
  because: "its comment is not as declared",
  calls: [],
  from: { kind: "absent" },
  expects: { kind: "absent" },
  risk: "none",
  principal: "token",
  after: [],
  ...more,
});

const plan: Plan = {
  kind: "plan",
  format: 1,
  cluster: "lab",
  contract: "9.2",
  made: Date.UTC(2026, 0, 2, 3, 4),
  base: { observedAt: 0, objects: [] },
  drift: [
    {
      object: { kind: "pool", id: "a" },
      kind: "changed",
      properties: [{ property: "comment", declared: "new", observed: "old" }],
      by: { user: "eve@pve", at: Date.UTC(2026, 0, 2, 1, 4), task: "UPID" },
    },
    { object: { kind: "pool", id: "b" }, kind: "surplus", properties: [] },
    { object: { kind: "pool", id: "c" }, kind: "missing", properties: [] },
  ],
  actions: [
    action("a", { risk: "reboot" }),
    action("b", { risk: "data loss", consent: "pool b", principal: "root@pam" }),
  ],
  unmanaged: [{ kind: "pool", id: "theirs" }],
  undecided: [{ object: { kind: "pool", id: "d" }, why: "nobody could look" }],
  stuck: [{ object: { kind: "pool", id: "c" }, why: "it needs more than there is" }],
  mark: { tag: "orrery", word: "[orrery]" },
  windows: [{ id: "saturdays", start: Date.UTC(2026, 0, 3, 8), end: Date.UTC(2026, 0, 3, 12) }],
  findings: { breaks: [{ subject: "objective rpo", why: "a has no copy any more" }], mends: [] },
};

test("a plan tells object by object what differs, what is done, why, at which risk, and what it needs", () => {
  expect(planView(plan, { file: "p.json", lab: undefined }, plain)).toBe(`lab  Proxmox VE 9.2  made 2026-01-02 03:04 UTC

  ~ pool a  is not as declared; eve@pve changed it 2 h ago
      comment  old → new
    ▸ Change the pool a  reboot
      because its comment is not as declared

  - pool b  is declared no more
    ▸ Change the pool b  data loss  as root@pam
      because its comment is not as declared

  + pool c  is not there
    ✖ Nothing can be done about it: it needs more than there is.

Nobody can say
  ? pool d: nobody could look

It would break what holds now
  ✖ objective rpo: a has no copy any more

Left alone, for nobody declares them: 1 pool.

It needs
  • Consent: --consent "pool b"
  • A maintenance window for 2 actions: saturdays opens 2026-01-03 08:00 UTC; --now does
    not wait
  • More than an API token: root@pam

2 actions: 1 reboot, 1 data loss.
Next: \`orrery apply p.json --consent "pool b"\``);
});

test("as it happens, each end is a line, and below stands what is under way", () => {
  const live = new ApplyProgress(plan, plain, true);
  const [a, b] = ["pool a/1-change", "pool b/1-change"] as const;
  live.on({ at: 0, kind: "started", action: a });
  const second = live.on({ at: 1000, kind: "started", action: b });
  expect(second).toBe(
    "\u001b[2A\u001b[J● Change the pool a  1 s\n● Change the pool b  0 s\n  0 of 2 ended, 0 to come\n",
  );
  const half = live.on({ at: 2000, kind: "progress", action: a, share: 0.5 });
  expect(half).toContain("● Change the pool a  ████████░░░░░░░░ 50 % 2 s\n");
  const ended = live.on({ at: 3000, kind: "ended", action: a, outcome: { kind: "failed", why: "no", next: "Try." } });
  expect(ended).toContain(
    "✖ Change the pool a\n    no\n    → Try.\n● Change the pool b  2 s\n  1 of 2 ended, 0 to come\n",
  );
});

test("where nothing can be drawn over, only the ends are told", () => {
  const piped = new ApplyProgress(plan, plain, false);
  expect(piped.on({ at: 0, kind: "started", action: "pool a/1-change" })).toBe("");
  expect(piped.on({ at: 0, kind: "ended", action: "pool a/1-change", outcome: { kind: "already" } })).toBe(
    "= Change the pool a  already so\n",
  );
});

test("at the end it says where things stand", () => {
  const tally = { done: 1, already: 0, failed: 1, unclear: 0, left: 2 };
  const base = { kind: "applied", outcomes: {}, tally, lookups: 0 } as const;
  const state = { kind: "cluster-state" } as never;
  expect(appliedView({ ...base, state }, plain)).toBe(
    "\n1 done, 1 failed, 2 left.\nNext: `orrery plan` says what is left to be done.",
  );
  expect(appliedView({ ...base, state, stopped: "the cluster has no quorum" }, plain)).toContain(
    "It stopped because the cluster has no quorum. `orrery apply --resume` goes on from here.",
  );
});

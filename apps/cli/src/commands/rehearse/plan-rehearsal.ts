import { type Applied, type ApplyEvent, applyPlan, memoryJournal } from "@orrery/apply";
import type { Plan } from "@orrery/plan";
import type { Script, Tell } from "@orrery/workflow";

/** What an applier tells of its actions, in the words of any script. */
const telling =
  (plan: Plan, tell: Tell) =>
  (event: ApplyEvent): void => {
    switch (event.kind) {
      case "started": {
        const what = plan.actions.find(({ id }) => id === event.action)?.title ?? event.action;
        tell({ kind: "begins", id: event.action, what });
        return;
      }
      case "ended": {
        const { outcome } = event;
        const why = "why" in outcome ? { why: outcome.why } : {};
        const fine = outcome.kind === "done" ? "done" : outcome.kind === "already" ? "skipped" : "failed";
        tell({ kind: "ends", id: event.action, outcome: fine, ...why });
        return;
      }
      case "stopping":
        tell({ kind: "says", what: `nothing more is begun: ${event.why}` });
        return;
      case "began":
      case "sent":
      case "task":
      case "line":
      case "progress":
      case "waiting":
      case "finished":
        return;
    }
  };

const needDone = (applied: Applied): Applied["kind"] => {
  if (applied.kind === "refused") throw new Error(applied.problems.map(({ why }) => why).join(" "));
  const { failed, unclear, left } = applied.tally;
  if (failed + unclear + left > 0)
    throw new Error(`${failed} actions failed, ${unclear} ended unclear, ${left} were left.`);
  return applied.kind;
};

/**
 * Applies a plan, as `orrery apply` would: with the rights of root and without waiting for a window, as nothing is lost
 * on a twin. Secrets are not read; a stand-in is sent where one is asked for.
 */
export const planScript =
  (plan: Plan): Script<string> =>
  async (pve, clock, tell) =>
    needDone(
      await applyPlan({
        plan,
        pve,
        clock,
        journal: memoryJournal(),
        principal: "root@pam",
        consents: plan.actions.flatMap(({ consent }) => consent ?? []),
        window: "now",
        keepSecret: () => Promise.resolve(),
        secrets: () => Promise.resolve("a stand-in of a rehearsal"),
        tell: telling(plan, tell),
      }),
    );

import type { Applied, ApplyEvent, Outcome, Refusal } from "@orrery/apply";
import type { Action, Plan } from "@orrery/plan";
import type { Paint, Terminal } from "../terminal.ts";
import { clean, cut, hang } from "../wrap.ts";

type Look = Parameters<Paint>[0];

const marks: Readonly<Record<Outcome["kind"], { mark: string; look: Look }>> = {
  done: { mark: "✔", look: "green" },
  already: { mark: "=", look: "dim" },
  failed: { mark: "✖", look: "red" },
  unclear: { mark: "?", look: "yellow" },
  left: { mark: "–", look: "dim" },
};

const words: Readonly<Record<Outcome["kind"], string>> = {
  done: "done",
  already: "already so",
  failed: "failed",
  unclear: "unclear",
  left: "left",
};

/** What became of an action: its title, and why where it was not done. */
const outcomeLines = (action: Action, outcome: Outcome, { paint, width }: Terminal): string[] => {
  const { mark, look } = marks[outcome.kind];
  const head = `${paint(look, mark)} ${clean(action.title)}${outcome.kind === "already" ? paint("dim", "  already so") : ""}`;
  const why = "why" in outcome ? hang("    ", clean(outcome.why), width) : [];
  const next = "next" in outcome && outcome.next !== undefined ? hang("    → ", clean(outcome.next), width) : [];
  return [head, ...why, ...next];
};

/** Why nothing was begun. */
export const refusalLines = (problems: readonly Refusal[], { paint, width }: Terminal): string =>
  [
    ...problems.flatMap(({ why, next }) => [
      ...hang(`${paint("red", "✖")} `, clean(why), width),
      ...hang("  → ", clean(next), width),
    ]),
    "",
    "Nothing was changed.",
  ].join("\n");

/** Where things stand at the end. */
export const appliedView = (applied: Extract<Applied, { kind: "applied" }>, { paint, width }: Terminal): string => {
  const { tally, stopped } = applied;
  const kinds: readonly Outcome["kind"][] = ["done", "already", "failed", "unclear", "left"];
  const counts = kinds
    .filter((kind) => tally[kind] > 0)
    .map((kind) => paint(marks[kind].look, `${tally[kind]} ${words[kind]}`));
  const stop =
    stopped === undefined
      ? []
      : hang("", `It stopped because ${clean(stopped)}. \`orrery apply --resume\` goes on from here.`, width);
  const after =
    stopped === undefined && tally.failed + tally.unclear + tally.left > 0
      ? ["Next: `orrery plan` says what is left to be done."]
      : [];
  const isDone = counts.length === 1 && tally.already > 0;
  const said = isDone
    ? `All of it was done already (${counts.join("")}): there is nothing left to do`
    : counts.length === 0
      ? "There was nothing to do"
      : counts.join(", ");
  return ["", `${said}.`, ...stop, ...after].join("\n");
};

const bar = (share: number): string => {
  const filled = Math.round(share * 16);
  return `${"█".repeat(filled)}${"░".repeat(16 - filled)} ${String(Math.round(share * 100)).padStart(3)} %`;
};

type Running = { readonly action: Action; readonly since: number; share?: number; note?: string };

/** What is under way, and what has ended, as it happens: text to be written, redrawn below where that can be done. */
export class ApplyProgress {
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #terminal: Terminal;
  readonly #isLive: boolean;
  readonly #running = new Map<string, Running>();
  #drawn = 0;
  #ended = 0;

  constructor(plan: Plan, terminal: Terminal, isLive: boolean) {
    this.#actions = new Map(plan.actions.map((action) => [action.id, action]));
    this.#terminal = terminal;
    this.#isLive = isLive;
  }

  /** What to write to the terminal when this has happened. */
  on(event: ApplyEvent): string {
    const said = this.#note(event);
    if (!this.#isLive) return said.map((line) => `${line}\n`).join("");
    const live = event.kind === "finished" ? [] : this.#live(event.at);
    const clear = this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[J` : "";
    this.#drawn = live.length;
    return `${clear}${[...said, ...live].map((line) => `${line}\n`).join("")}`;
  }

  #live(now: number): string[] {
    const { paint, width } = this.#terminal;
    const most = 12;
    const rows = [...this.#running.values()].slice(0, most).map(({ action, since, share, note }) => {
      const seconds = `${Math.max(0, Math.round((now - since) / 1000))} s`;
      const right = share === undefined ? (note ?? "") : bar(share);
      const title = cut(clean(action.title), Math.max(20, width - 34));
      return `${paint("cyan", "●")} ${title}  ${paint("dim", `${cut(clean(right), 40)} ${seconds}`.trim())}`;
    });
    const waiting = this.#actions.size - this.#ended - this.#running.size;
    const foot = paint("dim", `  ${this.#ended} of ${this.#actions.size} ended, ${waiting} to come`);
    return [...rows, foot];
  }

  #note(event: ApplyEvent): string[] {
    switch (event.kind) {
      case "began":
      case "sent":
      case "task":
      case "finished":
        return [];
      case "started": {
        const action = this.#actions.get(event.action);
        if (action !== undefined) this.#running.set(event.action, { action, since: event.at });
        return [];
      }
      case "line":
        this.#about(event.action, { note: event.text });
        return [];
      case "progress":
        this.#about(event.action, { share: event.share });
        return [];
      case "waiting":
        this.#about(event.action, { note: event.why });
        return [];
      case "stopping":
        return [this.#terminal.paint("yellow", `Nothing new is begun: ${clean(event.why)}.`)];
      case "ended": {
        this.#running.delete(event.action);
        this.#ended += 1;
        const action = this.#actions.get(event.action);
        return action === undefined ? [] : outcomeLines(action, event.outcome, this.#terminal);
      }
    }
  }

  #about(action: string, news: { share?: number; note?: string }): void {
    const running = this.#running.get(action);
    if (running !== undefined) this.#running.set(action, { ...running, ...news });
  }
}

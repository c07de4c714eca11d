import type { Api } from "../api/client.ts";
import type { Tone } from "./mark.tsx";

/** How a state is said and shown. */
export type Said = { readonly tone: Tone; readonly word: string };

/** Total over what the API may say: a new state has no word until it gets one here. */
export const verdictWords: Readonly<Record<Api<"Objective">["verdict"], Said>> = {
  missed: { tone: "bad", word: "missed" },
  unproven: { tone: "dim", word: "not proven" },
  met: { tone: "good", word: "met" },
};

export const severityWords: Readonly<Record<Api<"Finding">["severity"], Said>> = {
  error: { tone: "bad", word: "error" },
  warning: { tone: "warn", word: "warning" },
  note: { tone: "plain", word: "note" },
};

export const outcomeWords: Readonly<Record<Api<"Task">["outcome"], Said>> = {
  running: { tone: "busy", word: "runs" },
  failed: { tone: "bad", word: "failed" },
  warnings: { tone: "warn", word: "warnings" },
  ok: { tone: "good", word: "done" },
};

export const nodeWords: Readonly<Record<Api<"Node">["status"], Said>> = {
  online: { tone: "good", word: "online" },
  offline: { tone: "bad", word: "offline" },
  unknown: { tone: "dim", word: "unknown" },
};

export const lossWords: Readonly<Record<Api<"NodeLoss">["kind"], Said>> = {
  fits: { tone: "good", word: "fits" },
  impossible: { tone: "bad", word: "does not fit" },
  undecided: { tone: "dim", word: "undecided" },
};

export const alertSeverityWords: Readonly<Record<Api<"Alert">["severity"], Said>> = {
  critical: { tone: "bad", word: "critical" },
  warning: { tone: "warn", word: "warning" },
  info: { tone: "busy", word: "info" },
  none: { tone: "plain", word: "statement" },
};

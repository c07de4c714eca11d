import type { Api } from "../api/client.ts";
import type { Said } from "./words.ts";

/** Total over what a guest may be. */
const guestWords: Readonly<Record<Api<"Guest">["status"], Said>> = {
  running: { tone: "good", word: "running" },
  stopped: { tone: "plain", word: "stopped" },
  unknown: { tone: "dim", word: "unknown" },
};

/** How a guest is said to be: a template is never run, and what is locked says by what. */
export const guestSaid = ({ status, template, lock }: Api<"Guest">): Said =>
  template === true
    ? { tone: "plain", word: "template" }
    : lock === undefined
      ? guestWords[status]
      : { tone: "busy", word: `${guestWords[status].word}, ${lock}` };

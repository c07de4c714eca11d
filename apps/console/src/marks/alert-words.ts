import type { Api } from "../api/client.ts";
import type { Said } from "./words.ts";
import { alertSeverityWords } from "./words.ts";

type Alert = Api<"Alert">;

/** How an alert is said to stand: one that fires has the colour of what it means. */
export const alertSaid = ({ state, severity, quiet }: Pick<Alert, "state" | "severity" | "quiet">): Said => {
  switch (state) {
    case "firing":
      return quiet === undefined
        ? { tone: alertSeverityWords[severity].tone, word: "fires" }
        : { tone: "plain", word: quietWords[quiet.kind] };
    case "pending":
      return { tone: "dim", word: "pending" };
    case "resolved":
      return { tone: "good", word: "over" };
  }
};

const quietWords: Readonly<Record<NonNullable<Alert["quiet"]>["kind"], string>> = {
  inhibited: "inhibited",
  silenced: "silenced",
  expected: "expected",
  statement: "statement",
};

export const incidentSaid = ({ state, severity }: Pick<Api<"IncidentBrief">, "state" | "severity">): Said => {
  switch (state) {
    case "open":
      return { tone: alertSeverityWords[severity].tone, word: "open" };
    case "calm":
      return { tone: "dim", word: "calm" };
    case "closed":
      return { tone: "good", word: "closed" };
  }
};

import type { Api } from "../../api/client.ts";

export type Matcher = Api<"Silence">["matchers"][number];
type Labels = Readonly<Record<string, string>>;

export const matcherKinds = ["=", "!=", "=~", "!~"] as const satisfies readonly Matcher["kind"][];

const pattern = (value: string): RegExp | undefined => {
  try {
    return new RegExp(`^(?:${value})$`);
  } catch {
    return undefined;
  }
};

const holds = ({ label, kind, value }: Matcher, labels: Labels): boolean => {
  const has = labels[label] ?? "";
  switch (kind) {
    case "=":
      return has === value;
    case "!=":
      return has !== value;
    case "=~":
      return pattern(value)?.test(has) ?? false;
    case "!~":
      return pattern(value)?.test(has) === false;
  }
};

/** Whether a silence would keep quiet what has these labels, as the server will hold it. Without a matcher it keeps nothing. */
export const isMatched = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.length > 0 && matchers.every((matcher) => holds(matcher, labels));

/** By these an alert is one of a kind; the others say more of it. */
const telling = ["alertname", "id", "node", "storage", "name"];

/** What a silence of one alert begins with: its name and what it is about. */
export const matchersOf = (labels: Labels): readonly Matcher[] =>
  telling.flatMap((label) => (labels[label] ? [{ label, kind: "=" as const, value: labels[label] }] : []));

export const matcherText = ({ label, kind, value }: Matcher): string => `${label}${kind}${JSON.stringify(value)}`;

import type { Instant } from "@orrery/model";
import { inhibitedBy } from "../inhibition.ts";
import { type Labels, type Matcher, matches } from "../labels.ts";
import type { Alert } from "../watch.ts";

/** Somebody keeps alerts quiet for a while. Without a matcher it keeps none. */
export type Silence = {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly starts: Instant;
  /** From then on it keeps nothing quiet. */
  readonly ends: Instant;
  readonly by: string;
  readonly why: string;
};

export const silencedBy = (labels: Labels, silences: readonly Silence[], at: Instant): Silence | undefined =>
  silences.find(
    ({ matchers, starts, ends }) =>
      matchers.length > 0 && starts <= at && at < ends && matchers.every((matcher) => matches(matcher, labels)),
  );

/** Why nobody is told of an alert that fires. */
export type Quiet =
  | { readonly kind: "inhibited"; readonly because: string }
  | { readonly kind: "silenced"; readonly by: string; readonly why: string; readonly until: Instant }
  /** What a maintenance window brings about, while one is open. */
  | { readonly kind: "expected"; readonly window: string }
  /** It is no alert but a statement that others depend on. */
  | { readonly kind: "statement" };

export type Surroundings = {
  /** Every alert that fires, quiet ones as well: they keep others quiet nevertheless. */
  readonly firing: readonly Alert[];
  readonly silences: readonly Silence[];
  /** Maintenance windows that are open. */
  readonly openWindows: readonly string[];
};

export const quietOf = (alert: Alert, around: Surroundings, at: Instant): Quiet | undefined => {
  if (alert.labels.severity === "none") return { kind: "statement" };
  const silence = silencedBy(alert.labels, around.silences, at);
  if (silence !== undefined) return { kind: "silenced", by: silence.by, why: silence.why, until: silence.ends };
  const inhibition = inhibitedBy(alert, around.firing);
  if (inhibition !== undefined) return { kind: "inhibited", because: inhibition.because };
  const [window] = around.openWindows;
  return window !== undefined && alert.labels.window === "expected" ? { kind: "expected", window } : undefined;
};

import type { Alert, AlertState, Told, Watch } from "@orrery/alerting";
import type { Going } from "./alert-memory.ts";

const stateAt = (state: AlertState, by: number): AlertState => {
  switch (state.kind) {
    case "pending":
      return { ...state, since: state.since + by };
    case "firing":
      return {
        ...state,
        since: state.since + by,
        fired: state.fired + by,
        ...(state.gone === undefined ? {} : { gone: state.gone + by }),
      };
    case "resolved":
      return { ...state, since: state.since + by, fired: state.fired + by, resolved: state.resolved + by };
  }
};

const mapped = <V, W>(record: Readonly<Record<string, V>>, made: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, made(value)]));

const watchAt = (watch: Watch, by: number): Watch =>
  mapped(watch, (alerts) => mapped(alerts, (alert): Alert => ({ ...alert, state: stateAt(alert.state, by) })));

const toldAt = (told: Told, by: number): Told =>
  mapped(told, (groups) =>
    mapped(groups, ({ next, told: last }) => ({
      next: next + by,
      ...(last === undefined ? {} : { told: { ...last, at: last.at + by } }),
    })),
  );

/** The same by a clock that was set: what lasted for a minute has lasted for a minute. */
export const shifted = ({ at, watch, told }: Going, by: number): Going => ({
  at: at + by,
  watch: watchAt(watch, by),
  told: toldAt(told, by),
});

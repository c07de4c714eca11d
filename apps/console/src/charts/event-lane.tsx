import { Tooltip } from "@mantine/core";
import type { Api } from "../api/client.ts";
import { serverNow } from "../api/server-time.ts";
import { moment } from "../figures/moment.ts";
import { span } from "../figures/span.ts";
import classes from "./event-lane.module.css";
import { margins } from "./plot.ts";
import type { TimeRange } from "./time-range.ts";

/** Something that happened, for a moment or until another. */
type Happening = Api<"TimelineEntry">;

const textOf = ({ at, until, subject, title }: Happening): string =>
  `${moment(at, serverNow())}${until === undefined || until === at ? "" : `, for ${span(until - at)}`}: ${subject}: ${title}`;

const isSeen =
  ({ from, to }: TimeRange) =>
  ({ at, until }: Happening): boolean =>
    at <= to && (until ?? at) >= from;

/** So many are drawn at most, the gravest and the newest before the rest. */
const most = 300;

const gravity = { critical: 0, warning: 1, info: 2 } as const;

/** What happened, on the same axis as the charts above or below. */
export const EventLane = ({
  happenings,
  range,
}: {
  readonly happenings: readonly Happening[];
  readonly range: TimeRange;
}) => {
  const seen = happenings
    .filter(isSeen(range))
    .toSorted((one, other) => gravity[one.severity ?? "info"] - gravity[other.severity ?? "info"] || other.at - one.at);
  const length = range.to - range.from;
  const place = (at: number): number => (Math.min(range.to, Math.max(range.from, at)) - range.from) / length;
  return (
    <div className={classes.lane} style={{ paddingLeft: margins.left, paddingRight: margins.right }}>
      <ul className={classes.events} aria-label="What happened">
        {seen.slice(0, most).map((one) => {
          const begin = place(one.at);
          const width = place(one.until ?? one.at) - begin;
          return (
            <Tooltip key={`${one.kind} ${one.subject} ${one.title} ${one.at}`} label={textOf(one)}>
              <li
                className={classes.event}
                data-kind={one.kind}
                data-severity={one.severity ?? "info"}
                style={{ left: `${begin * 100}%`, width: `max(4px, ${width * 100}%)` }}
              >
                <span className={classes.words}>{textOf(one)}</span>
              </li>
            </Tooltip>
          );
        })}
      </ul>
      {seen.length > most ? <p className={classes.more}>{seen.length - most} more are not drawn.</p> : null}
    </div>
  );
};

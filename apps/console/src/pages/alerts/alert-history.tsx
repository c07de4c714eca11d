import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Api } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { serverNow } from "../../api/server-time.ts";
import { TimeBar } from "../../charts/time-bar.tsx";
import { isRunning, rangeOf, type TimeRange, type TimeSearch } from "../../charts/time-range.ts";
import { moment } from "../../figures/moment.ts";
import { span } from "../../figures/span.ts";
import { useNow } from "../../live/use-now.ts";
import { Mark } from "../../marks/mark.tsx";
import { alertSeverityWords } from "../../marks/words.ts";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { SubjectLink } from "../../subjects/subject-link.tsx";
import classes from "./alert-history.module.css";
import { type Course, coursesOf, firedFor } from "./spells.ts";

const route = getRouteApi("/c/$cluster/alerts");

/** So many moves are asked for, and so many alerts drawn, at most. */
const mostMoves = 5000;
const mostRows = 40;

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

const Row = ({
  cluster,
  course,
  range,
}: {
  readonly cluster: string;
  readonly course: Course;
  readonly range: TimeRange;
}) => {
  const { alert, spells } = course;
  const place = (at: number): number =>
    (Math.min(range.to, Math.max(range.from, at)) - range.from) / (range.to - range.from);
  // A stretch that ends now is asked for up to the minute that is not over yet.
  const end = Math.min(range.to, useNow());
  const { tone, word } = alertSeverityWords[alert.severity];
  const going = spells.at(-1)?.until === undefined;
  return (
    <li className={classes.row}>
      <span className={classes.mark}>
        <Mark tone={tone}>{word}</Mark>
      </span>
      <span className={classes.what} title={alert.summary}>
        {alert.rule}{" "}
        <SubjectLink
          cluster={cluster}
          subject={alert.subject}
          labels={alert.labels}
          className={classes.subject ?? ""}
        />
      </span>
      <span className={classes.strip} aria-hidden="true">
        {spells.map(({ from, until }) => (
          <span
            key={from}
            className={classes.spell}
            data-severity={alert.severity}
            title={`${moment(from, serverNow())}${until === undefined ? ", still" : ` for ${span(until - from)}`}`}
            style={{
              left: `${place(from) * 100}%`,
              width: `max(3px, ${(place(until ?? end) - place(from)) * 100}%)`,
            }}
          />
        ))}
      </span>
      <span className={classes.sum}>
        {times(spells.length)}, {span(firedFor(course, { from: range.from, to: end }))}
        {going ? ", still" : ""}
      </span>
    </li>
  );
};

/** Instants at which a stretch is marked. */
const ticks = ({ from, to }: TimeRange): readonly number[] =>
  [0, 0.25, 0.5, 0.75, 1].map((part) => from + (to - from) * part);

const Courses = ({
  cluster,
  courses,
  range,
}: {
  readonly cluster: string;
  readonly courses: readonly Course[];
  readonly range: TimeRange;
}) =>
  courses.length === 0 ? (
    <div className={classes.none}>
      <Standing icon="check" tone="good" title="No alert fired in this time">
        Another stretch can be chosen above.
      </Standing>
    </div>
  ) : (
    <>
      <div className={classes.axis} aria-hidden="true">
        <span className={classes.ticks}>
          {ticks(range).map((at) => (
            <span key={at}>{moment(at, serverNow())}</span>
          ))}
        </span>
      </div>
      <ul className={classes.rows}>
        {courses.slice(0, mostRows).map((course) => (
          <Row key={course.alert.id} cluster={cluster} course={course} range={range} />
        ))}
      </ul>
      {courses.length > mostRows ? (
        <p className={classes.more}>{courses.length - mostRows} more fired and are not drawn.</p>
      ) : null}
    </>
  );

/** A minute is as fine as a stretch that ends now is asked for: else each second would be another question. */
const minuteMs = 60_000;

/** When each alert fired, over the stretch of time that the address has. */
export const AlertHistory = ({ cluster, now }: { readonly cluster: string; readonly now: readonly Api<"Alert">[] }) => {
  const time = route.useSearch();
  const navigate = route.useNavigate();
  const minute = Math.ceil(useNow() / minuteMs) * minuteMs;
  const range = rangeOf(time, minute);
  const query = useQuery({
    ...read("listAlertHistory", {
      path: { cluster },
      query: { from: range.from, ...(isRunning(time) ? {} : { to: range.to }), limit: mostMoves },
    }),
    placeholderData: keepPreviousData,
  });
  const onTime = (next: TimeSearch): void => void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <Panel title="What fired when" flush>
      <div className={classes.bar}>
        <TimeBar time={time} onTime={onTime} compares={false} />
      </div>
      <Shown query={query}>
        {({ moves }) => (
          <>
            <Courses cluster={cluster} courses={coursesOf(moves, now, range)} range={range} />
            {moves.length === mostMoves ? (
              <p className={classes.more}>More happened than is told of: only the newest {mostMoves} moves are here.</p>
            ) : null}
          </>
        )}
      </Shown>
    </Panel>
  );
};

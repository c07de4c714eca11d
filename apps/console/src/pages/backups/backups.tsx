import { NativeSelect } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import type { Api, Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { readFilter } from "../../filter/filter.ts";
import { FilterBar } from "../../filter/filter-bar.tsx";
import { matching } from "../../filter/matching.ts";
import { HeatMap } from "../../heat/heat-map.tsx";
import { Legend } from "../../heat/legend.tsx";
import { useNow } from "../../live/use-now.ts";
import { useCluster } from "../../routes/use-cluster.ts";
import { PageHead } from "../../shell/page-head.tsx";
import { Loading } from "../../states/loading.tsx";
import { Shown } from "../../states/shown.tsx";
import { Standing } from "../../states/standing.tsx";
import { useTyped } from "../../table/listing.tsx";
import { useTableSearch } from "../../table/table-search.ts";
import { backupExamples, backupFields } from "./backup-fields.ts";
import { dayWords, heatOf, legend } from "./backup-words.ts";
import classes from "./backups.module.css";
import { DayDetail } from "./day-detail.tsx";
import { Grounds } from "./grounds.tsx";
import { GuestHead } from "./guest-head.tsx";
import { ageOf, byStanding, standingOf } from "./standing-of.ts";

type Answer = Reply<"listBackups">;
type Guest = Api<"GuestBackups">;

const minuteMs = 60_000;
/** How many days a phone has room for. */
const narrowDays = 9;

const nameOf = ({ name, vmid }: Guest): string => name ?? String(vmid);

const orders: Readonly<Record<string, { title: string; by: (now: number) => (one: Guest, other: Guest) => number }>> = {
  worst: { title: "Worst first", by: byStanding },
  name: { title: "By name", by: () => (one, other) => nameOf(one).localeCompare(nameOf(other), "en") },
  age: {
    title: "Oldest copy first",
    by: (now) => (one, other) =>
      (ageOf(other, now) ?? Infinity) - (ageOf(one, now) ?? Infinity) || one.vmid - other.vmid,
  },
};

/** Days by the wall clock that they begin by. */
const dayFormats = (timeZone: string) => ({
  number: new Intl.DateTimeFormat("en", { day: "numeric", timeZone }),
  text: new Intl.DateTimeFormat("en", { weekday: "short", day: "numeric", month: "short", timeZone }),
});

const plural = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

/** What the page comes to, in a sentence. */
const headline = (guests: readonly Guest[], now: number): string => {
  const counts = Map.groupBy(guests, (guest) => standingOf(guest, now));
  const count = (...of: readonly ReturnType<typeof standingOf>[]): number =>
    of.reduce((sum, one) => sum + (counts.get(one)?.length ?? 0), 0);
  const parts = [
    [count("never"), "without any copy"],
    [count("late"), "with a copy older than may be lost"],
    [count("behind"), "behind a policy"],
    [count("broken"), "with a copy that failed its verification"],
    [count("uncovered"), "under no policy"],
    [count("undeclared"), "not declared"],
    [count("unknown"), "of which it is not known"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  const all = plural(guests.length, "guest", "guests");
  return said.length === 0 ? `${all}, each as fresh as its policies say` : `Of ${all}: ${said.join(", ")}`;
};

const FreshnessMap = ({ answer }: { readonly answer: Answer }) => {
  const cluster = useCluster();
  const now = Math.floor(useNow() / minuteMs) * minuteMs;
  const [search, change] = useTableSearch();
  const [tell] = useState(() => (filter: string | undefined) => change({ filter }));
  const [text, setText] = useTyped(search.filter ?? "", tell);
  const asked = useDeferredValue(text);
  const narrow = useMediaQuery("(max-width: 48rem)", false, { getInitialValueInEffect: false }) ?? false;
  const fields = useMemo(() => backupFields(now), [now]);
  const order = orders[search.sort ?? ""] === undefined ? "worst" : (search.sort ?? "worst");
  const rows = useMemo(() => {
    const filter = readFilter(asked, fields);
    return answer.guests.filter(matching(filter, fields)).toSorted(orders[order]?.by(now));
  }, [answer.guests, asked, fields, order, now]);
  const skipped = narrow ? Math.max(0, answer.days.length - narrowDays) : 0;
  const days = answer.days.slice(skipped);
  const dayOf = (guest: Guest, column: number): Api<"BackupDay"> => guest.days[column + skipped] ?? { state: "none" };
  const format = useMemo(() => dayFormats(answer.zone), [answer.zone]);
  const storages = new Map(answer.policies?.map(({ id, storage }) => [id, storage]));
  return (
    <>
      <div className={classes.bar}>
        <FilterBar
          text={text}
          onText={setText}
          fields={fields}
          rows={answer.guests}
          noun="guests"
          examples={backupExamples}
        />
        <span className={classes.count} role="status">
          {rows.length === answer.guests.length
            ? plural(rows.length, "guest", "guests")
            : `${rows.length} of ${plural(answer.guests.length, "guest", "guests")}`}
          {answer.total > answer.guests.length ? `, the first of ${answer.total}` : ""}
        </span>
        <NativeSelect
          size="xs"
          aria-label="Order"
          value={order}
          onChange={({ currentTarget: { value } }) => change({ sort: value === "worst" ? undefined : value })}
          data={Object.entries(orders).map(([value, { title: label }]) => ({ value, label }))}
        />
      </div>
      {rows.length === 0 ? (
        <Standing icon="search" title="No guest is like that">
          The filter leaves none of {plural(answer.guests.length, "guest", "guests")}.
        </Standing>
      ) : (
        <HeatMap
          label="Backups by guest and day"
          rows={rows}
          columns={days.map(({ from }, index) => ({
            key: String(from),
            label: format.number.format(from),
            strong: index === days.length - 1,
          }))}
          keyOf={({ vmid }) => String(vmid)}
          head={narrow ? "Guest" : "Guest, policies, newest copy"}
          headOf={(guest) => <GuestHead cluster={cluster} guest={guest} now={now} />}
          heatOf={(guest, column) => heatOf(dayOf(guest, column))}
          nameOf={(guest, column) =>
            `${nameOf(guest)}, ${format.text.format(days[column]?.from ?? 0)}: ${dayWords[dayOf(guest, column).state]}`
          }
          detailOf={(guest, column) => (
            <DayDetail
              guest={guest}
              day={dayOf(guest, column)}
              from={days[column]?.from ?? 0}
              zone={answer.zone}
              storageOf={(policy) => storages.get(policy) ?? "its storage"}
            />
          )}
        />
      )}
      <Legend items={legend} />
    </>
  );
};

/** What each guest's backups were, day by day, against the policies that are to make them. */
export const Backups = () => {
  const cluster = useCluster();
  const now = Math.floor(useNow() / minuteMs) * minuteMs;
  const backups = useQuery(read("listBackups", { path: { cluster }, query: { days: 28, limit: 10_000 } }));
  return (
    <>
      <PageHead
        title="Backups"
        about={
          backups.data === undefined
            ? "Every guest, every day, against its policies"
            : headline(backups.data.guests, now)
        }
      />
      <Shown query={backups} loading={<Loading lines={16} />}>
        {(answer) => (
          <div className={classes.page}>
            {answer.guests.length === 0 ? (
              <Standing icon="backups" title="There is no guest">
                The cluster lists no virtual machine and no container, so there is nothing to copy.
              </Standing>
            ) : (
              <FreshnessMap answer={answer} />
            )}
            <Grounds answer={answer} />
          </div>
        )}
      </Shown>
    </>
  );
};

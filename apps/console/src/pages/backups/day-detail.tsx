import type { Api } from "../../api/client.ts";
import { size } from "../../figures/size.ts";
import { Mark } from "../../marks/mark.tsx";
import { dayWords } from "./backup-words.ts";
import classes from "./backups.module.css";

type Copy = NonNullable<Api<"BackupDay">["copies"]>[number];

const verifiedWord = ({ verified }: Copy) =>
  verified === undefined ? (
    <Mark tone="dim">not verified</Mark>
  ) : verified === "ok" ? (
    <Mark tone="good">verified</Mark>
  ) : (
    <Mark tone="bad">failed its verification</Mark>
  );

const dayIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long", timeZone }).format(at);

const clockIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(at);

type DayDetail = {
  readonly guest: Api<"GuestBackups">;
  readonly day: Api<"BackupDay">;
  readonly from: number;
  /** By whose clock the day began, and times are told. */
  readonly zone: string;
  /** Where the copies of a policy go. */
  readonly storageOf: (policy: string) => string;
};

/** What is known of a guest's backups on one day. */
export const DayDetail = ({ guest, day, from, zone, storageOf }: DayDetail) => (
  <div className={classes.detail}>
    <p className={classes.detailHead}>
      {guest.name ?? guest.vmid}, {dayIn(zone, from)}
    </p>
    {(day.missed ?? []).map((policy) => (
      <p key={policy}>
        <Mark tone="bad">{policy} missing</Mark> no copy of its run is on {storageOf(policy)}: it did not run, or was
        pruned too soon
      </p>
    ))}
    {(day.awaited ?? []).map((policy) => (
      <p key={policy}>
        <Mark tone="busy">{policy} awaited</Mark> its run is not overdue yet
      </p>
    ))}
    {(day.copies ?? []).map((copy) => (
      <p key={copy.volid}>
        <time dateTime={new Date(copy.at).toISOString()}>{clockIn(zone, copy.at)}</time>{" "}
        {copy.policy ?? "of no policy's run"} on {copy.storage}
        {copy.size === undefined ? null : `, ${size(copy.size)}`}
        {copy.protected ? ", protected" : null} {verifiedWord(copy)}
      </p>
    ))}
    {day.state === "unknown" ? (
      <p>
        <Mark tone="dim">not known</Mark> the storage of a policy could not be read
      </p>
    ) : null}
    {day.state === "none" || day.state === "past" ? <p className={classes.soft}>{dayWords[day.state]}</p> : null}
  </div>
);

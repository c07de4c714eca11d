import { calendarEventForm, intervalEventOf, type LabInput, longestInterval, parseCalendarEvent } from "@orrery/model";
import { type ClusterState, type Entry, valueIn } from "@orrery/state";
import { guestNamesOf } from "../../adopt/guest-names.ts";
import type { Mark } from "../../compare/mark.ts";
import type { Properties } from "../../compare/value.ts";
import { textOf } from "../text.ts";
import { readResource } from "./ha-resource.ts";
import { readReplication } from "./replication-job.ts";
import { vmidOfSid } from "./sid.ts";

type Item = LabInput["guests"]["items"][number];
type Replication = NonNullable<Item["replication"]>[number];

const dayMs = 86_400_000;

/** What the API says of a guest's protection. */
type Told = Pick<Item, "id" | "name"> & Partial<Pick<Item, "ha" | "replication">>;

const states = new Set(["started", "stopped", "disabled", "ignored"] as const);
type State = typeof states extends Set<infer S> ? S : never;
const isState = (word: string): word is State => [...states].some((state) => state === word);

const haOf = ({ state, comment, ...others }: Properties, running: boolean): Item["ha"] => {
  const said = textOf(state);
  const number = (key: string): number => Number(textOf(others[key] ?? "1"));
  const usual = running ? "started" : "stopped";
  return {
    ...(isState(said) && said !== usual ? { state: said } : {}),
    ...(number("max_restart") === 1 ? {} : { maxRestart: number("max_restart") }),
    ...(number("max_relocate") === 1 ? {} : { maxRelocate: number("max_relocate") }),
    ...(number("failback") === 1 ? {} : { failback: false }),
    ...(number("auto-rebalance") === 1 ? {} : { autoRebalance: false }),
    ...(textOf(comment) === "" ? {} : { comment: textOf(comment) }),
  };
};

/** The longest that the copy is behind by its schedule, over a year from now. */
const everyOf = (event: string, at: number): { readonly minutes: number } => {
  const parsed = parseCalendarEvent(event);
  const longest =
    parsed.kind === "problem"
      ? undefined
      : longestInterval({ every: "calendar", event: parsed.event, zone: "UTC" }, at, at + 8 * dayMs);
  return { minutes: Math.max(1, Math.round((longest?.seconds ?? 900) / 60)) };
};

const replicationOf = (mark: Mark, job: Entry, index: number, { nodes, at }: ClusterState): Replication | undefined => {
  const properties = readReplication(mark, job);
  const [target, schedule, comment] = [properties.target, properties.schedule, properties.comment].map(textOf);
  if (target === undefined || nodes[target] === undefined) return undefined;
  const { minutes } = everyOf(schedule ?? "", at);
  const isUsual = calendarEventForm(intervalEventOf(minutes * 60).event) === schedule;
  const number = Number(job.id.split("-")[1]);
  return {
    to: target,
    every: `${minutes} min`,
    ...(isUsual || schedule === undefined ? {} : { schedule }),
    ...(properties.rate === undefined ? {} : { rate: `${Number(textOf(properties.rate))} MB/s` }),
    ...(comment === undefined || comment === "" ? {} : { comment }),
    ...(properties.disable === "1" ? { enabled: false } : {}),
    ...(number === index ? {} : { number }),
  };
};

/** What the HA manager and replication are told of guests, for those that a declaration can name. */
export const adoptGuestProtection = (state: ClusterState, mark: Mark): Told[] => {
  const guests = valueIn(state.guests) ?? {};
  const resources = new Map((valueIn(state.haResources) ?? []).map((entry) => [vmidOfSid(entry.id), entry]));
  const jobs = valueIn(state.replicationJobs) ?? [];
  return [...guestNamesOf(state)].flatMap(([vmid, name]): Told[] => {
    const resource = resources.get(vmid);
    const running = valueIn(guests[String(vmid)]?.presence)?.status === "running";
    const copies = jobs
      .filter(({ id, options }) => id.startsWith(`${vmid}-`) && options.remove_job === undefined)
      .toSorted((one, other) => Number(one.id.split("-")[1]) - Number(other.id.split("-")[1]))
      .flatMap((job, index) => replicationOf(mark, job, index, state) ?? []);
    if (resource === undefined && copies.length === 0) return [];
    return [
      {
        id: vmid,
        name,
        ...(resource === undefined ? {} : { ha: haOf(readResource(state.contract, mark, resource), running) }),
        ...(copies.length === 0 ? {} : { replication: copies }),
      },
    ];
  });
};

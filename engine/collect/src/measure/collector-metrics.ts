import { type Kept, keptValue, type Monitored } from "@orrery/state";
import { type Metrics, noLabels } from "@orrery/telemetry";
import * as all from "./further-families.ts";

const upOf = (kept: Kept<unknown>): number | undefined => {
  switch (kept.kind) {
    case "fresh":
      return 1;
    case "stale":
    case "lost":
      return 0;
    case "awaited":
    case "unasked":
      return undefined;
  }
};

/** How the collecting itself goes, section by section. */
export const collectorMetrics = (page: Metrics, seen: Monitored): void => {
  const [up, success] = [page.of(all.sectionUp), page.of(all.sectionSuccess)];
  const tell = (section: string, subject: string, kept: Kept<unknown>): void => {
    up.set([section, subject], upOf(kept));
    if (kept.kind === "fresh" || kept.kind === "stale") success.set([section, subject], kept.at / 1000);
  };
  for (const [section, kept] of Object.entries(seen.cluster)) tell(section, "", kept);
  for (const [node, sections] of Object.entries(seen.nodes))
    for (const [section, kept] of Object.entries(sections)) tell(section, `node/${node}`, kept);
  for (const { section, subject, kept } of seen.parts) tell(section, subject, kept);
  for (const [place, kept] of Object.entries(seen.backups)) tell("backups", `storage/${place}`, kept);
  for (const { section, asked, failed } of seen.sections) {
    page.of(all.sectionRequests).set([section], asked);
    page.of(all.sectionFailures).set([section], failed);
  }
  const guests = Object.values(seen.guests);
  if (guests.length > 0)
    page.of(all.guestsUnread).add(noLabels, guests.filter((kept) => keptValue(kept) === undefined).length);
  page.of(all.collectRequests).add(noLabels, seen.requests);
  page.of(all.collectCycles).add(noLabels, seen.cycles);
  page.of(all.collectPace).add(noLabels, seen.pace);
};

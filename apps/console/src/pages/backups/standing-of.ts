import type { Api } from "../../api/client.ts";

type Guest = Api<"GuestBackups">;

/** How a guest stands with its backups, the worst first. */
export const standings = ["never", "late", "behind", "broken", "unknown", "uncovered", "undeclared", "fresh"] as const;
export type Standing = (typeof standings)[number];

/** Days that say how a guest stands now; what is awaited, kept no longer, or was not due does not. */
const telling = new Set<Api<"BackupDay">["state"]>(["missed", "broken", "unknown", "made"]);

/** Milliseconds since the newest copy that can be counted on. */
export const ageOf = ({ newest }: Guest, now: number): number | undefined =>
  newest === undefined ? undefined : now - newest.at;

/** What is worst about a guest's backups now. */
export const standingOf = (guest: Guest, now: number): Standing => {
  const age = ageOf(guest, now);
  const last = guest.days.findLast(({ state }) => telling.has(state))?.state;
  if (age === undefined) {
    if (!guest.sure) return "unknown";
    if (guest.policies.length > 0) return "never";
    return guest.declared ? "uncovered" : "undeclared";
  }
  if (guest.objective !== undefined && age > guest.objective.seconds * 1000) return guest.sure ? "late" : "unknown";
  if (last === "missed") return "behind";
  if (last === "broken") return "broken";
  if (last === "unknown") return "unknown";
  if (guest.policies.length > 0) return "fresh";
  return guest.declared ? "uncovered" : "undeclared";
};

/** The worst first, and of those the oldest copy. */
export const byStanding =
  (now: number) =>
  (one: Guest, other: Guest): number => {
    const rank = (guest: Guest): number => standings.indexOf(standingOf(guest, now));
    const age = (guest: Guest): number => ageOf(guest, now) ?? Number.MAX_SAFE_INTEGER;
    return rank(one) - rank(other) || age(other) - age(one) || one.vmid - other.vmid;
  };

import { type BackupPolicy, componentName, type Guest, isUnknown, known, type Path } from "@orrery/model";
import { against, compared, coversConfiguration, elapsed, figureText, homeComponents } from "@orrery/protection";
import { fromFailure, unattended, unattendedText } from "../duty.ts";
import type { Draft } from "../finding.ts";
import { guestNames, protection, recoveries } from "../protection.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

/** More than so many guests are told in one finding. */
const apart = 10;

const uncovered: Rule = {
  id: "recovery/no-backup",
  chapter: "backup",
  severity: "error",
  title: "Every guest is covered by a backup policy",
  why: "A guest that no policy names is lost with its disks, and nobody notices until then.",
  how: "Each guest is looked up in what the policies cover: all guests, listed guests, categories, all but some.",
  remedy: "Name the guest, or its category, in a policy.",
  *check(context): Generator<Draft> {
    const { coverage, inventory } = context.once(protection);
    const remedy = "Name it, or its category, in a policy; or declare that it needs none by a waiver.";
    if (coverage.uncovered.length > apart) {
      yield {
        subject: "guests",
        path: ["backup", "policies"],
        claim: `${count(context.lab.backup.policies.length, "policy", "policies")} protect the lab's guests`,
        why: `No policy covers ${guestNames(coverage.uncovered)}.`,
        remedy,
      };
      return;
    }
    for (const guest of coverage.uncovered) {
      yield {
        subject: guest.name,
        path: ["guests", "items", inventory.indexOf.get(guest) ?? 0],
        claim: `${guest.name}: ${known(guest.role) ?? "a guest whose role nobody has stated"}`,
        why: `None of the ${context.lab.backup.policies.length} policies covers ${guest.name}.`,
        remedy,
      };
    }
  },
};

const leftOut: Rule = {
  id: "recovery/disk-left-out",
  chapter: "guests",
  severity: "warning",
  title: "Every disk of a covered guest is in its backups",
  why: "A guest that is restored without one of its disks may not start, or starts without its data.",
  how: "Disks that are declared with `backup: false` are listed, of guests that some policy covers.",
  remedy: "Include the disk, or waive this with the reason why its content can be made again.",
  *check(context): Generator<Draft> {
    const { coverage, inventory } = context.once(protection);
    for (const { guest, disk } of coverage.leftOut) {
      if ((coverage.policiesOf.get(guest) ?? []).length === 0) continue;
      yield {
        subject: guest.name,
        path: ["guests", "items", inventory.indexOf.get(guest) ?? 0, "disks", guest.disks.indexOf(disk), "backup"],
        claim: `${guest.name} is backed up`,
        why: `Disk ${disk.name ?? guest.disks.indexOf(disk)} is left out of every copy of ${guest.name}: no scenario has a recovery point for it.`,
        remedy: "Include the disk, or waive this with the reason why its content can be made again.",
      };
    }
  },
};

type Shared = {
  readonly guests: Set<Guest>;
  readonly storages: Set<string>;
  readonly policies: Set<string>;
  /** The nodes' own configuration is kept there, this node's among it. */
  configuration: boolean;
};

const sharedFate: Rule = {
  id: "recovery/shared-fate",
  chapter: "backup",
  severity: "error",
  title: "No backup stands on what it protects",
  why: "What takes the guest takes its backup too: the copy is there on every day but the one on which it is needed.",
  how: "Where a datastore lives is followed down to nodes, disks and the guest that serves it; where a guest's disks live, likewise. What both stand on is told once, with the guests and the datastores on it; a node's configuration stands on the node. Copies elsewhere do not excuse it: the scenario's RPO and RTO then rest on those alone.",
  remedy:
    "Move the datastore to a node of its own or out of the cluster, or cover the guests on it by a policy to another target.",
  *check(context): Generator<Draft> {
    const { coverage, copies, footings } = context.once(protection);
    const shared = new Map<string, Shared>();
    const standsOn = new Map(footings.flatMap(({ guests, on }) => guests.map((guest) => [guest, on] as const)));
    const entryOf = (name: string, copy: (typeof copies)[number]): Shared => {
      const entry = shared.get(name) ?? {
        guests: new Set(),
        storages: new Set(),
        policies: new Set(),
        configuration: false,
      };
      shared.set(name, entry);
      entry.storages.add(copy.to);
      entry.policies.add(copy.policy.id);
      return entry;
    };
    for (const copy of copies) {
      const homes = copy.home.on.filter(({ kind }) => kind === "node" || kind === "guest").map(componentName);
      if (coversConfiguration(copy.policy))
        for (const name of homes) if (name.startsWith("node ")) entryOf(name, copy).configuration = true;
      if (homes.length === 0) continue;
      for (const guest of coverage.guestsOf.get(copy.policy) ?? []) {
        const own = componentName({ kind: "guest", guest: guest.name });
        const on = standsOn.get(guest);
        const common = homes.filter((name) => name === own || on?.has(name) === true);
        // Its own node follows from the server being itself.
        for (const name of common.includes(own) ? [own] : common) entryOf(name, copy).guests.add(guest);
      }
    }
    for (const [name, { guests, storages, policies, configuration }] of shared) {
      const [storage = ""] = storages;
      const itself = name.startsWith("guest ");
      const bare = name.slice(name.indexOf(" ") + 1);
      const taken = [
        ...(guests.size > 0 ? [`the disks of ${guestNames([...guests])}`] : []),
        ...(configuration ? ["its own configuration"] : []),
      ].join(" and ");
      yield {
        subject: name,
        path: ["storage", "items", storage, "home"],
        claim: `${[...storages].join(", ")} holds the copies of ${[...policies].join(", ")}`,
        why: itself
          ? `${[...storages].join(", ")} is served by ${bare}, whose own copies are in it: it would have to be restored from itself.`
          : `${[...storages].join(" and ")} ${storages.size === 1 ? "stands" : "stand"} on ${bare}, as ${guests.size > 0 ? "do" : "does"} ${taken}: its loss takes ${guests.size > 0 ? "them and their" : "it and its"} copies (${[...policies].join(", ")}) at once.`,
        remedy: itself
          ? "Cover the server by a policy to another storage, and keep its configuration apart."
          : `Move the backup server off ${bare}, or give what is on it a policy to a target elsewhere.`,
      };
    }
  },
};

const onDuty: Rule = {
  id: "recovery/nobody-on-duty",
  chapter: "recovery",
  severity: "error",
  title: "Somebody is on duty soon enough for a recovery to end within its RTO",
  why: "A recovery that waits for a person begins when the person comes. A failure on Friday evening is found on Monday.",
  how: "The longest time in a year without anybody on duty (the scenario's own hours, else the support hours) is compared with the RTO: alone with detection, then with the whole recovery where that is within the RTO by itself. Scenarios that recover without a person are left out.",
  remedy: "Add on-call hours for the scenario, let it recover by itself, or raise the RTO above the longest gap.",
  *check(context): Generator<Draft> {
    const { detection } = context.lab.service;
    const begins = isUnknown(detection) ? 0 : detection;
    for (const [index, { scenario, times }] of context.once(recoveries).entries()) {
      const { rto } = scenario;
      const gap = unattended(context, scenario);
      // Of hours that nobody stated, recovery/rto says that its times are open.
      if (gap === undefined || isUnknown(gap)) continue;
      const base = {
        subject: scenario.id,
        path: ["recovery", "scenarios", index, "rto"],
        claim: `${scenario.title}: RTO ${elapsed(rto)}`,
      };
      if (gap.seconds + begins > rto) {
        const sum = begins === 0 ? elapsed(gap.seconds) : `${elapsed(gap.seconds)} + ${elapsed(begins)} detection`;
        yield {
          ...base,
          why: `${unattendedText(gap)}: ${sum} > ${elapsed(rto)} before the recovery begins.`,
          remedy: `Declare who is on call outside those hours, let the recovery start without a person, or declare an RTO above ${elapsed(gap.seconds + begins)}.`,
        };
        continue;
      }
      // What takes too long by itself is told by recovery/rto.
      const late = times.flatMap(({ loss, time }) => {
        const whole = fromFailure(gap, time);
        const verdict = against(whole, rto);
        return verdict !== "met" && against(time, rto) === "met" ? [{ loss, whole, verdict }] : [];
      });
      const worst = late.find(({ verdict }) => verdict === "missed") ?? late[0];
      if (worst === undefined) continue;
      yield {
        ...base,
        why: `${unattendedText(gap)}. ${worst.loss.name}: ${compared(worst.whole, rto)}.`,
        remedy: `Declare who is on call outside those hours, let the recovery start without a person, or declare an RTO above ${figureText(worst.whole) ?? elapsed(gap.seconds)}.`,
        verdict: worst.verdict === "missed" ? "violated" : "unproven",
      };
    }
  },
};

/** A drill tells of a lab as it was: after a year it is another one. */
const drillHolds = 366;

const drilled: Rule = {
  id: "recovery/never-drilled",
  chapter: "recovery",
  severity: "note",
  title: "Each scenario's procedure was drilled within a year",
  why: "A procedure that nobody has run has a step that does not work. The first run should not be the real one.",
  how: "The scenario's last drill is compared with the day of the check; without one its RTO is shown by arithmetic only.",
  remedy: "Drill the procedure, and declare the day.",
  *check({ lab, today, at }): Generator<Draft> {
    for (const [index, scenario] of lab.recovery.scenarios.entries()) {
      const { lastDrill } = scenario;
      const since = typeof lastDrill === "string" ? Math.floor((at - Date.parse(lastDrill)) / 86_400_000) : undefined;
      if (since !== undefined && since <= drillHolds) continue;
      yield {
        subject: scenario.id,
        path: ["recovery", "scenarios", index, ...(lastDrill === undefined ? [] : ["lastDrill"])],
        claim: `${scenario.title} is recovered by ${scenario.procedure}`,
        why:
          since !== undefined
            ? `The last drill was ${since} d before ${today}.`
            : isUnknown(lastDrill)
              ? `${scenario.procedure} was never shown to work: ${lastDrill.why}.`
              : `No drill of ${scenario.procedure} is declared.`,
        remedy: `Drill ${scenario.procedure} and declare the day as lastDrill.`,
        verdict: "unproven",
      };
    }
  },
};

/** One finding for policies that are silent for the same reason. */
const byReason = (
  policies: readonly BackupPolicy[],
  reasonOf: (policy: BackupPolicy) => string | undefined,
): readonly { readonly index: number; readonly policies: readonly BackupPolicy[]; readonly why: string }[] => {
  const reasons = new Map<string, { index: number; policies: BackupPolicy[]; why: string }>();
  for (const [index, policy] of policies.entries()) {
    const why = reasonOf(policy);
    if (why === undefined) continue;
    const same = reasons.get(why);
    if (same === undefined) reasons.set(why, { index, policies: [policy], why });
    else same.policies.push(policy);
  }
  return [...reasons.values()];
};

const verified: Rule = {
  id: "recovery/unverified",
  chapter: "backup",
  severity: "warning",
  title: "The copies of every policy are verified by a schedule",
  why: "Disks lose bits, and a chunk that several copies share is lost to all of them. Unverified, that shows during the restore.",
  how: "Each policy's verification schedule is looked up. Without one it stays unproven that its copies can be restored.",
  remedy: "Schedule a verify job on the datastore, and declare it.",
  *check({ lab }): Generator<Draft> {
    const reasonOf = ({ verified: schedule }: BackupPolicy): string | undefined =>
      schedule === undefined ? "no verification is declared" : isUnknown(schedule) ? schedule.why : undefined;
    for (const { index, policies, why } of byReason(lab.backup.policies, reasonOf)) {
      yield {
        subject: policies.map(({ id }) => id).join(", "),
        path: [
          "backup",
          "policies",
          index,
          ...(lab.backup.policies[index]?.verified === undefined ? [] : ["verified"]),
        ],
        claim: `${policies.map(({ title }) => title).join(", ")} can be restored`,
        why: `That a copy can be restored is not shown for ${policies.map(({ id }) => id).join(", ")}: ${why}.`,
        remedy: "Schedule a verify job on the datastore, and declare it as `verified`.",
        verdict: "unproven",
      };
    }
  },
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(/[^A-Za-z0-9.-]+/));

/** What of the site a text names: a node, a guest or a storage that does not outlive it. */
const onSiteName = ({ inventory, lab }: Context, text: string): string | undefined => {
  const named = words(text);
  for (const node of inventory.nodes.keys()) if (named.has(node)) return `node ${node}`;
  for (const word of named) if (inventory.guests.has(word)) return `guest ${word}`;
  for (const name of Object.keys(lab.storage.items))
    if (named.has(name) && homeComponents(inventory, name).place === "site") return `storage ${name}`;
  return undefined;
};

const key: Rule = {
  id: "recovery/encryption-key",
  chapter: "backup",
  severity: "error",
  title: "The key of encrypted copies outlives the site",
  why: "Copies whose key burned with the site are noise. Nobody, Proxmox included, can read them without it.",
  how: "Where the key is kept is searched for the names of nodes, guests and storages that a site's loss takes. Whether copies are encrypted at all stays unproven where it is unknown.",
  remedy: "Keep a second copy of the key outside of the site: on paper, or with somebody.",
  *check(context): Generator<Draft> {
    const { policies } = context.lab.backup;
    for (const [index, policy] of policies.entries()) {
      const { encryption } = policy;
      if (encryption === false || isUnknown(encryption)) continue;
      const place = onSiteName(context, encryption.keyKeptAt);
      if (place === undefined) continue;
      yield {
        subject: policy.id,
        path: ["backup", "policies", index, "encryption", "keyKeptAt"] satisfies Path,
        claim: `${policy.title}: key ${encryption.key} kept at ${encryption.keyKeptAt}`,
        why: `The only place where key ${encryption.key} is kept is ${place}, which goes with the site: copies that survive it cannot be read.`,
        remedy: "Keep a second copy of the key outside of the site, and declare it as keyKeptAt.",
      };
    }
    const unknownWhy = ({ encryption }: BackupPolicy): string | undefined =>
      isUnknown(encryption) ? encryption.why : undefined;
    for (const { index, policies: silent, why } of byReason(policies, unknownWhy)) {
      yield {
        subject: silent.map(({ id }) => id).join(", "),
        path: ["backup", "policies", index, "encryption"],
        claim: `Copies of ${silent.map(({ id }) => id).join(", ")} can be read after the site's loss`,
        why: `Whether these copies are encrypted, and where the key would be kept, is unknown: ${why}.`,
        remedy: "Declare `encryption: false`, or the key and where it is kept.",
        verdict: "unproven",
        severity: "note",
      };
    }
  },
};

export const readinessRules: readonly Rule[] = [uncovered, leftOut, sharedFate, onDuty, drilled, verified, key];

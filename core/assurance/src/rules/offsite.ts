import type { Path } from "@orrery/model";
import { type Copy, coversConfiguration, distinct, elapsed, shortestLife, storageClasses } from "@orrery/protection";
import type { Draft } from "../finding.ts";
import { guestNames, protection, recoveries } from "../protection.ts";
import type { Context, Rule } from "../rule.ts";
import { count } from "../words.ts";

/** Copies by the storage that they are put on. */
const byStorage = (copies: readonly Copy[]): ReadonlyMap<string, readonly Copy[]> => {
  const storages = new Map<string, Copy[]>();
  for (const copy of copies) {
    const same = storages.get(copy.to);
    if (same === undefined) storages.set(copy.to, [copy]);
    else same.push(copy);
  }
  return storages;
};

const policyIds = (copies: readonly Copy[]): string => [...new Set(copies.map(({ policy }) => policy.id))].join(", ");

const storageClass: Rule = {
  id: "offsite/storage-class",
  chapter: "storage",
  severity: "error",
  title: "The backup server can use the storage class of its offsite copies",
  why: "Proxmox Backup Server reads the chunks of an S3 datastore one by one, whenever it verifies, collects garbage, deduplicates or restores. A class that wants a restore request first, and hours of waiting, answers each read with an error.",
  how: "Each S3 storage that a policy with a Proxmox Backup Server target copies to is looked up in AWS's storage classes: GLACIER and DEEP_ARCHIVE objects cannot be read until a restore request has been served.",
  remedy:
    "Use STANDARD, STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR for the datastore, or archive to the class by another tool and declare how.",
  *check(context): Generator<Draft> {
    const { copies, inventory } = context.once(protection);
    for (const [name, all] of byStorage(copies)) {
      const used = all.filter(
        ({ policy }) => inventory.storageOf(policy.target)?.kind === "pbs" || policy.target === name,
      );
      const kind = used[0]?.storage?.storageClass;
      if (kind === undefined || storageClasses[kind].readableAtOnce) continue;
      yield {
        subject: name,
        path: ["storage", "items", name, "storageClass"],
        claim: `${name} (${kind}) takes the offsite copies of ${policyIds(used)}`,
        why: `Objects in ${kind} cannot be read before a restore request of ${Object.entries(
          storageClasses[kind].retrieval,
        )
          .map(([tier, seconds]) => `${elapsed(seconds)} (${tier})`)
          .join(" or ")} is served; Proxmox Backup Server's S3 datastores read every object at once.`,
        remedy:
          "Take a class that can be read at once (GLACIER_IR is the cheapest for what is rarely read), or declare the tool that archives to it.",
      };
    }
  },
};

const minimumDuration: Rule = {
  id: "offsite/minimum-duration",
  chapter: "backup",
  severity: "warning",
  title: "Offsite copies are kept at least as long as their storage class bills them",
  why: "AWS bills an object for its class's minimum duration even when it is deleted sooner: short retention on a cold class costs more than it saves.",
  how: "The shortest life of a copy (its retention, or by the prune of its schedule's runs over three years) is compared with the class's minimum storage duration: DEEP_ARCHIVE 180 d, GLACIER and GLACIER_IR 90 d, STANDARD_IA and ONEZONE_IA 30 d.",
  remedy: "Keep the copies as long as they are billed, or take a class without a minimum.",
  *check(context): Generator<Draft> {
    for (const copy of context.once(protection).copies) {
      const kind = copy.storage?.storageClass;
      const minimum = kind === undefined ? 0 : storageClasses[kind].minimumDuration;
      if (kind === undefined || minimum === 0) continue;
      const life = shortestLife(copy.policy.schedule, copy.retention, context.at);
      if (life === undefined || life >= minimum) continue;
      const own = copy.retention !== copy.policy.retention;
      yield {
        subject: copy.policy.id,
        path: (own ? [...copy.path, "retention"] : [...copy.path.slice(0, 3), "retention"]) satisfies Path,
        claim: `${copy.policy.title}: copies on ${copy.to} (${kind})`,
        why: `A copy is removed after ${Math.round(life / 86_400)} d < ${minimum / 86_400} d, which ${kind} bills at the least.`,
        remedy: `Keep copies of ${copy.policy.id} on ${copy.to} for ${minimum / 86_400} d, or take a class without a minimum duration.`,
      };
    }
  },
};

const retrieval: Rule = {
  id: "offsite/retrieval",
  chapter: "recovery",
  severity: "error",
  title: "What a scenario restores from an archive can be read within its RTO",
  why: "No link and no disk makes up for hours of waiting until an archived object may be read at all.",
  how: "For each scenario, guests whose only surviving copies are in an archive class wait for its retrieval: as declared, else from the fastest tier that AWS has for the class to the slowest. Above the RTO with the fastest tier it is violated; with the slowest only, unproven.",
  remedy:
    "Keep a copy that can be read at once for what must be back sooner, or declare the retrieval tier and an RTO above it.",
  *check(context): Generator<Draft> {
    for (const [index, { scenario, times }] of context.once(recoveries).entries()) {
      const slow = times.filter(
        ({ retrieval: wait }) => wait !== undefined && (wait.span.most ?? Number.POSITIVE_INFINITY) > scenario.rto,
      );
      const late = slow.filter(({ retrieval: wait }) => (wait?.span.least ?? 0) > scenario.rto);
      const told = late.length > 0 ? late : slow;
      const first = told[0];
      if (first?.retrieval === undefined) continue;
      const { from, span } = first.retrieval;
      const range =
        span.most === span.least
          ? elapsed(span.least)
          : `${elapsed(span.least)} to ${span.most === undefined ? "an unknown time" : elapsed(span.most)}`;
      yield {
        subject: scenario.id,
        path: ["recovery", "scenarios", index, "rto"],
        claim: `${scenario.title}: RTO ${elapsed(scenario.rto)}`,
        why: `${first.loss.name}: ${count(first.restored, "guest")} to restore, the slowest from ${from.to}${from.storage?.storageClass === undefined ? "" : ` (${from.storage.storageClass})`}: ${range} retrieval ${late.length > 0 ? ">" : "is not shown to be within"} ${elapsed(scenario.rto)}.${span.missing.length > 0 ? ` Unknown: ${span.missing.join("; ")}.` : ""}`,
        remedy:
          late.length > 0
            ? "Keep a copy that can be read at once and survives this, or declare an RTO above the retrieval."
            : "Declare the retrieval tier that the recovery uses.",
        verdict: late.length > 0 ? "violated" : "unproven",
      };
    }
  },
};

const losesSite = (context: Context): boolean =>
  context.lab.recovery.scenarios.some(({ fails }) => fails.kind === "site");

/** What nobody says of the places of copies, where a place is declared nowhere. */
const nowhere = (copies: readonly Copy[]): readonly string[] =>
  distinct(copies.flatMap(({ home }) => (home.place === "unknown" ? home.unknown : [])));

const noCopy: Rule = {
  id: "offsite/no-copy",
  chapter: "backup",
  severity: "error",
  title: "Every covered guest has a copy outside of the site where a scenario takes the site",
  why: "A recovery from the loss of the site that has nothing to recover from is a sentence in a document.",
  how: "For each group of guests that the same policies cover, the places of all its copies are looked up. Without a scenario that takes the site there is nothing to ask.",
  remedy: "Give one of the policies an offsite copy.",
  *check(context): Generator<Draft> {
    if (!losesSite(context)) return;
    const { coverage, copies } = context.once(protection);
    for (const { policies, guests } of coverage.groups) {
      const [first] = policies;
      if (first === undefined) continue;
      const own = copies.filter(({ policy }) => policies.includes(policy));
      if (own.some(({ home }) => home.place === "offsite")) continue;
      const undeclared = nowhere(own);
      yield {
        subject: policies.map(({ id }) => id).join(", "),
        path: ["backup", "policies", context.lab.backup.policies.indexOf(first)],
        claim: `${policies.map(({ title }) => title).join(", ")} protect ${guestNames(guests)}`,
        ...(undeclared.length > 0 ? { verdict: "unproven" as const } : {}),
        why:
          undeclared.length > 0
            ? `No copy of ${guestNames(guests)} is shown to be outside of the site, which a scenario takes; unknown: ${undeclared.join("; ")}.`
            : `All ${count(own.length, "copy", "copies")} of ${guestNames(guests)} (${own.map(({ stream }) => stream.name).join(", ")}) are inside the site, which a scenario takes.`,
        remedy: undeclared.length > 0 ? "Declare the storage, and where it is." : `Give ${first.id} an offsite copy.`,
      };
    }
  },
};

const configuration: Rule = {
  id: "offsite/configuration",
  chapter: "backup",
  severity: "warning",
  title: "The configuration has a copy outside of the site where a scenario takes the site",
  why: "Guests are restored into a cluster. Without its networks, storages, users and jobs that cluster is built from memory first.",
  how: "Policies that cover the configuration are looked up, and the places of their copies.",
  remedy: "Add an offsite copy to the configuration's policy.",
  *check(context): Generator<Draft> {
    if (!losesSite(context)) return;
    const { copies } = context.once(protection);
    const own = copies.filter(({ policy }) => coversConfiguration(policy));
    if (own.some(({ home }) => home.place === "offsite")) return;
    const undeclared = nowhere(own);
    const index = context.lab.backup.policies.findIndex(coversConfiguration);
    const policy = context.lab.backup.policies[index];
    yield {
      subject: policy?.id ?? "configuration",
      path: policy === undefined ? ["backup", "policies"] : ["backup", "policies", index],
      claim: policy?.title ?? "The cluster can be rebuilt after the loss of the site",
      ...(undeclared.length > 0 ? { verdict: "unproven" as const } : {}),
      why:
        policy === undefined
          ? "No policy covers the configuration of the nodes, and a scenario takes the site."
          : undeclared.length > 0
            ? `No copy of the configuration is shown to be outside of the site, which a scenario takes; unknown: ${undeclared.join("; ")}.`
            : `All copies of the configuration (${own.map(({ stream }) => stream.name).join(", ")}) are inside the site, which a scenario takes.`,
      remedy:
        policy === undefined
          ? "Add a policy that covers the configuration, with an offsite copy."
          : `Give ${policy.id} an offsite copy.`,
    };
  },
};

const unencrypted: Rule = {
  id: "offsite/unencrypted",
  chapter: "backup",
  severity: "warning",
  title: "What leaves the site is encrypted before",
  why: "An unencrypted copy at a provider is the whole guest, disks and secrets included, to whoever gets at the bucket.",
  how: "Policies with an offsite copy that declare `encryption: false` are told.",
  remedy: "Encrypt with a key of your own, and keep it outside of the site.",
  *check({ lab }): Generator<Draft> {
    for (const [index, policy] of lab.backup.policies.entries()) {
      if (policy.encryption !== false || policy.offsite.length === 0) continue;
      yield {
        subject: policy.id,
        path: ["backup", "policies", index, "encryption"],
        claim: `${policy.title}: not encrypted`,
        why: `${policy.id} copies to ${policy.offsite.map(({ to }) => (typeof to === "string" ? to : to.text)).join(", ")} without encryption.`,
        remedy: "Encrypt with a key of your own, and keep it outside of the site.",
      };
    }
  },
};

export const offsiteRules: readonly Rule[] = [
  storageClass,
  minimumDuration,
  retrieval,
  noCopy,
  configuration,
  unencrypted,
];

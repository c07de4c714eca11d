import { type BackupPolicy, isAsWritten, refText } from "@orrery/model";
import { type Entry, valueIn } from "@orrery/state";
import type { Change, PropertyDifference } from "../../compare/comparison.ts";
import { isMarked, type Mark, markedComment, unmarked } from "../../compare/mark.ts";
import { type DeclaredObject, type ObjectRef, type ObservedObject, refName } from "../../compare/object.ts";
import type { Properties, Value } from "../../compare/value.ts";
import type { Step } from "../../plan/step.ts";
import type { Declaring, Kind } from "../kind.ts";
import { surplusReason } from "../plain-steps.ts";
import { conditionOf, differencesText, isNothing, parametersOf, updateOf } from "../section.ts";
import { numbersIn, textOf } from "../text.ts";
import { coverageKeys, coverageOf, coverageProperties } from "./backup-coverage.ts";
import { backupTable, declaredJobOptions, observedOptions } from "./backup-options.ts";
import { keepsLess, keptBecause, keptValue, pruneValue } from "./copies-kept.ts";
import { eventForm } from "./event-form.ts";
import { clocksOf, nodesEvent } from "./job-zone.ts";

/** A title that only repeats the id is no comment. */
const commentOf = (mark: Mark, id: string, said: string | undefined): string => {
  const comment = unmarked(mark, said);
  return comment === id ? "" : comment;
};

const pruneOf = (row: Entry["options"]): Value | undefined => {
  const old = row.maxfiles;
  if (row["prune-backups"] !== undefined || old === undefined) return pruneValue(row["prune-backups"] ?? "");
  return Number(old) === 0 ? { "keep-all": "1" } : { "keep-last": textOf(old) };
};

const scheduleIn = (row: Entry["options"]): string => {
  if (row.schedule !== undefined || row.starttime === undefined) return eventForm(textOf(row.schedule));
  return eventForm(`${textOf(row.dow)} ${textOf(row.starttime)}`);
};

export const readJob = (contract: Declaring["contract"], mark: Mark, { id, options }: Entry): Properties => {
  const kept = pruneOf(options);
  const chooses = textOf(options.vmid) !== "" || textOf(options.pool) !== "";
  return {
    mode: "snapshot",
    ...observedOptions(contract, options),
    ...coverageProperties({
      all: textOf(options.all) === "1" || (!chooses && textOf(options.exclude) !== ""),
      vmid: numbersIn(options.vmid),
      pool: textOf(options.pool),
      exclude: numbersIn(options.exclude),
      node: textOf(options.node),
    }),
    enabled: textOf(options.enabled) === "0" ? "0" : "1",
    schedule: scheduleIn(options),
    storage: textOf(options.storage ?? (options.dumpdir === undefined ? "local" : "")),
    comment: commentOf(mark, id, textOf(options.comment)),
    "prune-backups": kept ?? {},
  };
};

/** What keeps a policy from being made into a job; all of it at once. */
const obstacles = (policy: BackupPolicy, declaring: Declaring, open: Readonly<Record<string, string>>): string[] => {
  const { inventory } = declaring;
  const found: string[] = [];
  if (policy.covers === "configuration")
    found.push("Proxmox VE has no job that backs up the configuration of nodes; it takes a timer on each of them");
  const storage = inventory.storageOf(policy.target);
  if (storage === undefined) found.push(`its target ${refText(policy.target)} is declared nowhere`);
  else if (storage.kind === "s3") found.push(`no job of Proxmox VE writes to ${refText(policy.target)}: it is S3`);
  if (policy.covers !== "configuration" && open.schedule !== undefined)
    found.push(`the declaration would have to say when it runs: ${open.schedule}`);
  if (open.vmid !== undefined) found.push(open.vmid);
  return found;
};

const declaredJob = (policy: BackupPolicy, index: number, declaring: Declaring): DeclaredObject => {
  const { inventory, contract, mark } = declaring;
  const path = ["backup", "policies", index];
  const covered = coverageOf(policy, declaring);
  const common = { kind: "backup job", id: policy.id, path } as const;
  const rest = policy.options === undefined ? { rest: "its options are not declared" } : {};
  if (covered === undefined) {
    const incomplete = obstacles(policy, declaring, {}).join("; ");
    return { ...common, properties: {}, open: {}, rest: "Proxmox VE has no such job", incomplete, needs: [] };
  }
  const when = nodesEvent(policy.schedule, declaring);
  const options = declaredJobOptions(contract, policy.options ?? {});
  const hasTarget = !isAsWritten(policy.target) || inventory.storageOf(policy.target) !== undefined;
  const open: Record<string, string> = { ...options.open };
  if (when.kind === "open") open.schedule = when.why;
  if (!hasTarget) open.storage = `its target "${refText(policy.target)}" is declared nowhere`;
  const unknown = covered.missing.join(", ");
  if (unknown !== "") for (const key of ["vmid", "exclude"]) open[key] = `nobody knows the number of ${unknown}`;
  const kept = keptValue(inventory.lab.backup.policies, policy);
  const said: Properties = {
    ...options.properties,
    ...(policy.mode === undefined && policy.options === undefined ? {} : { mode: policy.mode ?? "snapshot" }),
    ...(policy.notes === undefined ? {} : { "notes-template": policy.notes }),
    ...coverageProperties(covered.coverage),
    enabled: policy.enabled ? "1" : "0",
    schedule: when.kind === "event" ? when.event : "",
    storage: refText(policy.target),
    comment: commentOf(mark, policy.id, policy.title),
    "prune-backups": kept ?? {},
  };
  const properties = Object.fromEntries(Object.entries(said).filter(([key]) => open[key] === undefined));
  const incomplete = obstacles(policy, declaring, open).join("; ");
  return {
    ...common,
    needs: [...needsOf(properties), ...clocksOf(declaring)],
    properties,
    open,
    ...rest,
    ...(incomplete === "" ? {} : { incomplete }),
  };
};

/** What the properties name: guests, a pool, a storage. */
const needsOf = ({ vmid, exclude, pool, storage }: Properties): ObjectRef[] => [
  ...[vmid, exclude]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((id): ObjectRef => ({ kind: "guest", id })),
  ...(isNothing(pool) ? [] : [{ kind: "pool" as const, id: textOf(pool) }]),
  ...(isNothing(storage) ? [] : [{ kind: "storage" as const, id: textOf(storage) }]),
];

/** Chosen once, when a job is made whose options are not declared. */
const sensible = ({ rest, properties }: DeclaredObject, declaring: Declaring): Properties => {
  if (rest === undefined) return {};
  const storage = declaring.inventory.storageOf(textOf(properties.storage));
  return {
    mode: "snapshot",
    "notes-template": "{{guestname}}",
    ...(storage?.kind === "pbs" ? {} : { compress: "zstd" }),
  };
};

const policyOf = (id: string, { inventory }: Declaring): BackupPolicy | undefined =>
  inventory.lab.backup.policies.find((policy) => policy.id === id);

const keptReason = (id: string, declaring: Declaring): string => {
  const policy = policyOf(id, declaring);
  return policy === undefined ? "" : `; ${keptBecause(declaring.inventory.lab.backup.policies, policy)}`;
};

const whenReason = (id: string, declaring: Declaring): string => {
  const policy = policyOf(id, declaring);
  const when = policy === undefined ? undefined : nodesEvent(policy.schedule, declaring);
  return when?.kind === "event" && when.note !== undefined ? `; ${when.note}` : "";
};

const createJob = (object: DeclaredObject, declaring: Declaring): Step => {
  const { id, properties } = object;
  const { enabled, comment, ...others } = { ...sensible(object, declaring), ...properties };
  const said = Object.fromEntries(Object.entries(others).filter(([key, value]) => key !== "all" || value === "1"));
  return {
    verb: "create",
    title: `Create the backup job ${id}`,
    because: `it is declared and not there${keptReason(id, declaring)}${whenReason(id, declaring)}`,
    calls: [
      {
        method: "POST",
        path: "/cluster/backup",
        parameters: {
          id,
          ...parametersOf(said, backupTable(declaring.contract)),
          enabled: textOf(enabled ?? "1"),
          comment: markedComment(declaring.mark, textOf(comment)),
        },
        answers: "nothing",
      },
    ],
    from: { kind: "absent" },
    expects: { kind: "present", properties },
    risk: "none",
    principal: "token",
  };
};

/** Whatever of the choice differs, it is said anew: setting one way to choose takes the others away. */
const coverageUpdate = (differences: readonly PropertyDifference[], declared: Properties): PropertyDifference[] => {
  const differs = (key: string): boolean => differences.some(({ property }) => property === key);
  const update = (property: string): PropertyDifference => ({
    property,
    declared: declared[property],
    observed: undefined,
  });
  const way = declared.all === "1" ? "all" : isNothing(declared.pool) ? "vmid" : "pool";
  const isChosenAnew = ["all", "vmid", "pool"].some(differs);
  return [
    ...(isChosenAnew ? [update(way)] : []),
    ...(differs("exclude") || (isChosenAnew && !isNothing(declared.exclude)) ? [update("exclude")] : []),
    ...(differs("node") ? [update("node")] : []),
  ];
};

const changeJob = (change: Extract<Change, { kind: "changed" }>, declaring: Declaring): Step => {
  const { declared, observed, properties: differences } = change;
  const { id } = declared;
  const prunes = differences.find(({ property }) => property === "prune-backups");
  const destroys = prunes !== undefined && keepsLess(prunes.declared, prunes.observed);
  const plain = differences.filter(
    ({ property }) => !coverageKeys.some((key) => key === property) && property !== "comment",
  );
  const comment = differences.find(({ property }) => property === "comment");
  const wanted = textOf(comment?.declared);
  const update = updateOf(
    [...plain, ...coverageUpdate(differences, declared.properties)],
    declared.properties,
    backupTable(declaring.contract),
  );
  const reasons = [
    differencesText(differences),
    ...(prunes === undefined ? [] : [keptReason(id, declaring).replace(/^; /, "")]),
    ...(destroys ? ["the next run removes the copies that are kept no longer"] : []),
  ];
  return {
    verb: "change",
    title: `Change ${differences.map(({ property }) => property).join(", ")} of the backup job ${id}`,
    because: `${reasons.join("; ")}${differences.some(({ property }) => property === "schedule") ? whenReason(id, declaring) : ""}`,
    calls: [
      {
        method: "PUT",
        path: "/cluster/backup/{id}",
        parameters: {
          id,
          ...update,
          ...(comment === undefined
            ? {}
            : { comment: observed.marked ? markedComment(declaring.mark, wanted) : wanted }),
        },
        answers: "nothing",
      },
    ],
    from: { kind: "present", properties: conditionOf(differences, "observed") },
    expects: { kind: "present", properties: conditionOf(differences, "declared") },
    risk: destroys ? "data loss" : "none",
    principal: "token",
    ...(destroys ? { consent: refName(declared) } : {}),
  };
};

/** A job that copies guests to a storage; the id is that of the policy. */
export const backupJob: Kind = {
  noun: "backup job",
  declared: (declaring) =>
    declaring.inventory.lab.backup.policies.map((policy, index) => declaredJob(policy, index, declaring)),
  observed: ({ backupJobs, contract, at }, mark) => {
    if (backupJobs.kind !== "observed") return { objects: [], blind: [{ kind: "backup job", why: backupJobs.why }] };
    const objects = (valueIn(backupJobs) ?? []).map((job): ObservedObject => {
      const properties = readJob(contract, mark, job);
      return {
        kind: "backup job",
        id: job.id,
        properties,
        hidden: {},
        marked: isMarked(mark, textOf(job.options.comment)),
        builtIn: false,
        at: backupJobs.at ?? at,
        needs: needsOf(properties),
      };
    });
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "backupJobs" }],
  steps: (change, planning) => {
    if (change.kind === "missing") return [createJob(change.declared, planning)];
    if (change.kind === "changed") return [changeJob(change, planning)];
    const { id, properties } = change.observed;
    return [
      {
        verb: "remove",
        title: `Remove the backup job ${id}`,
        because: `${surplusReason(change.observed)}; the copies that it made stay`,
        calls: [{ method: "DELETE", path: "/cluster/backup/{id}", parameters: { id }, answers: "nothing" }],
        from: { kind: "present", properties },
        expects: { kind: "absent" },
        risk: "none",
        principal: "token",
      },
    ];
  },
};

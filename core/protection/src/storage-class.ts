import { isUnknown, type Seconds, type Storage, type StorageClass } from "@orrery/model";
import { exactly, type Span, unknownSpan } from "./figure.ts";

const minute = 60;
const hour = 3_600;
const day = 86_400;

export type StorageClassFacts = {
  /** An object can be read as soon as it is asked for, without a restore request first. */
  readonly readableAtOnce: boolean;
  /** From a restore request until the object can be read, by retrieval tier: what AWS says it typically stays within. */
  readonly retrieval: Readonly<Partial<Record<"expedited" | "standard" | "bulk", Seconds>>>;
  /** What is deleted sooner is billed for this long all the same. */
  readonly minimumDuration: Seconds;
};

/**
 * What AWS says of its S3 storage classes. Sources: Amazon S3 User Guide, "Understanding archive retrieval options"
 * (restoring-objects-retrieval-options: expedited 1-5 min, standard 3-5 h, bulk 5-12 h from Glacier Flexible Retrieval;
 * standard within 12 h, bulk within 48 h from Deep Archive, which has no expedited tier) and "Understanding and managing
 * Amazon S3 storage classes" (storage-class-intro: minimum storage durations). The figures are what a plan may count on:
 * AWS promises nothing sooner.
 */
export const storageClasses: Readonly<Record<StorageClass, StorageClassFacts>> = {
  STANDARD: { readableAtOnce: true, retrieval: {}, minimumDuration: 0 },
  STANDARD_IA: { readableAtOnce: true, retrieval: {}, minimumDuration: 30 * day },
  ONEZONE_IA: { readableAtOnce: true, retrieval: {}, minimumDuration: 30 * day },
  // Its archive tiers are opt-in; without them every object can be read at once.
  INTELLIGENT_TIERING: { readableAtOnce: true, retrieval: {}, minimumDuration: 0 },
  GLACIER_IR: { readableAtOnce: true, retrieval: {}, minimumDuration: 90 * day },
  GLACIER: {
    readableAtOnce: false,
    retrieval: { expedited: 5 * minute, standard: 5 * hour, bulk: 12 * hour },
    minimumDuration: 90 * day,
  },
  DEEP_ARCHIVE: {
    readableAtOnce: false,
    retrieval: { standard: 12 * hour, bulk: 48 * hour },
    minimumDuration: 180 * day,
  },
};

/**
 * From asking for a copy until it can be read: as declared, else by its class from the fastest tier to the slowest. What
 * has no class and is said to be unknown has no bound.
 */
export const retrievalOf = (storage: Storage): Span => {
  const declared = storage.retrieval;
  if (typeof declared === "number") return exactly(declared);
  const facts = storage.storageClass === undefined ? undefined : storageClasses[storage.storageClass];
  const tiers = Object.values(facts?.retrieval ?? {});
  if (tiers.length === 0) return facts === undefined && isUnknown(declared) ? unknownSpan(declared.why) : exactly(0);
  const why = isUnknown(declared) ? declared.why : "the retrieval tier that recovery uses is not declared";
  return { least: Math.min(...tiers), most: Math.max(...tiers), missing: [why] };
};

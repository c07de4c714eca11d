import { type Config, type Dict, dict, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail } from "../problem.ts";
import { withSdnLock } from "../sdn/lock.ts";
import { pendingRow } from "../sdn/pending.ts";
import { deleteOptions, needOptions, type OptionTable } from "../section-options.ts";
import { configOf } from "./values.ts";

type SdnKind = "zones" | "vnets" | "controllers" | "ipams" | "dns";

/** A kind of SDN objects: how they are called, what they hold, what must hold of them, who may see them. */
export type SdnObjects = {
  readonly kind: SdnKind;
  /** The parameter that holds an object's id. */
  readonly key: string;
  readonly path: string;
  readonly options: (type: string) => OptionTable;
  readonly needSense?: (call: Call, id: string, type: string, options: Config, before: Section | undefined) => void;
  readonly needUnused?: (call: Call, id: string) => void;
  readonly sees?: (call: Call, section: Section) => boolean;
  /** Refuses a caller who may not change the object. */
  readonly needChange?: (call: Call, section: Section) => void;
  /** Objects that are always there. */
  readonly builtIn?: readonly Section[];
  /** Options are checked before the lock is taken, so that their errors stand alone. */
  readonly checksFirst: boolean;
};

const outside = ["type", "digest", "delete", "lock-token"];

const runningOf = (call: Call, kind: SdnKind): Dict<Section> => {
  const { running } = call.world.sdn;
  if (running === undefined || kind === "ipams" || kind === "dns") return dict();
  return running[kind];
};

const row = ({ key }: SdnObjects, section: Section, digest: string | null): Record<string, unknown> => ({
  [key]: section.id,
  type: section.type,
  ...section.options,
  ...(section.options["secondary-controllers"] === undefined
    ? {}
    : { "secondary-controllers": String(section.options["secondary-controllers"]).split(",") }),
  digest,
});

const everything = (call: Call, { kind, builtIn = [] }: SdnObjects): Section[] => [
  ...builtIn,
  ...Object.values(call.world.sdn[kind]),
];

const list =
  (objects: SdnObjects) =>
  (call: Call): unknown => {
    const { kind, key, sees = () => true } = objects;
    const next: Dict<Section> = call.world.sdn[kind];
    const live = runningOf(call, kind);
    const type = call.text("type");
    const wanted = (section: Section | undefined): boolean =>
      section !== undefined && sees(call, section) && (type === undefined || section.type === type);
    if (call.flag("pending")) {
      const ids = [...new Set([...Object.keys(live), ...Object.keys(next)])].toSorted();
      return ids.filter((id) => wanted(next[id] ?? live[id])).map((id) => pendingRow(key, id, next[id], live[id]));
    }
    if (call.flag("running"))
      return Object.values(live)
        .filter(wanted)
        .map((section) => row(objects, section, null));
    const digest = sectionDigest(next);
    return everything(call, objects)
      .filter(wanted)
      .map((section) => row(objects, section, digest));
  };

const objectOf = (
  call: Call,
  objects: SdnObjects,
  sections: readonly Section[] = everything(call, objects),
): Section => {
  const id = call.need(objects.key);
  return sections.find((section) => section.id === id) ?? fail(`sdn '${id}' does not exist`);
};

const read =
  (objects: SdnObjects) =>
  (call: Call): unknown => {
    const { kind, key, needChange, sees } = objects;
    const next: Dict<Section> = call.world.sdn[kind];
    const live = runningOf(call, kind);
    const known = objectOf(call, objects, [...everything(call, objects), ...Object.values(live)]);
    if (sees !== undefined && !sees(call, known)) needChange?.(call, known);
    if (call.flag("pending")) return pendingRow(key, known.id, next[known.id], live[known.id]);
    if (call.flag("running")) return row(objects, objectOf(call, objects, Object.values(live)), null);
    return row(objects, objectOf(call, objects), sectionDigest(next));
  };

const create =
  (objects: SdnObjects) =>
  (call: Call): unknown => {
    const { kind, key, options: table, needSense, checksFirst } = objects;
    const id = call.need(key);
    const type = call.text("type") ?? key;
    const options = configOf(call, key, ...outside);
    if (checksFirst) needOptions(table(type), options, true);
    return withSdnLock(call, `create sdn ${key} object failed`, () => {
      if (!checksFirst) needOptions(table(type), options, true);
      const sections: Dict<Section> = call.world.sdn[kind];
      if (everything(call, objects).some((section) => section.id === id))
        fail(`sdn ${key} object ID '${id}' already defined`);
      needSense?.(call, id, type, options, undefined);
      sections[id] = { type, id, options };
      return null;
    });
  };

const update =
  (objects: SdnObjects) =>
  (call: Call): unknown => {
    const { kind, key, options: table, needSense, needChange } = objects;
    if (needChange !== undefined) needChange(call, objectOf(call, objects));
    return withSdnLock(call, `update sdn ${key} object failed`, () => {
      needSectionDigest(call.text("digest"), call.world.sdn[kind]);
      const section = objectOf(call, objects);
      const given = configOf(call, key, ...outside);
      needOptions(table(section.type), given, false);
      const options: Config = dict(Object.entries(section.options));
      deleteOptions(table(section.type), options, given, call.list("delete"));
      Object.assign(options, given);
      needSense?.(call, section.id, section.type, options, section);
      section.options = options;
      return null;
    });
  };

const remove =
  (objects: SdnObjects) =>
  (call: Call): unknown => {
    const { kind, key, needUnused, needChange } = objects;
    if (needChange !== undefined) needChange(call, objectOf(call, objects));
    return withSdnLock(call, `delete sdn ${key} object failed`, () => {
      const { id } = objectOf(call, objects);
      needUnused?.(call, id);
      delete call.world.sdn[kind][id];
      return null;
    });
  };

/** The five methods on a kind of SDN objects. */
export const sdnHandlers = (objects: SdnObjects): Handlers => ({
  [`GET ${objects.path}`]: list(objects),
  [`POST ${objects.path}`]: create(objects),
  [`GET ${objects.path}/{${objects.key}}`]: read(objects),
  [`PUT ${objects.path}/{${objects.key}}`]: update(objects),
  [`DELETE ${objects.path}/{${objects.key}}`]: remove(objects),
});

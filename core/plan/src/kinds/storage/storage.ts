import { type ClusterState, type Entry, type Row, valueIn } from "@orrery/state";
import type { ObjectRef, ObservedObject } from "../../compare/object.ts";
import type { Kind } from "../kind.ts";
import { declaredStorage } from "./declared-storage.ts";
import { storageForms, storageSecrets } from "./forms.ts";
import { observedOptions } from "./properties.ts";
import { storageSteps, whyStuck } from "./steps.ts";

const wordsOf = (raw: Row[string] | undefined): string[] =>
  [...new Set(typeof raw === "string" ? raw.split(/[,;\s]+/) : [])].filter(Boolean).toSorted();

const nodesOf = (state: ClusterState, raw: Row[string] | undefined): readonly string[] | "all" => {
  const listed = wordsOf(raw);
  // One that is a member no more is listed to no effect.
  const here = listed.filter((node) => node in state.nodes);
  const nodes = here.length === 0 ? listed : here;
  const missing = Object.keys(state.nodes).filter((node) => !nodes.includes(node));
  return nodes.length === 0 || missing.length === 0 ? "all" : nodes;
};

const hidden = Object.fromEntries(storageSecrets.map((key) => [key, "Proxmox tells nobody"]));

const needsOf = ({ options }: Entry): ObjectRef[] =>
  typeof options.base === "string" ? [{ kind: "storage", id: options.base.slice(0, options.base.indexOf(":")) }] : [];

export const observedStorage = (state: ClusterState, entry: Entry, at: number): ObservedObject => {
  const { id, type, options } = entry;
  return {
    kind: "storage",
    id,
    properties: {
      ...observedOptions(state.contract, type, id, options),
      type,
      content: wordsOf(options.content),
      nodes: nodesOf(state, options.nodes),
      ...(storageForms[type]?.maybeShared
        ? { shared: options.shared === 1 || options.shared === "1" ? "1" : "0" }
        : {}),
    },
    hidden,
    // It has no comment to bear a mark.
    marked: false,
    // Proxmox makes one of this name where there is none.
    builtIn: id === "local",
    at,
    needs: needsOf(entry),
  };
};

/** An entry of storage.cfg. */
export const storage: Kind = {
  noun: "storage",
  declared: (declaring) =>
    [...declaring.inventory.storages].flatMap(([id, item]) => declaredStorage(declaring, id, item) ?? []),
  observed: (state) => {
    const { storages, at } = state;
    if (storages.kind !== "observed") return { objects: [], blind: [{ kind: "storage", why: storages.why }] };
    return {
      objects: (valueIn(storages) ?? []).map((entry) => observedStorage(state, entry, storages.at ?? at)),
      blind: [],
    };
  },
  sources: () => [{ of: "cluster", part: "storages" }],
  steps: storageSteps,
  stuck: whyStuck,
};

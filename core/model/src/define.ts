import type { z } from "zod";
import type { cluster, nic, node } from "./cluster.ts";
import type { guest, guestDisk, guestNic, guests } from "./guests.ts";
import type { Chapter, LabInput } from "./lab.ts";
import type { network, networkSwitch, vlan } from "./network.ts";
import type { storage, storageItem } from "./storage.ts";
import type { AsWritten, Unknown } from "./unknown.ts";

/*
 * The functions below give back what they are given. They are there for the editor: names that one chapter declares are
 * inferred (only the names, so that a misspelt property is still refused) and are then the only ones that the chapters
 * that stand on it may refer to. What a document says though it is declared nowhere is written `asWritten("…")`.
 */

/** As given: what nothing changes may be shared and `as const`. */
type Given<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: Given<T[K]> } : T;

type NetworkOf<V extends PropertyKey, S extends string> = Given<Omit<z.input<typeof network>, "vlans" | "switches">> & {
  vlans: Record<V, Given<z.input<typeof vlan>>>;
  switches: Record<S, Given<z.input<typeof networkSwitch>>>;
};
type NodeOn<S extends string> = Given<Omit<z.input<typeof node>, "nics">> & {
  readonly nics: Readonly<
    Record<string, Given<Omit<z.input<typeof nic>, "switch">> & { readonly switch: S | AsWritten | Unknown }>
  >;
};
type ClusterOf<N extends string, S extends string> = Given<Omit<z.input<typeof cluster>, "nodes">> & {
  nodes: Record<N, NodeOn<S>>;
};
type StorageOf<T extends string> = Given<Omit<z.input<typeof storage>, "items">> & {
  items: Record<T, Given<z.input<typeof storageItem>>>;
};
type GuestOn<N extends string, V extends PropertyKey, T extends string> = Given<
  Omit<z.input<typeof guest>, "node" | "disks" | "nics">
> & {
  readonly node: N | AsWritten;
  readonly disks?: readonly (Given<Omit<z.input<typeof guestDisk>, "storage">> & { readonly storage: T | AsWritten })[];
  readonly nics?: readonly (Given<Omit<z.input<typeof guestNic>, "vlan">> & {
    readonly vlan?: (V & number) | AsWritten;
  })[];
};
type GuestsOn<N extends string, V extends PropertyKey, T extends string> = Given<
  Omit<z.input<typeof guests>, "items">
> & {
  readonly items: readonly GuestOn<N, V, T>[];
};

export const defineNetwork = <V extends PropertyKey, S extends string>(chapter: NetworkOf<V, S>): NetworkOf<V, S> =>
  chapter;

/** The cluster, wired to the network's switches. */
export const defineCluster = <N extends string, V extends PropertyKey, S extends string>(
  _on: { network: NetworkOf<V, S> },
  chapter: ClusterOf<N, NoInfer<S>>,
): ClusterOf<N, S> => chapter;

export const defineStorage = <T extends string>(chapter: StorageOf<T>): StorageOf<T> => chapter;

/** The guests, on the cluster's nodes, the network's VLANs and the storages. */
export const defineGuests = <N extends string, V extends PropertyKey, S extends string, T extends string>(
  _on: { cluster: ClusterOf<N, S>; network: NetworkOf<V, S>; storage: StorageOf<T> },
  chapter: GuestsOn<NoInfer<N>, NoInfer<V>, NoInfer<T>>,
): GuestsOn<N, V, T> => chapter;

/** Any other chapter: `defineChapter("service", { … })`. */
export const defineChapter = <C extends Chapter>(
  _name: C,
  chapter: Given<NonNullable<LabInput[C]>>,
): Given<NonNullable<LabInput[C]>> => chapter;

/** The declaration, whole. It is validated when it is loaded, not here, so that every problem is told at once with its place. */
export const defineLab = (lab: Given<LabInput>): Given<LabInput> => lab;

/** Guests that share a node, or of whom no two do; by the names of their items. */
export interface Bond {
  readonly kind: "together" | "apart";
  readonly guests: readonly string[];
  readonly strict: boolean;
}

/** A guest that may be, or would rather be, on some nodes only. */
export interface Pin {
  readonly guest: string;
  readonly nodes: readonly string[];
  readonly strict: boolean;
  /** Reads on after the guest's name: `is pinned to pve1 (plb_pin_pve1)`. */
  readonly why: string;
}

/** Where guests may run, wherever that was said. */
export interface Policy {
  readonly bonds: readonly Bond[];
  readonly pins: readonly Pin[];
  /** Guests that are left where they are. */
  readonly ignored: ReadonlySet<string>;
}

/** Looks up items: a guest of the cluster by its VMID, those of the declaration by their name. */
export interface Names {
  readonly byVmid: (vmid: number) => string | undefined;
  readonly byLabName: (name: string) => readonly string[];
}

export const joinPolicies = (policies: readonly Policy[]): Policy => ({
  bonds: policies.flatMap(({ bonds }) => bonds),
  pins: policies.flatMap(({ pins }) => pins),
  ignored: new Set(policies.flatMap(({ ignored }) => [...ignored])),
});

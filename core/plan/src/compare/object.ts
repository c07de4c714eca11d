import type { Path } from "@orrery/model";
import type { Instant } from "@orrery/state";
import type { ObjectKind } from "./object-kind.ts";
import type { Properties } from "./value.ts";

/** One thing of a cluster that can be made, changed and removed. */
export type ObjectRef = {
  readonly kind: ObjectKind;
  /** What tells it from others of its kind: `101`, `node01/vmbr0`, `/pool/lab group ops@entra PVEVMAdmin`. */
  readonly id: string;
};

/** `guest 101`: the name that a plan, a consent and a person use for it. */
export const refName = ({ kind, id }: ObjectRef): string => `${kind} ${id}`;

/** As the declaration has it. */
export type DeclaredObject = ObjectRef & {
  /** What people call it where that is not its id: `dc01`. */
  readonly name?: string;
  readonly properties: Properties;
  /** Properties that the declaration leaves open, and why: they are neither compared nor set. */
  readonly open: Readonly<Record<string, string>>;
  /** Why every property that is not declared is left alone; without it, what is not declared has its default. */
  readonly rest?: string;
  /** Why it cannot be made as it is declared: what the declaration would have to say. It is compared all the same. */
  readonly incomplete?: string;
  /** Why Proxmox would refuse what is declared: it is neither compared nor made until the declaration says otherwise. */
  readonly refused?: string;
  /** Where it is declared. */
  readonly path: Path;
  /** Objects that have to be there first. Those that are neither declared nor observed are left out of account. */
  readonly needs: readonly ObjectRef[];
  /** A guest that it shields: it is there before the guest starts. */
  readonly guards?: ObjectRef;
  /** The node that it is on, where it is on one: for limits, and for what is asked when. */
  readonly node?: string;
};

/** As the cluster has it. */
export type ObservedObject = ObjectRef & {
  readonly name?: string;
  readonly properties: Properties;
  /** Properties that the API does not tell (a password), and why. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Properties that something else is about to change, and why: left alone, and told where they are not as declared. */
  readonly unsettled?: Readonly<Record<string, string>>;
  /** It bears the mark of what the declaration owns. */
  readonly marked: boolean;
  /** It came with Proxmox and cannot be removed: `root@pam`, the role `Administrator`. Not declared, it is nobody's concern. */
  readonly builtIn: boolean;
  /** Its protection flag is set. */
  readonly protected?: boolean;
  readonly at: Instant;
  readonly needs: readonly ObjectRef[];
  readonly node?: string;
};

/** Something that could not be seen: a kind as a whole, or of one node. */
export type Blind = { readonly kind: ObjectKind; readonly node?: string; readonly id?: string; readonly why: string };

export type Observation = { readonly objects: readonly ObservedObject[]; readonly blind: readonly Blind[] };

import type { ObjectRef } from "../compare/object.ts";
import type { Value } from "../compare/value.ts";
import type { Call } from "./call.ts";

/**
 * What an action may cost, the least first. `hot`: nobody notices. `reboot`, `stop`: of a guest. `network`: of a node,
 * which may cut it off. `quorum`: the cluster may lose it. `data loss`: bytes are gone for good.
 */
export const risks = ["none", "hot", "reboot", "stop", "network", "quorum", "data loss"] as const;
export type Risk = (typeof risks)[number];

/** Who may do it: an API token with the rights, a user's ticket, `root@pam` by ticket, or only a shell on the node. */
export const principals = ["token", "ticket", "root@pam", "ssh"] as const;
export type Principal = (typeof principals)[number];

/** Properties with the values that they have to have; null of one that has to be missing or at its default. */
export type Condition = Readonly<Record<string, Value | null>>;

/** An object that has to be as said: absent, or there with these properties. */
export type Expectation = { readonly kind: "absent" } | { readonly kind: "present"; readonly properties: Condition };

/** The types of the task that does what was asked for, `qmigrate`; and how long may go by until it begins. Seconds. */
export type HandOver = { readonly tasks: readonly string[]; readonly within: number };

/** One thing to be done about an object, as its kind states it. Steps of an object are done one after another. */
export type Step = {
  /** One word: create, change, remove, start, stop, move, grow … */
  readonly verb: string;
  /** `Create the guest dc01 (101) on node01`. */
  readonly title: string;
  /** The words after "because". */
  readonly because: string;
  readonly calls: readonly Call[];
  /** How the object has to be for the step to be right; else the base has moved. */
  readonly from: Expectation;
  /** How it is when the step is done: looked at before, so that nothing is done twice, and after, so that it is true. */
  readonly expects: Expectation;
  readonly risk: Risk;
  readonly principal: Principal;
  /** The object that has to be named for this to be done: `guest 101`, `disk 101/scsi1`. */
  readonly consent?: string;
  /** The node whose limit it counts against. */
  readonly node?: string;
  /** Done, it waits for a reboot of the guest: which keys. */
  readonly pending?: readonly string[];
  /** Its task only asks for it; who is asked does it in a task of its own. */
  readonly handsOver?: HandOver;
  /** Objects whose steps have to be done before this one, beyond those that the object needs. */
  readonly follows?: readonly ObjectRef[];
  /** A network change: applied with a rollback unless the node is reached from outside in time. Seconds. */
  readonly rollbackAfter?: number;
  /**
   * What puts back what was there before, where `rollbackAfter` runs out: sent through another node, which can only pass
   * them on while it still reaches this one; else by hand or over SSH.
   */
  readonly rollback?: readonly Call[];
  /** Sent where one of the calls is refused, so that nothing is left half done: what is staged is given up. */
  readonly takeBack?: readonly Call[];
};

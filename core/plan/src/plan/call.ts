import type { Method } from "@orrery/contract";

/** Stands in a plan for a secret, which is read when it is sent: `env:PBS_PASSWORD`, `file:/run/secrets/pbs`. */
export type SecretRef = {
  readonly secret: string;
  /** Text that the secret follows where it is only the end of a value: `name=key,value=`. */
  readonly after?: string;
  /** How the secret itself is written; as it is where nothing is said. */
  readonly encoding?: "base64";
};

export type CallValue = string | number | readonly (string | SecretRef)[] | SecretRef;

/**
 * What an answer tells once and nobody can ask for again. It goes to whoever keeps secrets, and never into a log, a
 * record or the terminal.
 */
export type Revealed = {
  /** The field of the answer that holds it: `value`. */
  readonly key: string;
  /** What it is, to keep it under: `token root@pam!ci`. */
  readonly as: string;
};

/** A request to the Proxmox VE API. */
export type Call = {
  readonly method: Exclude<Method, "GET">;
  /** A template of the contract: `/nodes/{node}/qemu/{vmid}/config`. */
  readonly path: string;
  /** Those of the path among them. */
  readonly parameters: Readonly<Record<string, CallValue>>;
  /** A task that it starts is followed to its end. */
  readonly answers: "nothing" | "task";
  readonly reveals?: Revealed;
};

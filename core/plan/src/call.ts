import type { Method } from "@orrery/contract";

/** Stands in a plan for a secret, which is read when it is sent: `env:PBS_PASSWORD`, `file:/run/secrets/pbs`. */
export type SecretRef = { readonly secret: string };

export type CallValue = string | number | readonly string[] | SecretRef;

/** A request to the Proxmox VE API. */
export type Call = {
  readonly method: Exclude<Method, "GET">;
  /** A template of the contract: `/nodes/{node}/qemu/{vmid}/config`. */
  readonly path: string;
  /** Those of the path among them. */
  readonly parameters: Readonly<Record<string, CallValue>>;
  /** A task that it starts is followed to its end. */
  readonly answers: "nothing" | "task";
};

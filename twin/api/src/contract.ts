import { contractOf } from "@orrery/contract";

/** Which major of Proxmox VE the twin answers as. */
export type PveMajor = "8.4" | "9.2";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

/** A schema of the contract: what `PVE::JSONSchema` checks a value against. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly optional?: boolean | number;
  readonly format?: string | Readonly<Record<string, Schema>>;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly (string | number)[] | null;
  readonly requires?: string;
  readonly alias?: string;
  readonly keyAlias?: string;
  readonly default_key?: boolean | number;
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | number;
  readonly oneOf?: readonly Schema[];
  readonly "instance-types"?: readonly string[];
  readonly "type-property"?: string;
};

/** An expression of the product's own permission language, in prefix notation. */
export type PermissionCheck = readonly unknown[];

export type MethodInfo = {
  readonly path: string;
  readonly method: HttpMethod;
  readonly name: string;
  readonly permissions: { readonly user?: string; readonly check?: PermissionCheck } | null;
  readonly protected: boolean;
  readonly proxyto: string | null;
  readonly allowtoken: boolean;
  readonly params: Schema;
  readonly returns: Schema | null;
};

/** Every method of a major's API, sorted by path, then GET, POST, PUT, DELETE. */
export const methodsOf = (major: PveMajor): readonly MethodInfo[] => contractOf(major).routes as readonly MethodInfo[];

/** The verbs that the API knows. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A JSON scalar. */
export type Scalar = string | number | boolean | null;

/** The dialect of JSON schema that Proxmox writes its API down in. */
export interface Schema {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object" | "null" | "any";
  readonly optional?: boolean;
  readonly default?: Scalar;
  readonly enum?: readonly Scalar[] | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A Perl expression, implicitly anchored. JavaScript accepts most of them and may match something else. */
  readonly pattern?: string;
  /** A name that the product checks, or the schema of a property string. */
  readonly format?: string | PropertyFormat;
  /** The grammar in words, where nothing else describes it. */
  readonly typetext?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  /** Another property that must stand beside this one. */
  readonly requires?: string;
  readonly renderer?: string;
  readonly "instance-types"?: readonly string[];
  readonly "type-property"?: string;
  readonly links?: readonly { readonly href: string; readonly rel: string }[];
}

/** What one key of a property string may hold; `alias` writes the value under another key, `keyAlias` the key itself. */
export interface PropertySchema extends Schema {
  /** 1: a part without `key=` is the value of this key. */
  readonly default_key?: number;
  readonly alias?: string;
  readonly keyAlias?: string;
}

/** The schema of a property string such as `virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20`. */
export type PropertyFormat = Readonly<Record<string, PropertySchema>>;

/** Who may call: `user: "world"` needs no login, `user: "all"` any login, `check` is Proxmox's own expression. */
export interface Permissions {
  readonly user?: "world" | "all";
  /** A nested list: `["perm", path, privileges, …]`, `["and" | "or", …]`, `["userid-group", …]`, `["userid-param", …]`. */
  readonly check?: readonly unknown[];
  /** The source adds a rule in words that `check` does not express. */
  readonly prose?: boolean;
}

/** One method on one path of the API, as the contract states it. */
export interface Route {
  /** With its parameters in braces: `/nodes/{node}/qemu/{vmid}/config`. */
  readonly path: string;
  readonly method: Method;
  readonly name: string;
  /** `null`: root@pam only. */
  readonly permissions: Permissions | null;
  /** Runs in the privileged daemon. */
  readonly protected: boolean;
  /** The parameter whose node answers; another node forwards the request there. */
  readonly proxyto: string | null;
  /** An API token may call it. */
  readonly allowtoken: boolean;
  readonly params: {
    readonly type: "object";
    readonly properties: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: boolean;
  };
  /** `{}`: the schema does not describe the answer. */
  readonly returns: Schema;
  readonly download_allowed?: boolean;
  readonly expose_credentials?: boolean;
}

import type { World } from "@orrery/twin-world";
import type { Rights } from "./access/permission.ts";
import type { MethodInfo } from "./contract.ts";
import type { Twin } from "./twin.ts";
import { splitList } from "./validation/word-list.ts";

/** One call of one method, its parameters checked and its caller let through. */
export class Call {
  readonly twin: Twin;
  readonly method: MethodInfo;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly rights: Rights;
  /** The node that answers: the one in the path, or else the one that was asked. */
  readonly node: string;
  /** How the caller proved who it is; undefined for calls that need no login. */
  readonly login: "ticket" | "token" | undefined;
  /** Bytes of the file that came with the call. */
  readonly uploadBytes: number;
  /** Stands beside `data` in the answer. */
  total: number | undefined;
  changes: string | undefined;
  /** An answer that is a file, not JSON. */
  download: { readonly name: string; readonly text: string } | undefined;

  constructor(from: {
    twin: Twin;
    method: MethodInfo;
    parameters: Readonly<Record<string, unknown>>;
    rights: Rights;
    node: string;
    login: "ticket" | "token" | undefined;
    uploadBytes?: number | undefined;
  }) {
    this.twin = from.twin;
    this.method = from.method;
    this.parameters = from.parameters;
    this.rights = from.rights;
    this.node = from.node;
    this.login = from.login;
    this.uploadBytes = from.uploadBytes ?? 0;
  }

  get world(): World {
    return this.twin.world;
  }

  /** Seconds since the epoch on the world's clock. */
  get seconds(): number {
    return Math.floor(this.world.now / 1000);
  }

  given(name: string): boolean {
    return this.parameters[name] !== undefined;
  }

  /** A parameter as text; undefined when it was not given. */
  text(name: string): string | undefined {
    return textOf(this.parameters[name]);
  }

  /** A parameter that the contract requires, as text. */
  need(name: string): string {
    return this.text(name) ?? "";
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  /** A boolean parameter; `otherwise` when it was not given. */
  flag(name: string, otherwise = false): boolean {
    const text = this.text(name);
    return text === undefined ? otherwise : text === "1";
  }

  list(name: string): string[] {
    const raw = this.parameters[name];
    if (Array.isArray(raw)) return raw.flatMap((one) => textOf(one) ?? []);
    return splitList(this.text(name) ?? "");
  }
}

const textOf = (raw: unknown): string | undefined => {
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw === "boolean") return raw ? "1" : "0";
  if (typeof raw === "string") return raw;
  return typeof raw === "number" ? String(raw) : JSON.stringify(raw);
};

export type Handler = (call: Call) => unknown;

/** Handlers of a topic: `GET /pools` to the function that answers it. */
export type Handlers = Readonly<Record<string, Handler>>;

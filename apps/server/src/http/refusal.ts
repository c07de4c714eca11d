/** Why a request is not done, by a word that programs can rely on. */
export type RefusalCode =
  | "bad-input"
  | "not-signed-in"
  | "wrong-credentials"
  | "forbidden"
  | "not-let-in"
  | "forged"
  | "not-found"
  | "conflict"
  | "too-large"
  | "too-many"
  | "unsupported"
  | "not-ready"
  | "failed";

const statusOf: Readonly<Record<RefusalCode, number>> = {
  "bad-input": 400,
  "not-signed-in": 401,
  "wrong-credentials": 401,
  forbidden: 403,
  "not-let-in": 403,
  forged: 403,
  "not-found": 404,
  conflict: 409,
  "too-large": 413,
  unsupported: 415,
  "too-many": 429,
  failed: 500,
  "not-ready": 503,
};

/** A request that is refused: what happened, and what next, for whoever asked. Never anything of the inside. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** `query.limit`, `body.roles.0`: the part of the request that is wrong. */
  readonly place: string | undefined;
  /** Seconds until it is worth asking again. */
  readonly retryAfter: number | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    { place, retryAfter }: { readonly place?: string; readonly retryAfter?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.place = place;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return statusOf[this.code];
  }

  toJSON(): { code: RefusalCode; message: string; place?: string } {
    const { code, message, place } = this;
    return { code, message, ...(place === undefined ? {} : { place }) };
  }
}

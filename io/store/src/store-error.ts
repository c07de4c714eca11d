export type StoreErrorCode =
  /** No connection stood, or it was gone before the statement: nothing was done. */
  | "store-unreachable"
  /** The connection broke while a statement was under way. */
  | "store-lost"
  | "store-disk-full"
  | "store-read-only"
  | "store-closed"
  /** The server is not a PostgreSQL that Orrery can use. */
  | "store-unfit"
  /** The database was migrated by a newer Orrery, or a migration it has is not the one known here. */
  | "store-migrations"
  /** The embedded server cannot run here: no binaries, no account, no folder. */
  | "store-embedded"
  | "store-backup";

/**
 * The store could not do what was asked. `uncertain`: whether the change was made is not known, look before asking
 * again; otherwise it was not made. `hint` says what to do.
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  readonly hint: string;
  readonly uncertain: boolean;

  constructor(
    code: StoreErrorCode,
    message: string,
    hint: string,
    about: { uncertain?: boolean; cause?: unknown } = {},
  ) {
    super(`${message} ${hint}`, about.cause === undefined ? undefined : { cause: about.cause });
    this.code = code;
    this.hint = hint;
    this.uncertain = about.uncertain ?? false;
  }
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Sockets that never stood, and a server that refuses new sessions: it starts, stops, recovers, or is full. */
const unreachable = new Set([
  ..."ECONNREFUSED ENOENT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN ETIMEDOUT EACCES".split(" "),
  ..."57P03 53300 08001 08004".split(" "),
]);
const lost = new Set("ECONNRESET EPIPE 57P01 57P02 57P05 08003 08006 08000 25P03".split(" "));
const lostSaying =
  /^(Connection terminated|Client was closed|Query read timeout|server conn crashed)|connection error and is not queryable/;
const neverStood =
  /connection error and is not queryable|^(Connection terminated due to connection timeout|timeout expired|timeout exceeded when trying to connect)/;

/**
 * What a driver's error means to whoever asked. `undecided`: the statement, had it reached the server, may have been
 * committed there. Errors about the statement itself (a constraint, a type) come back as they are.
 */
export const storeErrorOf = (error: unknown, undecided: boolean): unknown => {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const why = messageOf(error) || code;
  if (code === "53100")
    return new StoreError(
      "store-disk-full",
      `PostgreSQL has no room left on its disk: ${why}.`,
      "Nothing of this was stored; free space where its data folder lies.",
      { cause: error },
    );
  if (code === "25006")
    return new StoreError(
      "store-read-only",
      `PostgreSQL takes no changes: ${why}.`,
      "It may be a standby; connect to the primary.",
      { cause: error },
    );
  if (unreachable.has(code) || neverStood.test(why))
    return new StoreError(
      "store-unreachable",
      `PostgreSQL cannot be reached: ${why}.`,
      "Nothing of this was stored; ask again when it is back.",
      { cause: error },
    );
  if (lost.has(code) || lostSaying.test(why))
    return new StoreError(
      "store-lost",
      `The connection to PostgreSQL broke: ${why}.`,
      undecided ? "Whether this was stored is not known; look before asking again." : "Nothing of this was stored.",
      { uncertain: undecided, cause: error },
    );
  return error;
};

type Told = {
  /** By which it is written: `node`. Small letters. */
  readonly key: string;
  /** What it is, for the help. */
  readonly about: string;
};

/** What rows of a table can be filtered by. What a row is not known to be is undefined: that is neither yes nor no. */
export type Field<T> =
  | (Told & {
      readonly kind: "word";
      readonly of: (row: T) => string | readonly string[] | undefined;
      /** All that there are, where no other can be. */
      readonly values?: readonly string[];
      /** Words without a key are looked for in it. */
      readonly searched?: true;
    })
  | (Told & {
      readonly kind: "number";
      /** Bytes, a share of one, seconds, or a number of things. */
      readonly unit: Unit;
      readonly of: (row: T) => number | undefined;
      /** What it is a part of, where one may ask for a share of that: `mem>80%`. */
      readonly whole?: (row: T) => number | undefined;
    })
  | (Told & { readonly kind: "flag"; readonly of: (row: T) => boolean | undefined });

export type Unit = "bytes" | "share" | "seconds" | "count";

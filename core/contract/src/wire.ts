/** A boolean as the API answers it, after folding: 1 is true. */
export type PveBoolean = 0 | 1;

/** A boolean as a caller may give it; it travels as 0 or 1. */
export type BooleanParameter = boolean | PveBoolean;

/** An object whose keys the contract does not name. */
export type PveRecord = Readonly<Record<string, unknown>>;

/** The parameters of a method that has none. */
export type NoParameters = Readonly<Record<string, never>>;

/** What a parameter may hold before it is written on the wire; `undefined` leaves it out. */
export type ParameterValue = string | number | boolean | undefined | readonly (string | number | boolean)[];

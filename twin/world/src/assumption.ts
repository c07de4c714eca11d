import { type AsWritten, known, type Unknown } from "@orrery/model";

/** What the twin took for a fact because the declaration does not tell it. */
export type Assumption = { subject: string; what: string; value: string };

export type Assume = <T>(subject: string, what: string, told: T | Unknown | AsWritten | undefined, otherwise: T) => T;

/** A function that answers what was told, or notes that it had to assume. */
export const assuming = (noted: Assumption[]): Assume => {
  return <T>(subject: string, what: string, told: T | Unknown | AsWritten | undefined, otherwise: T): T => {
    const value = known(told);
    if (value !== undefined) return value;
    noted.push({ subject, what, value: String(otherwise) });
    return otherwise;
  };
};

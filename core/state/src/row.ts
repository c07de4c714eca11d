/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An object as the API answers it, folded by the contract: flags are 0 or 1. */
export type Row = { readonly [key: string]: Json };

/** A configuration as the file has it: property strings as they are written. */
export type Config = Readonly<Record<string, string | number>>;

/** Something with a name that has options: a storage, a job, a realm, a zone. */
export type Entry = { readonly id: string; readonly type: string; readonly options: Row };

/** Stands where the API answered a secret. Proxmox itself hides some behind the same stars. */
export const concealed = "**********";

import { createHash } from "node:crypto";

/** One step forward. Once released its SQL is never changed: databases remember its checksum. */
export type Migration = { readonly id: number; readonly name: string; readonly sql: string };

export const checksumOf = ({ sql }: Migration): string => createHash("sha256").update(sql.trim()).digest("hex");

import { pool } from "./pool.ts";

export const accessKinds = { pool } as const;

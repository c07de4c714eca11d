import { storage } from "./storage.ts";

export const storageKinds = { storage } as const;

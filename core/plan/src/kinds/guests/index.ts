import { guest, template } from "./guest.ts";

export const guestKinds = { guest, template } as const;

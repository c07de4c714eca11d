import { type Caller, rolesOf } from "./caller.ts";
import { allows, type Role } from "./role.ts";

/** Who may ask a route. Every route states it. */
export type Access =
  | { readonly kind: "open"; readonly because: string }
  /** Whoever is known, by session or token. */
  | { readonly kind: "known" }
  /** Somebody at a browser: not a token. */
  | { readonly kind: "person" }
  | { readonly kind: "role"; readonly role: Role }
  /** Somebody of the role at a browser. */
  | { readonly kind: "person of role"; readonly role: Role };

export const accessText = (access: Access): string => {
  switch (access.kind) {
    case "open":
      return "anybody";
    case "known":
      return "whoever is signed in";
    case "person":
      return "whoever is signed in, not by a token";
    case "role":
      return access.role;
    case "person of role":
      return `${access.role}, not by a token`;
  }
};

export type Denial = { readonly kind: "unknown" | "forbidden"; readonly why: string };

/** Why somebody may not; undefined where he may. */
export const denialOf = (access: Access, caller: Caller): Denial | undefined => {
  if (access.kind === "open") return undefined;
  if (caller.kind === "nobody") return { kind: "unknown", why: "Sign in first, or send an API token." };
  if ((access.kind === "person" || access.kind === "person of role") && caller.kind === "token")
    return { kind: "forbidden", why: "A token may not do this: sign in." };
  if (access.kind === "known" || access.kind === "person") return undefined;
  if (allows(rolesOf(caller), access.role)) return undefined;
  return { kind: "forbidden", why: `This takes the role ${access.role}, and ${caller.name} has not got it.` };
};

import { PveConfigurationError } from "./configuration-error.ts";

/** What the account offers as a second factor. */
export interface SecondFactorOffer {
  readonly userid: string;
  /** `totp`, `recovery`, `yubico`, `webauthn`, `u2f`. */
  readonly kinds: readonly string[];
}

/** A one-time code. Factors that need a browser or a key in a slot cannot be given here. */
export interface SecondFactor {
  readonly kind: "totp" | "recovery" | "yubico";
  readonly code: string;
}

export type Credentials =
  /** An API token: its full id `orrery@pve!plan` and its secret. */
  | { readonly kind: "token"; readonly id: string; readonly secret: string }
  /** A user `root@pam` with a password. `secondFactor` is asked at every login, not at renewals. */
  | {
      readonly kind: "ticket";
      readonly userid: string;
      readonly password: string;
      readonly secondFactor?: ((offer: SecondFactorOffer) => Promise<SecondFactor>) | undefined;
    };

/** Throws a `PveConfigurationError` when the credentials cannot be right. Never repeats them. */
export const checkCredentials = (credentials: Credentials): void => {
  switch (credentials.kind) {
    case "token": {
      const hint = "A token's id is USER@REALM!NAME, and its secret is shown once, when it is made.";
      // A line break in a header would be another header.
      if (!/^[^\s!]+@[^\s!]+![^\s!]+$/.test(credentials.id) || !/^[\x21-\x7e]+$/.test(credentials.secret)) {
        throw new PveConfigurationError("pve-credentials", "The API token has no proper id or secret.", hint);
      }
      return;
    }
    case "ticket": {
      const hint = "A user is written USER@REALM, root@pam for example.";
      if (!/^[^\s]+@[^\s@]+$/.test(credentials.userid) || credentials.password === "") {
        throw new PveConfigurationError("pve-credentials", "The user has no realm, or the password is empty.", hint);
      }
    }
  }
};

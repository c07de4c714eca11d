/** The client was given something it cannot work with. `hint` says what to do about it. */
export class PveConfigurationError extends Error {
  override readonly name = "PveConfigurationError";
  readonly code: "pve-endpoint" | "pve-fingerprint" | "pve-credentials";
  readonly hint: string;

  constructor(code: PveConfigurationError["code"], message: string, hint: string) {
    super(`${message} ${hint}`);
    this.code = code;
    this.hint = hint;
  }
}

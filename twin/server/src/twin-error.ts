/** A twin was asked for something that cannot be. `hint` says what to do about it. */
export class TwinError extends Error {
  override readonly name = "TwinError";
  readonly code:
    | "twin-world"
    | "twin-lab"
    | "twin-nodes"
    | "twin-past"
    | "twin-listen"
    | "twin-port"
    | "twin-token"
    | "twin-fault";
  readonly hint: string;

  /** What was asked for cannot be, as against what the machine does not allow. */
  get isRefusal(): boolean {
    return this.code !== "twin-port";
  }

  constructor(code: TwinError["code"], message: string, hint: string) {
    super(`${message} ${hint}`);
    this.code = code;
    this.hint = hint;
  }
}

/** What the server keeps cannot be asked, or takes nothing. `uncertain`: whether a change was made is not known. */
export class OutOfReach extends Error {
  override readonly name = "OutOfReach";
  readonly uncertain: boolean;

  constructor(cause: Error, uncertain: boolean) {
    super(cause.message, { cause });
    this.uncertain = uncertain;
  }
}

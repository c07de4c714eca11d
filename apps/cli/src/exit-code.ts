/** What the process ends with, the same for every command. */
export const exitCode = {
  /** Done, and true. */
  done: 0,
  failed: 1,
  /** Wrong usage, or a declaration that cannot be loaded. */
  usage: 2,
  /** Findings that count. */
  findings: 3,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export const exitCodeHelp = `Exit codes:
  0  done, and nothing found that counts
  1  failed: a fault in Orrery or in the machine
  2  wrong usage, or a declaration that cannot be loaded
  3  findings: at least one error or warning that is not waived`;

/** What the person at the keyboard can mend: said in one message, without a stack trace. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, code: ExitCode = exitCode.usage) {
    super(message);
    this.exitCode = code;
  }
}

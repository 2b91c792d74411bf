/**
 * An error that the user can fix: the only one that ends the program without a stack trace.
 * `message` says what is wrong, in lower case and without a full stop; `hint` says what to do.
 */
export class UserError extends Error {
  readonly hint: string | undefined;
  /** 2: usage or input error; 3: nothing to lint. */
  readonly exitCode: 2 | 3;
  /** What else is wrong. */
  readonly others: readonly UserError[];

  /** @param hint one line, or several. A line feed in one of them is that of a name, and does not start a line. */
  constructor(
    message: string,
    hint?: string | readonly string[],
    exitCode: 2 | 3 = 2,
    others: readonly UserError[] = [],
  ) {
    super(message);
    this.name = 'UserError';
    const lines = typeof hint === 'string' ? [hint] : hint;
    this.hint = lines?.map((line) => line.replaceAll('\n', '\\n')).join('\n');
    this.exitCode = exitCode;
    this.others = others;
  }

  /** Compares names, because each file of the built program has its own copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError';
  }
}

/** Returns the lines of a hint, for an error that passes it on. */
export function hintLines(hint: string | null | undefined): readonly string[] | undefined {
  return hint?.split('\n');
}

/**
 * Returns why the system refused something: `ENOENT: no such file or directory, open '…'` →
 * `no such file or directory`.
 */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

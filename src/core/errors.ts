/**
 * The only error that ends the program without a stack trace: something that its user can mend.
 * `message` says what is wrong, lower-case and without a full stop; `hint` says what to do.
 */
export class UserError extends Error {
  readonly hint: string | undefined;
  /** 2: could not do it; 3: nothing to lint. */
  readonly exitCode: 2 | 3;

  constructor(message: string, hint?: string, exitCode: 2 | 3 = 2) {
    super(message);
    this.name = 'UserError';
    this.hint = hint;
    this.exitCode = exitCode;
  }

  /** By its name: each file of the built program has a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError';
  }
}

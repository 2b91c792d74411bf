/** What is wrong with a policy. */
import { UserError } from '../core/errors.ts';
import { printable } from '../core/text.ts';

/** A fault of a file, and what to do about it. */
export interface Mistake {
  /** The file as it is shown. */
  readonly file: string;
  /** undefined if it is the whole file. */
  readonly line?: number | undefined;
  /** In lower case, without a full stop. */
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Columns of a key or a value of a file that is not a policy: it may be a different file, named by mistake. */
const maxShown = 80;

/** Returns a text of a file in quotes, without private keys in it. */
export function inQuotes(text: string): string {
  return `"${printable(text, maxShown)}"`;
}

const lineOf = ({ file, line, message }: Mistake) => `${file}:${line === undefined ? '' : `${line}:`} ${message}`;

/** Returns the error of all problems: the first one, and the `others`, in the order of files and lines. */
export function errorOf(problems: readonly Mistake[]): UserError {
  const files = [...new Set(problems.map(({ file }) => file))];
  const inOrder = files.flatMap((name) =>
    problems.filter(({ file }) => file === name).toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)),
  );
  const errors = inOrder.map((problem) => new UserError(lineOf(problem), problem.hint));
  const [first = new UserError('an invalid policy'), ...others] = errors;
  return new UserError(first.message, first.hint, 2, others);
}

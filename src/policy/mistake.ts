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
const maxColumns = 80;

/** Returns a text of a file in quotes, without private keys in it. */
export function inQuotes(text: string): string {
  return `"${printable(text, maxColumns)}"`;
}

/** Mistakes that are shown: people do not read more. */
export const maxShown = 100;

const lineOf = ({ file, line, message }: Mistake) => `${file}:${line === undefined ? '' : `${line}:`} ${message}`;

/** Returns the error of all mistakes: the first one, and the `others`, in the order of files and lines. */
export function errorOf(mistakes: readonly Mistake[]): UserError {
  const files = [...new Set(mistakes.map(({ file }) => file))];
  const inOrder = files.flatMap((name) =>
    mistakes.filter(({ file }) => file === name).toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)),
  );
  const errors = inOrder.slice(0, maxShown).map((mistake) => new UserError(lineOf(mistake), mistake.hint));
  const [first = new UserError('an invalid policy'), ...others] = errors;
  if (inOrder.length > maxShown) others.push(new UserError(`${inOrder[0]?.file}: and more`));
  return new UserError(first.message, first.hint, 2, others);
}

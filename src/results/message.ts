/** What findings say, as data until it is printed: templates with the values that fill them. */
import { fill, placeholderNames } from '../core/text.ts';

/** A template with values for its placeholders. */
export interface Filled {
  readonly template: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A filled template that is known to name things. */
export interface Message extends Filled {
  /** The subjects that it names: roles, arguments or paths. */
  readonly subjects: readonly string[];
  /** The nodes that it names. */
  readonly nodes: readonly string[];
}

/** The texts of a fault as data. */
export interface Wording {
  readonly message: Message;
  readonly expected: Filled;
  readonly found: Filled;
}

/** What a consequence says, as data. */
export interface RelatedWording {
  /** What is affected; of a connection with the nodes of its ends, unless they are that of the finding. */
  readonly subject: Message;
  /** Whether the effect names what is affected. */
  readonly namesSubject: boolean;
  /** Whether its error is that a component at one end does not run, which no component reports. */
  readonly isStop: boolean;
}

/** Returns a filled template as plain text. */
export const plainText = ({ template, data }: Filled): string => fill(template, data);

/** Returns the values that a filled template has, in the order of its placeholders. */
export const filledValues = ({ template, data }: Filled): readonly string[] =>
  placeholderNames(template).map((name) => data[name] ?? '');

/**
 * Keeps a value out of JSON, no matter what writes it: a report has its texts as they are printed, and what is read
 * back has no more.
 */
export function unwritten<Value extends object>(value: Value): Value {
  return Object.defineProperty(value, 'toJSON', { value: () => undefined });
}

/** Returns those of some names that values have: as a whole, in a list, or as a word such as the host of a URL. */
export function namedIn(
  values: readonly string[],
  names: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): string[] {
  return [...new Set(values.flatMap(wordsOf))].filter((word) => names.has(word));
}

/** Names are host names, paths or roles: they may contain dots and slashes, and roles an arrow. */
const wordsOf = (value: string): readonly string[] => [
  value,
  ...value.split(/, | and /),
  ...value.split(/[\s,;"'()=]+|:(?=\s|$)/),
  ...value.split(/[^\w.-]+/),
];

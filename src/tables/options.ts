/** Options of the command line: `rules/tables/options.json`, typed. */
import table from '../../rules/tables/options.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';

/** An option. How a value is read is decided by its type (`src/cli/parse.ts`). */
export interface OptionRow {
  /**
   * `--node-ip`
   *
   * @pattern ^--[a-z]+(-[a-z]+)*$
   */
  readonly option: string;
  /** What stands for the value in the help: `<ip,…>`. Without it and a type, an option is given or not. */
  readonly metavar?: NonEmptyString;
  readonly type?: NonEmptyString;
  readonly help: NonEmptyString;
  /** The heading of the help that it is listed under, with its colon. */
  readonly group: NonEmptyString;
  readonly required?: boolean;
  /** The value if the option is not given, for which commander writes `(default: …)`. */
  readonly initial?: NonEmptyString;
}

/** A fact about nodes that can be given. */
export interface FactRow extends OptionRow {
  /** What reports call the fact. */
  readonly label: NonEmptyString;
  /** What stands for a value that is not known, in a command to type. */
  readonly placeholder: NonEmptyString;
  /** Two nodes cannot share it. */
  readonly ofOneNode?: boolean;
  /** What a plan calls it if it is missing; otherwise its label. */
  readonly needed?: NonEmptyString;
}

/** An option of `issue`, and which others it goes with. */
export interface IssueOptionRow<Key extends string = NonEmptyString> extends OptionRow {
  /** At least one of these options is needed. */
  readonly needs?: readonly Key[];
  /** Options that it cannot be combined with: messages name these first. */
  readonly excludes?: readonly Key[];
}

/** Rows by the keys of the library's options, in the order of the help. */
export type Rows<Key extends string, Row extends OptionRow = OptionRow> = Readonly<Record<Key, Row>>;

const { facts, issue, note: _, ...others } = table;

export const optionTable: {
  readonly facts: Rows<keyof typeof facts, FactRow>;
  readonly issue: Rows<keyof typeof issue, IssueOptionRow>;
} & { readonly [Group in keyof typeof others]: Rows<Extract<keyof (typeof others)[Group], string>> } = table;

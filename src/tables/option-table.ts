/** Options of the command line: `rules/tables/options.json`, typed. */
import table from '../../rules/tables/options.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';

/** An option. Its type decides how its value is parsed (`src/cli/parsing/parse.ts`). */
export interface OptionRow {
  /**
   * `--node-ip`
   *
   * @pattern ^--[a-z]+(-[a-z]+)*$
   */
  readonly option: string;
  /**
   * `-f`
   *
   * @pattern ^-[a-zA-Z]$
   */
  readonly short?: string;
  /**
   * The placeholder of the value in the help: `<ip,...>`. An option without it and without a type is a boolean flag.
   */
  readonly metavar?: NonEmptyString;
  readonly type?: NonEmptyString;
  readonly help: NonEmptyString;
  /** The heading under which the help lists it, with a colon. */
  readonly group: NonEmptyString;
  readonly required?: boolean;
  /** The text in the short help of the program, which lists only options that have one. */
  readonly brief?: NonEmptyString;
  /** The default value, which commander prints as `(default: …)`. */
  readonly initial?: NonEmptyString;
}

/** An option that sets a fact about nodes. */
export interface FactRow extends OptionRow {
  /** The name of the fact in reports. */
  readonly label: NonEmptyString;
  /** The placeholder for an unknown value in a command that the user is to run. */
  readonly placeholder: NonEmptyString;
  /** Whether the value must differ between nodes. */
  readonly ofOneNode?: boolean;
  /** The name of the fact in a plan that lacks it, if not its label. */
  readonly needed?: NonEmptyString;
}

/** An option of `issue`, with its dependencies and conflicts. */
export interface IssueOptionRow<Key extends string = NonEmptyString> extends OptionRow {
  /** It requires at least one of these options. */
  readonly needs?: readonly Key[];
  /** Options that it cannot be combined with. Messages name them before this option. */
  readonly excludes?: readonly Key[];
}

/** Rows by the keys of the library's options, in the order in which the help lists them. */
export type Rows<Key extends string, Row extends OptionRow = OptionRow> = Readonly<Record<Key, Row>>;

const { facts, issue, note: _, ...others } = table;

export const optionTable: {
  readonly facts: Rows<keyof typeof facts, FactRow>;
  readonly issue: Rows<keyof typeof issue, IssueOptionRow>;
} & { readonly [Group in keyof typeof others]: Rows<Extract<keyof (typeof others)[Group], string>> } = table;

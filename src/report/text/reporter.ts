/** The types of reporters and formats. */
import type { FormatOptions } from '../formats/format.ts';

export interface ReporterOptions extends FormatOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** Print only errors. */
  readonly quiet: boolean;
  /** Print passes and skips too, and complete lists. */
  readonly verbose: boolean;
  /** Whether the terminal cannot show more than ASCII. What is printed is converted at the end (`ascii.ts`). */
  readonly ascii?: boolean;
}

/** Returns the whole text of a result. It ends with a line feed or is empty. */
export type Reporter<Result> = (result: Result, options: ReporterOptions) => string | Promise<string>;

/**
 * What a text is made of, by which the log of a job escapes commands in it (`src/cli/terminal/job-log.ts`). People read
 * `text`, which is converted for a terminal with only ASCII. Programs read the others, which are always UTF-8. `own`
 * has no command that is not meant, and in `plain` nothing can be escaped.
 */
export type Syntax = 'text' | 'markdown' | 'json' | 'markup' | 'mermaid' | 'own' | 'plain';

/** A format of one kind of result. */
export interface ReporterRow<Result> {
  readonly write: Reporter<Result>;
  /** The same for every kind of result that has a format of this name. */
  readonly syntax: Syntax;
  /** Whether it says nothing if there is no node: stdout gets no line then, as stderr has said why. */
  readonly needsNodes?: true;
  /**
   * What only this format shows: the passing checks, all rules, or what the drawings of the page need. It is computed
   * for it.
   */
  readonly shows?: 'passes' | 'rules' | 'picture';
  /** Whether it can be written to a folder, in which each node has a file. */
  readonly toFolder?: true;
}

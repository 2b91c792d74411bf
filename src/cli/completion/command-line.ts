/** What can be typed after `pki-lint`: all that a completion script is made of. */

/** A word, and what it means. */
export interface ListedWord {
  readonly text: string;
  readonly help: string;
}

/**
 * What can be typed as a value: one of some words; `formats`: one of them, or `json:FILE`; a name from the lists of
 * `CommandLine`; `levels`: `RULE=SEVERITY`; `selection`: a rule, a group, or a role; `roles`: some, separated by commas;
 * `role`: one, or a file. `text` cannot be completed.
 */
export type Choices =
  | { readonly kind: 'words' | 'formats'; readonly words: readonly string[] }
  | { readonly kind: 'rules' | 'levels' | 'selection' | 'roles' | 'role' | 'commands' | 'files' | 'folders' | 'text' };

export interface CompletedOption {
  /** `-f`, `--format` */
  readonly names: readonly string[];
  readonly help: string;
  /** undefined: it has no value. */
  readonly values: Choices | undefined;
  /** What the help calls its value. */
  readonly metavar: string;
  readonly isRepeatable: boolean;
}

export interface CompletedCommand extends ListedWord {
  readonly options: readonly CompletedOption[];
  /** What follows the options; undefined: nothing. */
  readonly operand: Choices | undefined;
}

/** All that a script is made of. The first command is the default. */
export interface CommandLine {
  readonly commands: readonly CompletedCommand[];
  readonly rules: readonly ListedWord[];
  /** `cert/*` */
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly levels: readonly string[];
}

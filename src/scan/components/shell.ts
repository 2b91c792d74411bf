/** Parses as much of the POSIX shell as is needed to see what `sh -c "exec kube-apiserver …"` starts. */
import type { Place } from '../../artifact/place.ts';
import { asWord, type Environment, maxWordLength, type Word } from './words.ts';

/** The words of one simple command of a script. */
type ShellCommand = readonly Word[];

/** The initial state of a word that is being read. */
const emptyPiece = {
  text: '',
  unknown: undefined as string | undefined,
  /** Whether there is a word, which may be empty (quotes, a variable within quotes). */
  present: false,
  /** The index of its first character in the script. */
  start: undefined as number | undefined,
};

/**
 * Splits a script into simple commands and words (POSIX.1-2024, Shell Command Language 2.2, 2.3). Variables are
 * expanded from the environment and from what the script sets before. A word with any other expansion is unknown,
 * because only running the script would show its value. Redirections are left out.
 *
 * @returns undefined if a closing quotation mark is missing
 */
export function splitShell(
  script: string,
  at: Place | PlaceOf,
  environment: Environment,
): readonly ShellCommand[] | undefined {
  if (script.length > maxWordLength) return undefined;
  return new Splitter(script, typeof at === 'function' ? at : () => at, environment).split();
}

/** Returns the place of the characters from `start` to `end`. */
type PlaceOf = (start: number, end: number) => Place;

const assignment = /^([A-Za-z_]\w*)=(.*)$/s;

/** Words that begin and end what runs only in some case, or later. */
const opening = new Set(['if', 'case', 'for', 'while', 'until', '{']);
const closing = new Set(['fi', 'esac', 'done', '}']);

class Splitter {
  private readonly commands: ShellCommand[] = [];
  private words: Word[] = [];
  private piece = { ...emptyPiece };
  private dropNext = false;
  /** The number of characters that came from variables. */
  private expanded = 0;
  private index = 0;
  private readonly script: string;
  private readonly at: PlaceOf;
  private readonly variables: Map<string, string | undefined>;
  /** The number of conditions, loops and functions around the current command. */
  private depth = 0;

  constructor(script: string, at: PlaceOf, environment: Environment) {
    this.script = script;
    this.at = at;
    this.variables = new Map(environment.variables);
  }

  split(): readonly ShellCommand[] | undefined {
    while (this.index < this.script.length) {
      const char = this.script.charAt(this.index);
      if (!/[\s;&|()<>]/.test(char)) this.piece.start ??= this.index;
      if (char === '\\') this.escape();
      else if (char === "'") {
        if (!this.singleQuoted()) return undefined;
      } else if (char === '"') {
        if (!this.doubleQuoted()) return undefined;
      } else if (char === '$' || char === '`') this.expansion(false);
      else if (char === '#' && !this.piece.present) this.comment();
      else if ('\n;&|()'.includes(char)) this.endCommand(1);
      else if (/\s/.test(char)) this.endWord(1);
      else if ('<>'.includes(char)) this.redirection();
      else this.take(char, 1);
    }
    this.endCommand(0);
    return this.commands;
  }

  private take(text: string, length: number): void {
    this.piece.text += text;
    this.piece.present = true;
    this.index += length;
  }

  private escape(): void {
    const next = this.script.charAt(this.index + 1);
    if (next !== '\n') this.take(next, 2);
    else {
      this.index += 2;
      if (!this.piece.present) this.piece.start = undefined;
    }
  }

  private singleQuoted(): boolean {
    const end = this.script.indexOf("'", this.index + 1);
    if (end === -1) return false;
    this.take(this.script.slice(this.index + 1, end), end + 1 - this.index);
    return true;
  }

  private doubleQuoted(): boolean {
    this.take('', 1);
    while (this.index < this.script.length) {
      const char = this.script.charAt(this.index);
      const next = this.script.charAt(this.index + 1);
      if (char === '"') {
        this.index += 1;
        return true;
      }
      if (char === '\\' && next === '\n') this.index += 2;
      else if (char === '\\' && '$`"\\'.includes(next)) this.take(next, 2);
      else if (char === '$' || char === '`') this.expansion(true);
      else this.take(char, 1);
    }
    return false;
  }

  /** Expands `$NAME`, `${NAME}` and `${NAME:-DEFAULT}`. A word with any other expansion is unknown as a whole. */
  private expansion(quoted: boolean): void {
    const rest = this.script.slice(this.index);
    const variable = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([\w./:=,-]*|""))?\})/.exec(rest);
    const name = variable?.[1] ?? variable?.[2];
    const fallback = variable?.[3]?.replace('""', '');
    const isSet = name !== undefined && this.variables.has(name);
    const known = name === undefined ? undefined : this.variables.get(name);
    const value = fallback !== undefined && (isSet ? known === '' : true) ? fallback : known;
    this.expanded += value?.length ?? 0;
    if (variable !== null && value !== undefined && this.expanded <= maxWordLength) {
      if (quoted) this.take(value, variable[0].length);
      else this.splitFields(value, variable[0].length);
      return;
    }
    const other =
      /^(?:`[^`]*`?|\$\([^)]*\)?|\$\{[^}]*\}?|\$[@*#?$!0-9-]|\$[A-Za-z_]\w*)/.exec(rest)?.[0] ?? rest.charAt(0);
    if (other !== '$') this.piece.unknown ??= name ?? other;
    this.take(other, other.length);
  }

  private splitFields(value: string, length: number): void {
    this.index += length;
    value.split(/[ \t\n]+/).forEach((field, position) => {
      if (position > 0) this.endWord(0);
      this.piece.text += field;
      this.piece.present ||= field !== '';
    });
  }

  private comment(): void {
    this.piece.start = undefined;
    const end = this.script.indexOf('\n', this.index);
    this.index = end === -1 ? this.script.length : end;
  }

  private redirection(): void {
    if (/^\d$/.test(this.piece.text)) this.piece = { ...emptyPiece };
    const operator = /^(?:<<-?|>>|[<>]&|<>|>\||[<>])/.exec(this.script.slice(this.index))?.[0] ?? '>';
    this.endWord(operator.length);
    this.dropNext = true;
  }

  /** Ends the current word, and skips `length` characters. */
  private endWord(length: number): void {
    const end = this.index;
    this.index += length;
    const { text, unknown, present, start = end } = this.piece;
    this.piece = { ...emptyPiece };
    if (!present) return;
    if (this.dropNext) this.dropNext = false;
    else this.words.push(asWord(text, this.at(start, end), unknown));
  }

  /** Ends the current command, and skips `length` characters. */
  private endCommand(length: number): void {
    this.endWord(length);
    this.dropNext = false;
    if (this.words.length > 0) this.commands.push(this.words);
    this.nest();
    this.assign();
    this.words = [];
  }

  private nest(): void {
    for (const { text } of this.words.slice(0, 2)) {
      if (opening.has(text)) this.depth += 1;
      if (closing.has(text)) this.depth -= 1;
    }
  }

  /** Sets variables for the commands that follow. What is set only in some case is unknown. */
  private assign(): void {
    const set = this.words[0]?.text === 'export' ? this.words.slice(1) : this.words;
    const all = set.map((word) => ({ word, parts: assignment.exec(word.text) }));
    if (all.some(({ parts }) => parts === null)) return;
    for (const { word, parts } of all) {
      const isKnown = this.depth === 0 && word.unknownVariable === undefined;
      this.variables.set(parts?.[1] ?? '', isKnown ? parts?.[2] : undefined);
    }
  }
}

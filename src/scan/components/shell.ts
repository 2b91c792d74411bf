/** The little of a POSIX shell that is needed to see what `sh -c "exec kube-apiserver …"` starts. */
import type { Place } from '../../core/artifact.ts';
import { asWord, type Environment, maxWordLength, type Word } from './words.ts';

/** One simple command of a script. */
export interface ShellCommand {
  readonly words: readonly Word[];
}

interface Piece {
  text: string;
  unknown: string | undefined;
  /** Whether the word exists although it may be empty (quotes, a variable within quotes). */
  present: boolean;
}

/**
 * Splits a script into simple commands and words (POSIX.1-2024, Shell Command Language 2.2, 2.3). Variables come from
 * the environment; what only running the script could tell marks its word as unknown. Redirections are left out.
 *
 * @returns undefined where the quoting does not end
 */
export function splitShell(script: string, at: Place, environment: Environment): readonly ShellCommand[] | undefined {
  if (script.length > maxWordLength) return undefined;
  return new Splitter(script, at, environment).split();
}

class Splitter {
  private readonly commands: ShellCommand[] = [];
  private words: Word[] = [];
  private piece: Piece = { text: '', unknown: undefined, present: false };
  private dropNext = false;
  /** Characters that came from variables. */
  private filled = 0;
  private index = 0;
  private readonly script: string;
  private readonly at: Place;
  private readonly environment: Environment;

  constructor(script: string, at: Place, environment: Environment) {
    this.script = script;
    this.at = at;
    this.environment = environment;
  }

  split(): readonly ShellCommand[] | undefined {
    while (this.index < this.script.length) {
      const char = this.script.charAt(this.index);
      if (char === '\\') this.escape();
      else if (char === "'") {
        if (!this.singleQuoted()) return undefined;
      } else if (char === '"') {
        if (!this.doubleQuoted()) return undefined;
      } else if (char === '$' || char === '`') this.expansion(false);
      else if (/\s/.test(char)) this.blank(char);
      else if (char === '#' && !this.piece.present) this.comment();
      else if (';&|()'.includes(char)) this.operator();
      else if ('<>'.includes(char)) this.redirection();
      else this.take(char, 1);
    }
    this.endCommand();
    return this.commands;
  }

  private take(text: string, length: number): void {
    this.piece.text += text;
    this.piece.present = true;
    this.index += length;
  }

  private escape(): void {
    const next = this.script.charAt(this.index + 1);
    if (next === '\n') this.index += 2;
    else this.take(next, 2);
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

  /** `$NAME` and `${NAME}` of the environment; everything else is unknown as a whole. */
  private expansion(quoted: boolean): void {
    const rest = this.script.slice(this.index);
    const variable = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/.exec(rest);
    const name = variable?.[1] ?? variable?.[2];
    const value = name === undefined ? undefined : this.environment.variables.get(name);
    this.filled += value?.length ?? 0;
    if (variable !== null && value !== undefined && this.filled <= maxWordLength) {
      if (quoted) this.take(value, variable[0].length);
      else this.splitFields(value, variable[0].length);
      return;
    }
    const other =
      /^(?:`[^`]*`?|\$\([^)]*\)?|\$\{[^}]*\}?|\$[@*#?$!0-9-]|\$[A-Za-z_]\w*)/.exec(rest)?.[0] ?? rest.charAt(0);
    if (other === '$') {
      this.take('$', 1);
      return;
    }
    this.piece.unknown ??= name ?? other;
    this.take(other, other.length);
  }

  private splitFields(value: string, length: number): void {
    this.index += length;
    const fields = value.split(/[ \t\n]+/);
    fields.forEach((field, position) => {
      if (position > 0) this.endWord();
      this.piece.text += field;
      this.piece.present ||= field !== '';
    });
  }

  private blank(char: string): void {
    this.index += 1;
    if (char === '\n') this.endCommand();
    else this.endWord();
  }

  private comment(): void {
    const end = this.script.indexOf('\n', this.index);
    this.index = end === -1 ? this.script.length : end;
  }

  private operator(): void {
    this.index += 1;
    this.endCommand();
  }

  private redirection(): void {
    if (/^\d$/.test(this.piece.text)) this.piece = { text: '', unknown: undefined, present: false };
    this.endWord();
    const operator = /^(?:<<-?|>>|[<>]&|<>|>\||[<>])/.exec(this.script.slice(this.index))?.[0] ?? '>';
    this.index += operator.length;
    this.dropNext = true;
  }

  private endWord(): void {
    const { text, unknown, present } = this.piece;
    this.piece = { text: '', unknown: undefined, present: false };
    if (!present) return;
    if (this.dropNext) this.dropNext = false;
    else this.words.push(asWord(text, this.at, unknown));
  }

  private endCommand(): void {
    this.endWord();
    this.dropNext = false;
    if (this.words.length > 0) this.commands.push({ words: this.words });
    this.words = [];
  }
}

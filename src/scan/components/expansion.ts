/**
 * Variables in the command of a unit (systemd.service(5), "Command lines"; src/basic/env-util.c, `replace_env_argv`).
 */
import type { Place } from '../../artifact/place.ts';
import { isName } from './environment-file.ts';
import type { ExecCommand } from './exec-start.ts';
import { type Located, placeWithin } from './located.ts';
import { quotedWords } from './quoted-words.ts';
import { asWord, lineBudget, maxWordLength, takeWords, type Word } from './words.ts';

/** The value of a variable. */
export interface Variable {
  readonly text: string;
  /** The place of a part of it. */
  readonly placeOf: (start: number, end: number) => Place;
  /** What in it could not be resolved. */
  readonly unknown?: string | undefined;
}

/** The variables of a unit. */
export interface Variables {
  readonly values: ReadonlyMap<string, Variable>;
  /** Whether there may be more. */
  readonly incomplete: boolean;
}

/** Returns a variable whose value is as it is in a file. */
export const variableIn = (value: Located): Variable => ({
  text: value.text,
  placeOf: (start, end) => placeWithin(value, start, end),
});

/**
 * Expands `$VAR` as a word of its own to any number of words, and `${VAR}` to part of a word. The path of the program
 * stays.
 */
export function expandCommand({ program, prefixes, words }: ExecCommand, variables: Variables): Word[] {
  if (prefixes.includes(':')) return takeWords([program, ...words], lineBudget());
  // A variable is split once, because a command line can name it thousands of times.
  const split = new Map<string, readonly Word[]>();
  function* expanded(): Generator<Word> {
    yield program;
    for (const word of words) {
      if (!/^\$(?![{$])/.test(word.text)) {
        yield fillWord(word, variables);
        continue;
      }
      const known = split.get(word.text) ?? namedBy(word, variables);
      split.set(word.text, known);
      yield* known;
    }
  }
  return takeWords(expanded(), lineBudget());
}

/**
 * The words of the variable that a word names. One that is not set, and a name that no variable can have, are no word.
 */
function namedBy(word: Word, { values, incomplete }: Variables): Word[] {
  const name = word.text.slice(1);
  const variable = values.get(name);
  if (variable !== undefined) return splitVariable(variable);
  return mayBeSet(name, incomplete) ? [{ ...word, unknownVariable: name }] : [];
}

/** Whether a variable that no file sets may have a value. */
const mayBeSet = (name: string, incomplete: boolean): boolean =>
  incomplete ? isName(name) : setBySystemd.has(name) || /^LC_[A-Z]+$/.test(name);

/** systemd.exec(5), "Environment variables set or propagated". */
const setBySystemd = new Set(
  `PATH LANG HOME USER LOGNAME SHELL TERM MAINPID MANAGERPID SYSTEMD_EXEC_PID INVOCATION_ID PIDFILE
  JOURNAL_STREAM NOTIFY_SOCKET LISTEN_PID LISTEN_FDS LISTEN_FDNAMES WATCHDOG_PID WATCHDOG_USEC
  RUNTIME_DIRECTORY STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY
  CREDENTIALS_DIRECTORY`.split(/\s+/),
);

/** Splits the value of a variable. */
export function splitVariable({ text, placeOf, unknown }: Variable): Word[] {
  function* words(): Generator<Word> {
    for (const word of quotedWords(text, 'variable')) {
      if (word !== undefined) yield asWord(word.text, placeOf(word.start, word.end), unknown);
    }
  }
  return takeWords(words(), lineBudget());
}

/** Expands `${VAR}`, and `$$` to a dollar sign. A reference to a variable that is not set is empty. */
function fillWord({ text, at, unknownVariable }: Word, { values, incomplete }: Variables): Word {
  let unknown = unknownVariable;
  let filled = '';
  let from = 0;
  for (const { name, start, end } of references(text)) {
    const variable = values.get(name ?? '');
    const isUnknown = name !== undefined && variable === undefined && mayBeSet(name, incomplete);
    if (isUnknown) unknown = name;
    else if (variable?.unknown !== undefined) unknown ??= variable.unknown;
    const value = name === undefined ? '$' : (variable?.text ?? (isUnknown ? text.slice(start, end) : ''));
    filled += text.slice(from, start) + value;
    from = end;
    // A word that is too long for a program is unknown as a whole.
    if (filled.length > maxWordLength) break;
  }
  return asWord(filled + text.slice(from), at, unknown);
}

interface Reference {
  /** undefined for `$$`. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** Finds `$$` and `${NAME}`. A colon in braces is no name: systemd does not know `${NAME:-default}`, and leaves it. */
function* references(text: string): Generator<Reference> {
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at)) {
    const next = text.charAt(at + 1);
    if (next === '$') yield { name: undefined, start: at, end: at + 2 };
    if (next === '{') {
      let end = at + 2;
      while (end < text.length && text.charAt(end) !== '}' && text.charAt(end) !== ':') end += 1;
      if (text.charAt(end) === '}') yield { name: text.slice(at + 2, end), start: at, end: end + 1 };
      at = end + 1;
    } else at += next === '$' ? 2 : 1;
  }
}

/**
 * The commands of `ExecStart=` and the like (systemd.service(5), "Command lines"; src/core/load-fragment.c,
 * `config_parse_exec`).
 */
import type { Place } from '../../artifact/place.ts';
import { placeWithin } from './located.ts';
import { isBlank, nextWord, skipBlanks } from './quoted-words.ts';
import type { Specifiers } from './specifiers.ts';
import { isSafe, type UnitSetting } from './unit-lines.ts';
import type { Word } from './words.ts';

/** A program that a unit starts, before variables are expanded. */
export interface ExecCommand {
  readonly at: Place;
  /**
   * The characters before the path: `-` ignores a failure, `:` expands no variables, `+` and `!` keep the rights of
   * root.
   */
  readonly prefixes: string;
  readonly program: Word;
  /** Its arguments. */
  readonly words: readonly Word[];
}

/** The commands of a setting. */
interface Commands {
  readonly commands: readonly ExecCommand[];
  /** What is wrong with it, so that systemd refuses the unit. */
  readonly refused?: string;
}

const unclosed = 'a quotation mark is not closed';

/**
 * Parses a setting. If something is wrong with a command, systemd ignores it, and refuses the unit unless it begins
 * with `-`.
 */
export function readCommands(setting: UnitSetting, resolve: Specifiers): Commands {
  const { text } = setting.value;
  const commands: ExecCommand[] = [];
  for (let index = 0; index < text.length; ) {
    const first = nextWord(text, index, 'command');
    if (first === undefined) break;
    if (first.text === ';') {
      index = skipBlanks(text, first.end);
      continue;
    }
    const prefixes = prefixesOf(first.text);
    const program = wordOf(setting, { ...first, text: first.text.slice(prefixes.length) }, resolve);
    const { words, next } = readArguments(setting, skipBlanks(text, first.end), resolve);
    const refused = next === undefined ? unclosed : problemOf(program);
    if (next === undefined || refused !== undefined)
      return prefixes.includes('-') || refused === undefined ? { commands } : { commands, refused };
    // The first argument of a command with @ is the name that the program gets as its own.
    const given = prefixes.includes('@') ? words.slice(1) : words;
    commands.push({ at: setting.at, prefixes, program, words: given });
    index = next;
  }
  return { commands };
}

/** Each prefix counts once; `!` twice is one of its own, and neither goes with `+`. */
export function prefixesOf(text: string): string {
  let end = 0;
  for (; '-@:+!|'.includes(text.charAt(end)) && end < text.length; end += 1) {
    const [char, before] = [text.charAt(end), text.slice(0, end)];
    const isSecond = char === '!' ? /!.*!|\+/.test(before) : before.includes(char);
    if (isSecond || (char === '+' && before.includes('!'))) break;
  }
  return text.slice(0, end);
}

/** Reads words to the end, or behind a semicolon; `next` is undefined if a quotation mark is not closed. */
function readArguments({ value, ...setting }: UnitSetting, start: number, resolve: Specifiers) {
  const { text } = value;
  const words: Word[] = [];
  let index = start;
  while (index < text.length) {
    if (isAlone(text, index, ';')) return { words, next: skipBlanks(text, index + 1) };
    if (isAlone(text, index, '\\;')) {
      words.push({ text: ';', at: placeWithin(value, index, index + 2) });
      index = skipBlanks(text, index + 2);
      continue;
    }
    const word = nextWord(text, index, 'command');
    if (word === undefined) return { words, next: undefined };
    words.push(wordOf({ value, ...setting }, word, resolve));
    index = skipBlanks(text, word.end);
  }
  return { words, next: index };
}

const isAlone = (text: string, index: number, word: string): boolean => {
  const after = text.charAt(index + word.length);
  return text.startsWith(word, index) && (after === '' || isBlank(after));
};

function wordOf(
  { value }: UnitSetting,
  { text, start, end }: { readonly text: string; readonly start: number; readonly end: number },
  resolve: Specifiers,
): Word {
  const { text: resolved, unknown } = resolve(text);
  return { text: resolved, at: placeWithin(value, start, end), unknownVariable: unknown };
}

function problemOf({ text, unknownVariable }: Word): string | undefined {
  if (unknownVariable !== undefined) return undefined;
  if (text === '') return 'it names no program';
  if (!isSafe(text)) return 'the path of the program has special characters';
  if (text.endsWith('/')) return `${text} is a directory`;
  return text.startsWith('/') || !text.includes('/') ? undefined : `${text} is not an absolute path`;
}

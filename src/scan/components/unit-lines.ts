/** The lines of a systemd unit or drop-in (systemd.syntax(7); src/shared/conf-parser.c, `config_parse`). */

import type { LineEnding, StrayLine } from '../../artifact/oddities.ts';
import type { Place } from '../../artifact/place.ts';
import { inAnyCase } from '../../core/text.ts';
import { rangeIn } from '../parse/lines.ts';
import { Collected, type Located, placeWithin, sliceOf, type TextFile, textFile } from './located.ts';
import { isBlank, skipBlanks } from './quoted-words.ts';

/** One `Name=value` of the [Service] section. */
export interface UnitSetting {
  readonly kind: 'setting';
  readonly name: string;
  readonly value: Located;
  /** Its line; of several, the first. */
  readonly at: Place;
}

interface Stray {
  readonly kind: 'stray';
  readonly line: StrayLine;
}

/** The header of a section that is not well-formed: systemd reads no further. */
interface BadHeader {
  readonly kind: 'bad-header';
  readonly at: Place;
}

/** Yields the lines of a unit or drop-in that are [Service] settings, or wrong. */
export function* readUnit(path: string, text: string): Generator<UnitSetting | Stray | BadHeader> {
  let section: string | undefined;
  for (const { line, at, before } of logicalLines(textFile(path, text))) {
    const { text } = line;
    if (text.startsWith('[')) {
      if (!text.endsWith(']') || !isSafe(text)) yield { kind: 'bad-header', at };
      section = text.slice(1, -1);
    } else if (text !== '' && (section === 'Service' || section === undefined)) {
      const equals = text.indexOf('=');
      const name = trimmed(line, 0, equals).text;
      if (section === undefined || !isSettingName(name))
        yield { kind: 'stray', line: { text, at: placeWithin(line, 0, text.length), before } };
      else yield { kind: 'setting', name, value: trimmed(line, equals + 1, text.length), at };
    }
  }
}

/** The settings that matter here. */
const names = ['ExecStart', 'Environment', 'EnvironmentFile'];

/**
 * Whether a text may be the name of a setting: letters, in their case; those that begin with X- are of other programs.
 */
function isSettingName(text: string): boolean {
  const meant = inAnyCase(text, names);
  return /^(?:[A-Za-z]+|X-.*)$/s.test(text) && (meant === undefined || meant === text);
}

/**
 * Whether a text has neither quotes and backslashes nor control characters (src/basic/string-util.c, `string_is_safe`).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
export const isSafe = (text: string): boolean => !/[\0-\x1f"'\\\x7f]/.test(text);

interface LogicalLine {
  /** Without blanks around it. */
  readonly line: Located;
  /** The first of its lines. */
  readonly at: Place;
  readonly before: StrayLine['before'];
}

/** Yields lines without comments. A backslash at the end is a blank, and continues a line; comments do not end it. */
function* logicalLines(file: TextFile): Generator<LogicalLine> {
  let collected = new Collected();
  let first: Pick<LogicalLine, 'at' | 'before'> | undefined;
  let before: StrayLine['before'];
  const take = (begin: Pick<LogicalLine, 'at' | 'before'>): LogicalLine => {
    const whole = collected.in(file);
    collected = new Collected();
    first = undefined;
    return { line: trimmed(whole, 0, whole.text.length), ...begin };
  };
  for (const [line, start] of physicalLines(file.text)) {
    if (/^[#;]/.test(line.charAt(skipBlanks(line, 0)))) continue;
    const at = { path: file.path, ...rangeIn(file.lines, start, start + line.length) };
    first ??= { at, before };
    const isContinued = endsWithBackslash(line);
    collected.add(isContinued ? `${line.slice(0, -1)} ` : line, start);
    before = line.trim() === '' ? undefined : { line: at.line, ends: endOf(line) };
    if (!isContinued) yield take(first);
  }
  if (first !== undefined) yield take(first);
}

/** Yields the lines of a text, each with its offset. Each of these characters ends one, and so do two that differ. */
function* physicalLines(text: string): Generator<[line: string, offset: number]> {
  let start = 0;
  for (const { 0: end, index } of text.matchAll(/\r\n|\n\r|[\n\r\0]/g)) {
    yield [text.slice(start, index), start];
    start = index + end.length;
  }
  if (start < text.length) yield [text.slice(start), start];
}

/** Whether a line ends with a backslash that no other one escapes. */
function endsWithBackslash(line: string): boolean {
  let at = line.length;
  while (line.charAt(at - 1) === '\\') at -= 1;
  return (line.length - at) % 2 === 1;
}

/** How a line ends that the next one was to continue. */
function endOf(line: string): LineEnding {
  if (!line.trimEnd().endsWith('\\')) return 'without a backslash';
  return line.endsWith('\\') ? 'with a doubled backslash' : 'with a blank behind its backslash';
}

/** The characters from `start` to `end`, without blanks around them. */
function trimmed(line: Located, start: number, end: number): Located {
  const first = Math.min(skipBlanks(line.text, start), end);
  let last = end;
  while (last > first && isBlank(line.text.charAt(last - 1))) last -= 1;
  return sliceOf(line, first, last);
}

/** The settings of a list-valued key after the last empty assignment, which resets the list. */
export function settingsSinceReset(settings: readonly UnitSetting[], key: string): readonly UnitSetting[] {
  const all = settings.filter(({ name }) => name === key);
  return all.slice(all.findLastIndex(({ value }) => value.text === '') + 1);
}

/** The lines of a systemd unit or drop-in (systemd.syntax(7); src/shared/conf-parser.c, `config_parse`). */
import type { Place } from '../../artifact/place.ts';
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

/** A line that systemd ignores, because it is not a setting. Lines in a section that it does not know are not among them. */
export interface StrayLine {
  readonly kind: 'stray';
  /** What is written, with the lines that continue it. */
  readonly text: string;
  /** From its first to its last character. */
  readonly at: Place;
}

/** The header of a section that is not well-formed: systemd reads no further. */
interface BadHeader {
  readonly kind: 'bad-header';
  readonly at: Place;
}

/** Yields the lines of a unit or drop-in that are [Service] settings, or wrong. */
export function* readUnit(path: string, text: string): Generator<UnitSetting | StrayLine | BadHeader> {
  let section: string | undefined;
  for (const { line, at } of logicalLines(textFile(path, text))) {
    const { text } = line;
    if (text.startsWith('[')) {
      if (!text.endsWith(']') || !isSafe(text)) yield { kind: 'bad-header', at };
      section = text.slice(1, -1);
    } else if (text !== '' && (section === 'Service' || section === undefined)) {
      const equals = text.indexOf('=');
      const name = trimmed(line, 0, equals).text;
      // Names are letters; those that begin with X- are of other programs.
      if (section === undefined || !/^(?:[A-Za-z]+|X-.*)$/s.test(name))
        yield { kind: 'stray', text, at: placeWithin(line, 0, text.length) };
      else yield { kind: 'setting', name, value: trimmed(line, equals + 1, text.length), at };
    }
  }
}

/** Whether a text has neither quotes and backslashes nor control characters (src/basic/string-util.c, `string_is_safe`). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
export const isSafe = (text: string): boolean => !/[\0-\x1f"'\\\x7f]/.test(text);

interface LogicalLine {
  /** Without blanks around it. */
  readonly line: Located;
  /** The first of its lines. */
  readonly at: Place;
}

/** Yields lines without comments. A backslash at the end is a blank, and continues a line; comments do not end it. */
function* logicalLines(file: TextFile): Generator<LogicalLine> {
  let collected = new Collected();
  let at: Place | undefined;
  const take = (first: Place): LogicalLine => {
    const whole = collected.in(file);
    collected = new Collected();
    at = undefined;
    return { line: trimmed(whole, 0, whole.text.length), at: first };
  };
  for (const [line, start] of physicalLines(file.text)) {
    if (/^[#;]/.test(line.charAt(skipBlanks(line, 0)))) continue;
    at ??= { path: file.path, ...rangeIn(file.lines, start, start + line.length) };
    const isContinued = endsWithBackslash(line);
    collected.add(isContinued ? `${line.slice(0, -1)} ` : line, start);
    if (!isContinued) yield take(at);
  }
  if (at !== undefined) yield take(at);
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

/** Parses the parts of systemd units that start a program (systemd.unit(5), systemd.exec(5), systemd.service(5)). */
import type { Place } from '../../artifact/place.ts';

/** One `Name=value` of a unit's [Service] section, or of an environment file, with continuation lines joined. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly at: Place;
}

/** The number of characters to read. systemd rejects lines of a mebibyte, and real files have a few kilobytes. */
const maxText = 256 * 1024;

const isComment = (line: string): boolean => /^\s*[#;]/.test(line);

/**
 * Yields the lines of a text, without comments, each with its place. A backslash at the end continues a line. The range
 * is that of the first one.
 *
 * @param joint replaces that backslash
 * @param skip whether to leave out a line in the middle of a continued line
 */
function* joinedLines(
  path: string,
  text: string,
  joint: string,
  skip: (line: string) => boolean,
): Generator<[string, Place]> {
  const lines = text.slice(0, maxText).split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    let last = lines[index] ?? '';
    const parts: string[] = [];
    if (isComment(last)) continue;
    const at = { path, line, column: 1, endLine: line, endColumn: last.length + 1 };
    while (last.endsWith('\\') && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? '';
      if (skip(next)) continue;
      parts.push(last.slice(0, -1));
      last = next;
    }
    yield [[...parts, last].join(joint), at];
  }
}

/** Returns the [Service] settings of a unit or drop-in. Comments do not end a continued line. */
export function readUnit(path: string, text: string): readonly Assignment[] {
  const settings: Assignment[] = [];
  let section = '';
  for (const [line, at] of joinedLines(path, text, ' ', isComment)) {
    section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(line) ?? [];
    if (section === 'Service' && name !== undefined && value !== undefined)
      settings.push({ name, value: value.replace(/\\$/, '').trim(), at });
  }
  return settings;
}

/** Splits at whitespace outside quotes, and removes quotes and backslashes. */
export function splitQuoted(text: string): string[] {
  const words: string[] = [];
  const pattern = /(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\\.|[^\s"'\\])+/gs;
  for (const [raw] of text.matchAll(pattern)) {
    words.push(
      raw.replace(
        /"((?:[^"\\]|\\.)*)"?|'((?:[^'\\]|\\.)*)'?|\\(.)/gs,
        (_, double?: string, single?: string, escaped?: string) =>
          (double ?? single ?? escaped ?? '').replace(/\\(.)/gs, '$1'),
      ),
    );
  }
  return words;
}

/** Returns the variables of an `EnvironmentFile=`: `NAME=value` lines, without quotes. */
export function readEnvironmentFile(path: string, text: string): readonly Assignment[] {
  return [...joinedLines(path, text, '', () => false)].flatMap(([text, at]) => {
    const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: unquote(value.trim()), at }];
  });
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  if (quote === '"' && value.endsWith('"') && value.length > 1) return value.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
  if (quote === "'" && value.endsWith("'") && value.length > 1) return value.slice(1, -1);
  return value;
}

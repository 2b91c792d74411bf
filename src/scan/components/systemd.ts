/** Parses the parts of systemd units that start a program (systemd.unit(5), systemd.exec(5), systemd.service(5)). */
import type { Place } from '../../core/artifact.ts';

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
 * Yields the lines of a text, without comments, each with its number (from 1). A backslash at the end continues a line.
 *
 * @param joint replaces that backslash
 * @param skip whether to leave out a line in the middle of a continued line
 */
function* joinedLines(text: string, joint: string, skip: (line: string) => boolean): Generator<[string, number]> {
  const lines = text.slice(0, maxText).split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const number = index + 1;
    let last = lines[index] ?? '';
    const parts: string[] = [];
    if (isComment(last)) continue;
    while (last.endsWith('\\') && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? '';
      if (skip(next)) continue;
      parts.push(last.slice(0, -1));
      last = next;
    }
    yield [[...parts, last].join(joint), number];
  }
}

/** Returns the [Service] settings of a unit or drop-in. Comments do not end a continued line. */
export function readUnit(path: string, text: string): readonly Assignment[] {
  const settings: Assignment[] = [];
  let section = '';
  for (const [line, number] of joinedLines(text, ' ', isComment)) {
    section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(line) ?? [];
    if (section === 'Service' && name !== undefined && value !== undefined)
      settings.push({ name, value: value.replace(/\\$/, '').trim(), at: { path, line: number } });
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
  return [...joinedLines(text, '', () => false)].flatMap(([text, line]) => {
    const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    return name === undefined || value === undefined
      ? []
      : [{ name, value: unquote(value.trim()), at: { path, line } }];
  });
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  if (quote === '"' && value.endsWith('"') && value.length > 1) return value.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
  if (quote === "'" && value.endsWith("'") && value.length > 1) return value.slice(1, -1);
  return value;
}

/** systemd units, as far as starting one program goes (systemd.unit(5), systemd.exec(5), systemd.service(5)). */
import type { Place } from '../../core/artifact.ts';

/** One `Key=Value` of a unit's [Service] section, continuation lines joined. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly at: Place;
}

/** Of a unit or an environment file: the rest is left out. systemd refuses lines of a mebibyte, and real files have a few kilobytes. */
const maxText = 256 * 1024;

/** The [Service] settings of a unit or drop-in. */
export function readUnit(path: string, text: string): readonly Setting[] {
  const settings: Setting[] = [];
  let section = '';
  const lines = text.slice(0, maxText).split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    const parts = [lines[index] ?? ''];
    if (/^\s*(?:[#;]|$)/.test(parts[0] ?? '')) continue;
    while (parts.at(-1)?.endsWith('\\') && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? '';
      // Comments between continued lines do not end them.
      if (!/^\s*[#;]/.test(next)) parts.push(parts.pop()?.slice(0, -1) ?? '', next);
    }
    const line = parts.join(' ');
    section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^\s*([A-Za-z]+)\s*=(.*)$/s.exec(line) ?? [];
    if (section === 'Service' && key !== undefined && value !== undefined)
      settings.push({ key, value: value.replace(/\\$/, '').trim(), at: { path, line: start + 1 } });
  }
  return settings;
}

/** Splits at blanks outside quotes, and undoes quotes and backslashes. */
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

/** One `NAME=value` of an environment file. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly at: Place;
}

/** An `EnvironmentFile=`: `NAME=value` lines, `#` and `;` comments, quotes undone, backslash-newline joins. */
export function readEnvironmentFile(path: string, text: string): readonly Assignment[] {
  const found: Assignment[] = [];
  const lines = text.slice(0, maxText).split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    const parts = [lines[index] ?? ''];
    if (/^\s*[#;]/.test(parts[0] ?? '')) continue;
    while (parts.at(-1)?.endsWith('\\') && index + 1 < lines.length) {
      index += 1;
      parts.push(parts.pop()?.slice(0, -1) ?? '', lines[index] ?? '');
    }
    const joined = parts.join('');
    const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/s.exec(joined) ?? [];
    if (name !== undefined && value !== undefined)
      found.push({ name, value: unquote(value.trim()), at: { path, line } });
  }
  return found;
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  if (quote === '"' && value.endsWith('"') && value.length > 1) return value.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
  if (quote === "'" && value.endsWith("'") && value.length > 1) return value.slice(1, -1);
  return value;
}

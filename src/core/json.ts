/** Values as JSON. */
import { redact } from './secrets.ts';

// Control characters that JSON.stringify does not escape, but a terminal acts on. In JSON, they occur only in strings.
const terminalControls = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Returns a value as JSON: indented by two spaces, with a line feed at the end, safe to print to a terminal, without
 * private keys.
 */
export function json(value: unknown): string {
  return safe(withoutKeys(value, 2));
}

/** The same as one line, for readers that refuse lone surrogates, such as DuckDB: these are made visible. */
export function jsonLine(value: unknown): string {
  return safe(withoutKeys(value, 0).replace(loneSurrogates, '$1\\$2'));
}

// `JSON.stringify` escapes them: an odd number of backslashes is an escape, an even number is of backslashes in the
// text.
const loneSurrogates = /((?<!\\)(?:\\\\)*)(\\ud[89a-f][0-9a-f]{2})/g;

function safe(text: string): string {
  return `${text.replace(terminalControls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Most values hold no key. It is quicker to search the whole text first, in which line feeds are escaped. */
function withoutKeys(value: unknown, indent: number): string {
  const text = JSON.stringify(value, null, indent);
  if (redact(text) === text) return text;
  return JSON.stringify(value, (_, one) => (typeof one === 'string' ? redact(one) : one), indent);
}

/** Values as JSON. */
import { redact } from './secrets.ts';

// Control characters that JSON.stringify does not escape, but a terminal acts on. In JSON, they occur only in strings.
const terminalControls = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Returns a value as JSON: indented by two spaces, with a line feed at the end, safe to print to a terminal, without private keys. */
export function json(value: unknown): string {
  const text = withoutKeys(value);
  return `${text.replace(terminalControls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Most values hold no key. It is quicker to search the whole text first, in which line feeds are escaped. */
function withoutKeys(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  if (redact(text) === text) return text;
  return JSON.stringify(value, (_, one) => (typeof one === 'string' ? redact(one) : one), 2);
}

// JSON.stringify leaves these as they are, and a terminal would obey them. Outside of strings JSON has none of them.
const obeyed = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A value as JSON in UTF-8: two blanks a level, a line feed at the end, safe to show in a terminal. */
export function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** XML 1.0. No library removes the characters that it cannot express, for which a parser refuses the whole file. */

/** An element, with a text or elements in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly content: string | readonly Element[];
}

/** Returns an element. An attribute that is undefined is left out. */
export function element(name: string, attributes: Element['attributes'], content: Element['content'] = []): Element {
  return { name, attributes, content };
}

/** Returns a document: UTF-8, elements indented, texts as they are. */
export function xml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}`;
}

function written({ name, attributes, content }: Element, indent: string): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(`${value}`).replace(/[\t\n]/g, reference)}"`],
  );
  const start = `${indent}<${name}${given.join('')}`;
  if (content.length === 0) return `${start}/>\n`;
  if (typeof content === 'string') return `${start}>${escaped(content)}</${name}>\n`;
  return `${start}>\n${content.map((one) => written(one, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

/** Whatever is not a Char of XML 1.0: controls, lone surrogates, U+FFFE and U+FFFF. */
const notChar = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const reference = (character: string) => `&#${character.charCodeAt(0)};`;

/**
 * A parser makes line feeds of carriage returns, and spaces of line feeds in attributes, unless they are references.
 */
function escaped(text: string): string {
  return text
    .replace(notChar, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"\r]/g, reference);
}

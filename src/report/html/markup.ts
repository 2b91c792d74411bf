/** Builds HTML. Every text is escaped, so that no name in a file can become an element or an attribute. */
import { copyable, printable } from '../../core/text.ts';

/** A piece of HTML. */
export interface Markup {
  readonly html: string;
}

/** What an element can contain: texts are escaped, and what is absent leaves nothing. */
export type Piece = Markup | string | number | undefined | null | false | readonly Piece[];

/** TagAttributes: `true` is one without a value, and what is absent or false is left out. */
export type TagAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** Elements without content and end tag. */
const empty: ReadonlySet<string> = new Set(['meta', 'input', 'br', 'wbr']);

/** Returns an element. Characters that are invisible or reorder text become visible escapes, also in attributes. */
export function el(name: string, attributes: TagAttributes = {}, ...content: readonly Piece[]): Markup {
  const start = `<${name}${attributesOf(attributes)}`;
  if (shapes.has(name)) return { html: `${start}/>` };
  return { html: empty.has(name) ? `${start}>` : `${start}>${contentOf(content, textOnly.has(name))}</${name}>` };
}

/** Elements of SVG that we give no content: a graph has thousands, and their end tags would be 2 % of a page. */
const shapes: ReadonlySet<string> = new Set(['path', 'rect', 'line', 'use']);

/** Elements that contain only text. */
const textOnly: ReadonlySet<string> = new Set(['title', 'option', 'text']);

/** What is longer than this does not fit on a line in a narrow window. */
const longestPart = 36;

/**
 * The parts of a word of a command, between which it may be broken: before a `/`, and in a long part after what ends a
 * name.
 */
function partsOf(word: string): readonly string[] {
  const parts = word.split(/(?<=[^/])(?=\/(?!\/))/);
  return parts.flatMap((part) => (part.length <= longestPart ? [part] : part.split(/(?<=[=,])/)));
}

/**
 * Returns a shell command as text: it can be copied, so it is whole. Its words are broken only where they may: a flag
 * that is broken at its hyphens would look like two.
 */
export function command(text: string): Markup {
  const html = copyable(text).replace(/[^ ]+/g, (word) => {
    if (!/[&<>"'/.:=,|-]/.test(word)) return word;
    const parts = partsOf(word);
    const inner = parts.map(escaped).join('<wbr>');
    return parts.every(({ length }) => length <= longestPart) ? `<span>${inner}</span>` : inner;
  });
  return { html };
}

/**
 * Returns text in which dates and names with a number, as of nodes, are not broken at their hyphens. Longer ones may
 * have to be.
 */
const unbroken = (html: string): string =>
  html.replace(/(?<![\w./-])\w[\w.:-]{2,22}(?![\w/-])/g, (word) =>
    /\w-\d/.test(word) ? `<span class="word">${word}</span>` : word,
  );

/** Returns text that is not from a file, as it is: a style sheet or a script. */
export function verbatim(text: string): Markup {
  return { html: text };
}

/** Returns content without an element around it. */
export function fragment(...content: readonly Piece[]): Markup {
  return { html: contentOf(content) };
}

function attributesOf(attributes: TagAttributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => {
      if (value === undefined || value === false) return '';
      return value === true ? ` ${name}` : ` ${name}="${escaped(printable(`${value}`))}"`;
    })
    .join('');
}

function contentOf(content: Piece, isTextOnly = false): string {
  if (content === undefined || content === null || content === false) return '';
  if (typeof content === 'string') {
    const html = escaped(printable(content));
    return isTextOnly ? html : unbroken(html);
  }
  if (typeof content === 'number') return `${content}`;
  return 'html' in content ? content.html : content.map((part) => contentOf(part, isTextOnly)).join('');
}

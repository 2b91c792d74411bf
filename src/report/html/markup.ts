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
  const start = `<${name}${attributesOf(attributes)}>`;
  return { html: empty.has(name) ? start : `${start}${contentOf(content)}</${name}>` };
}

/** Returns a shell command as text: it can be copied, so it is whole. */
export function command(text: string): Markup {
  return { html: escaped(copyable(text)) };
}

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

function contentOf(content: Piece): string {
  if (content === undefined || content === null || content === false) return '';
  if (typeof content === 'string') return escaped(printable(content));
  if (typeof content === 'number') return `${content}`;
  return 'html' in content ? content.html : content.map(contentOf).join('');
}

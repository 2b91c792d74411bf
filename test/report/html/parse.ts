/** A strict reader of the HTML that a page may contain: whatever else is in it is an error. */

export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The tags that it is in, from the outside. */
  readonly within: readonly string[];
}

export interface Page {
  readonly elements: readonly Element[];
  /** All text but that of the script and the style sheet, with spaces for those at which no line is broken. */
  readonly text: string;
  readonly script: string;
  readonly style: string;
}

const tags = new Set(
  `html head meta title style body script header nav main footer section article div p span strong b h1 h2 h3 h4 ul ol li dl dt dd a br code
  pre details summary table caption thead tbody tr th td wbr form label select option input button output svg symbol use g path rect line
  text`.split(/\s+/),
);
const attributes = new Set(
  `lang charset http-equiv content name id class href rel role tabindex title hidden open scope colspan type value autocomplete viewBox
  d x y x1 x2 y1 y2 width height rx data-label data-severity data-filter data-impact data-rule data-node data-id data-column data-from data-to
  aria-label aria-labelledby aria-hidden aria-live`.split(/\s+/),
);
const empty = new Set(['meta', 'br', 'wbr', 'input']);
const shapes = new Set(['path', 'rect', 'line', 'use']);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Returns text without entities; an `&` that begins none of these is an error. */
function decoded(text: string): string {
  return text.replace(/&([a-z#0-9]*;?)/g, (whole, name: string) => {
    const character = name.endsWith(';') ? entities[name.slice(0, -1)] : undefined;
    if (character === undefined) throw new Error(`entity ${whole}`);
    return character;
  });
}

/** Reads a page. Elements must be closed in order, and attributes quoted; both must be of the kinds that pages have. */
export function parse(html: string): Page {
  const start = '<!DOCTYPE html>\n';
  if (!html.startsWith(start)) throw new Error('no document type');
  const elements: Element[] = [];
  const open: string[] = [];
  const texts: Record<string, string[]> = { script: [], style: [], text: [] };
  const pattern = /<(\/?)([a-z0-9]+)((?: [a-zA-Z0-9-]+(?:="[^"<>]*")?)*)(\/?)>|([^<]+)/y;
  pattern.lastIndex = start.length;
  while (pattern.lastIndex < html.length) {
    const at = pattern.lastIndex;
    const [, close, tag = '', given = '', shape, text] =
      pattern.exec(html) ?? fail(`not HTML: ${html.slice(at, at + 80)}`);
    if (text !== undefined) {
      const kind = open.at(-1) === 'script' || open.at(-1) === 'style' ? (open.at(-1) ?? '') : 'text';
      texts[kind]?.push(kind === 'text' ? decoded(text).replaceAll('\u00a0', ' ') : text);
      continue;
    }
    if (!tags.has(tag)) fail(`element ${tag}`);
    if (close === '/') {
      if (open.pop() !== tag) fail(`</${tag}> at ${at}`);
      continue;
    }
    const own = [...given.matchAll(/ ([a-zA-Z0-9-]+)(?:="([^"]*)")?/g)].map(
      ([, name = '', value = '']) => [name, decoded(value)] as const,
    );
    for (const [name] of own) if (!attributes.has(name)) fail(`attribute ${name}`);
    elements.push({ tag, attributes: new Map(own), within: [...open] });
    if (shape === '/' && !shapes.has(tag)) fail(`<${tag}/>`);
    if (empty.has(tag) || shape === '/') continue;
    open.push(tag);
    if (tag === 'script' || tag === 'style') {
      // Their text is not escaped, and ends at their end tag.
      const end = html.indexOf(`</${tag}>`, pattern.lastIndex);
      texts[tag]?.push(html.slice(pattern.lastIndex, end));
      pattern.lastIndex = end;
    }
  }
  if (open.length > 0) fail(`open: ${open.join(' ')}`);
  const [script = '', style = '', text = ''] = ['script', 'style', 'text'].map((kind) => texts[kind]?.join(''));
  return { elements, text, script, style };
}

function fail(message: string): never {
  throw new Error(message);
}

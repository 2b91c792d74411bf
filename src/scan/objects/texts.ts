/** Splits a dump into the texts of its objects, so that what is not read need not be parsed. */

/** The text of one object. */
export interface ObjectText {
  readonly text: string;
  /** The line of the file in which it begins, from 1. */
  readonly line: number;
  /** The kind of the items of a typed list, which have none of their own: `Node`. */
  readonly listed?: string;
}

/** Where a line of a file begins and ends, without its end. */
interface LineSpan {
  readonly start: number;
  readonly end: number;
  readonly number: number;
}

/** Returns the objects of a file of YAML or JSON, those of lists one by one, in order. */
export function* objectTexts(bytes: Buffer): Generator<ObjectText> {
  const first = bytes.subarray(0, 4096).toString().trimStart();
  if (first.startsWith('{') || first.startsWith('[')) yield* jsonTexts(bytes);
  else yield* yamlTexts(bytes);
}

/** A document: where it begins and ends, and the line in which it begins. Its lines are found again when needed. */
type DocumentSpan = LineSpan;

function* yamlTexts(bytes: Buffer): Generator<ObjectText> {
  let document: DocumentSpan | undefined;
  for (const span of linesOfBytes(bytes, { start: 0, end: bytes.length, number: 1 })) {
    if (isSeparator(bytes, span)) {
      if (document !== undefined) yield* documentTexts(bytes, document);
      document = contentAfter(bytes, span);
    } else document = { ...(document ?? span), end: span.end };
  }
  if (document !== undefined) yield* documentTexts(bytes, document);
}

/** What begins on the line of its separator: `--- {"kind": "Secret"}`. */
function contentAfter(bytes: Buffer, { start, end, number }: LineSpan): DocumentSpan | undefined {
  const isContent = /^---[ \t]+[^\s#]/.test(bytes.toString('latin1', start, Math.min(end, start + 200)));
  return isContent ? { start: start + 3, end, number } : undefined;
}

function* linesOfBytes(bytes: Buffer, document: DocumentSpan): Generator<LineSpan> {
  let { start, number } = document;
  for (; start <= document.end; number += 1) {
    const found = bytes.indexOf(0x0a, start);
    const isLast = found === -1 || found >= document.end;
    const end = isLast ? document.end : found;
    if (end > start || !isLast) yield { start, end, number };
    start = end + 1;
  }
}

const [dash, space, hash] = [0x2d, 0x20, 0x23];

/** `---`, or that and more, or `...` */
function isSeparator(bytes: Buffer, { start, end }: LineSpan): boolean {
  const first = bytes[start];
  if (first !== dash && first !== 0x2e) return false;
  const isAll = bytes[start + 1] === first && bytes[start + 2] === first;
  return isAll && (end - start === 3 || [space, 0x09, 0x0d].includes(bytes[start + 3] ?? 0));
}

/** The key of a list in YAML, with nothing after it. */
const itemsKey = /^items:\s*(?:#.*)?$/;

/** An anchor, which other items of its list may use. No program writes them. */
const anchor = /(?:^|[:-])[ \t]+&[A-Za-z]/m;
const mostWithAnchors = 4 * 1024 * 1024;

function* documentTexts(bytes: Buffer, document: DocumentSpan): Generator<ObjectText> {
  const { start: first, end: last, number: line } = document;
  const whole = () => bytes.toString('utf8', first, last);
  const key = keyOfItems(bytes, document);
  if (key === undefined) {
    const text = whole();
    if (/^[ \t]*[^\s#]/m.test(text)) yield { text, line };
    return;
  }
  if (last - first <= mostWithAnchors && anchor.test(bytes.toString('latin1', first, last))) {
    yield { text: whole(), line };
    return;
  }
  const { ranges, rest } = itemsOf(bytes, document, key);
  const header = rest.map(({ start, end }) => bytes.toString('utf8', start, Math.min(end, start + 1000))).join('\n');
  const listed = /^kind:\s*"?([A-Za-z]+)List"?\s*$/m.exec(header)?.[1];
  for (const { start, end, number, indent } of ranges) {
    const text = `${' '.repeat(indent + 1)}${bytes.toString('utf8', start + indent + 1, end)}`;
    yield { text, line: number, ...(listed !== undefined && { listed }) };
  }
}

/** Returns the line with the key of a list. */
function keyOfItems(bytes: Buffer, document: DocumentSpan): LineSpan | undefined {
  for (const span of linesOfBytes(bytes, document)) {
    const { start, end } = span;
    if (bytes[start] !== 0x69) continue;
    if (itemsKey.test(bytes.toString('latin1', start, Math.min(end, start + 200)))) return span;
  }
  return undefined;
}

interface Item extends LineSpan {
  /** Blanks before its dash. */
  readonly indent: number;
}

/** The items that follow the key of a list, and the other lines of its document. */
function itemsOf(bytes: Buffer, document: DocumentSpan, key: LineSpan) {
  const ranges: Item[] = [];
  const rest: LineSpan[] = [];
  let indent: number | undefined;
  let open: Item | undefined;
  for (const span of linesOfBytes(bytes, document)) {
    if (span.start <= key.start) {
      if (span.start < key.start) rest.push(span);
      continue;
    }
    const own = indentOf(bytes, span);
    const isItem = bytes[span.start + own] === dash && [space, undefined, 0x0a].includes(bytes[span.start + own + 1]);
    indent ??= isItem ? own : undefined;
    const isEnd = own === 0 && span.end > span.start && !isItem && bytes[span.start] !== hash;
    if (isItem && own === indent) {
      if (open !== undefined) ranges.push(open);
      open = { ...span, indent: own };
    } else if (isEnd) {
      if (open !== undefined) ranges.push(open);
      open = undefined;
      rest.push(span);
    } else if (open !== undefined) open = { ...open, end: span.end };
  }
  if (open !== undefined) ranges.push(open);
  return { ranges, rest };
}

function indentOf(bytes: Buffer, { start, end }: LineSpan): number {
  let at = start;
  while (at < end && bytes[at] === space) at += 1;
  return at - start;
}

const [quote, backslash] = [0x22, 0x5c];
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);

/** Splits documents of JSON, one after the other, at the items of their lists. */
function* jsonTexts(bytes: Buffer): Generator<ObjectText> {
  let line = 1;
  let depth = 0;
  let start = -1;
  let startLine = 1;
  let header = '';
  let headerFrom = 0;
  let itemsDepth = -1;
  let items: { readonly start: number; readonly end: number; readonly line: number }[] = [];
  let itemStart = -1;
  let itemLine = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a) line += 1;
    else if (byte === quote) at = endOfString(bytes, at);
    else if (opening.has(byte)) {
      depth += 1;
      if (depth === 1) [start, startLine, header, headerFrom, itemsDepth, items] = [at, line, '', at, -1, []];
      const isItems =
        depth === 2 && byte === 0x5b && /"items"\s*:\s*$/.test(bytes.toString('latin1', Math.max(start, at - 40), at));
      if (isItems) [itemsDepth, header] = [depth, header + bytes.toString('utf8', headerFrom, at)];
      else if (itemsDepth !== -1 && depth === itemsDepth + 1) [itemStart, itemLine] = [at, line];
    } else if (closing.has(byte)) {
      if (itemsDepth !== -1 && depth === itemsDepth + 1) items.push({ start: itemStart, end: at + 1, line: itemLine });
      if (depth === itemsDepth) [itemsDepth, headerFrom] = [-2, at + 1];
      depth -= 1;
      if (depth !== 0) continue;
      if (itemsDepth !== -2) {
        yield { text: bytes.toString('utf8', start, at + 1), line: startLine };
        continue;
      }
      const listed = /"kind"\s*:\s*"([A-Za-z]+)List"/.exec(header + bytes.toString('utf8', headerFrom, at))?.[1];
      for (const item of items) {
        const text = bytes.toString('utf8', item.start, item.end);
        yield { text, line: item.line, ...(listed !== undefined && { listed }) };
      }
    }
  }
  // It was cut off: what is left of it is reported as broken.
  if (depth > 0) yield { text: bytes.toString('utf8', start, Math.min(bytes.length, start + 10_000)), line: startLine };
}

/** Returns the offset of the quotation mark that ends a string. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at;
  }
  return bytes.length;
}

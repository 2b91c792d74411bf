/** Splits a dump into the texts of its objects, so that what is not read need not be parsed. */

import { isUtf16 } from './unread-text.ts';

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

/** Returns the objects of a file of YAML or JSON in UTF-8, those of lists one by one, in order. */
export function* objectTexts(bytes: Buffer): Generator<ObjectText> {
  if (isUtf16(bytes)) return;
  const marked = bytes.subarray(0, 3).equals(byteOrderMark);
  const text = marked ? bytes.subarray(byteOrderMark.length) : bytes;
  const first = text.subarray(0, 4096).toString().trimStart();
  if (first.startsWith('{') || first.startsWith('[')) yield* jsonTexts(text);
  else yield* yamlTexts(text);
}

const byteOrderMark = Buffer.from('\uFEFF');

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
  const key = keyOfItems(bytes, document) ?? placeBeforeItems(bytes, document);
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

/** Returns what stands for the key of a list that has none: a document may be a list of objects. */
function placeBeforeItems(bytes: Buffer, document: LineSpan): LineSpan | undefined {
  for (const { start, end } of linesOfBytes(bytes, document)) {
    const line = bytes.toString('latin1', start, Math.min(end, start + 200));
    if (!/^[ \t\r]*(?:#|$)/.test(line)) return /^-[ \t]/.test(line) ? { ...document, start: -1 } : undefined;
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

const [quote, backslash, bracket] = [0x22, 0x5c, 0x5b];
const opening = new Set([0x7b, bracket]);
const closing = new Set([0x7d, 0x5d]);

/** Splits documents of JSON, one after the other, at the items of their lists. */
function* jsonTexts(bytes: Buffer): Generator<ObjectText> {
  for (const document of valuesIn(bytes, { start: 0, end: bytes.length, number: 1 })) {
    const list = document.isClosed ? listIn(bytes, document) : undefined;
    if (list === undefined) {
      // What is left of one that was cut off is reported as broken.
      const end = document.isClosed ? document.end : Math.min(document.end, document.start + 10_000);
      yield { text: bytes.toString('utf8', document.start, end), line: document.number };
      continue;
    }
    const header = bytes.toString('utf8', document.start, list.start) + bytes.toString('utf8', list.end, document.end);
    const listed = /"kind"\s*:\s*"([A-Za-z]+)List"/.exec(header)?.[1];
    for (const { start, end, number } of valuesIn(bytes, within(list))) {
      yield { text: bytes.toString('utf8', start, end), line: number, ...(listed !== undefined && { listed }) };
    }
  }
}

/** A value in braces or brackets, with these. */
interface JsonValue extends LineSpan {
  readonly isClosed: boolean;
}

/** What is between the braces or brackets of a value. */
const within = ({ start, end, number }: JsonValue): LineSpan => ({ start: start + 1, end: end - 1, number });

/** Returns the list that the items of a document are in: it may be the document itself, as `jq .items` prints it. */
function listIn(bytes: Buffer, document: JsonValue): JsonValue | undefined {
  if (bytes[document.start] === bracket) return document;
  for (const value of valuesIn(bytes, within(document))) {
    const { start } = value;
    const before = () => bytes.toString('latin1', Math.max(document.start, start - 40), start);
    if (bytes[start] === bracket && /"items"\s*:\s*$/.test(before())) return value;
  }
  return undefined;
}

/** Returns the values in braces or brackets that are in a part of a text, but not those in other ones. */
function* valuesIn(bytes: Buffer, { start, end, number }: LineSpan): Generator<JsonValue> {
  let line = number;
  let depth = 0;
  let first = { start, number };
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a) line += 1;
    else if (byte === quote) at = endOfString(bytes, at);
    else if (opening.has(byte)) {
      if (depth === 0) first = { start: at, number: line };
      depth += 1;
    } else if (closing.has(byte) && depth > 0) {
      depth -= 1;
      if (depth === 0) yield { ...first, end: at + 1, isClosed: true };
    }
  }
  if (depth > 0) yield { ...first, end, isClosed: false };
}

/** Returns the offset of the quotation mark that ends a string. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at;
  }
  return bytes.length;
}

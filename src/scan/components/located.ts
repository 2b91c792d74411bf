/** Texts that were composed of parts of a file, and where in the file these parts are. */
import type { Place } from '../../artifact/place.ts';
import { type Lines, linesOf, rangeIn } from '../parse/lines.ts';

/** A file as it was read. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  readonly lines: Lines;
}

/** Where a part of a text begins: in the text, and in the file. It ends where the next one begins. */
type Part = readonly [index: number, offset: number];

/** A text, and the parts of a file that it consists of. */
export interface Located {
  readonly text: string;
  readonly file: TextFile;
  readonly parts: readonly Part[];
  /** The index of its first character in what the parts compose. */
  readonly from: number;
}

/**
 * The number of characters to read of a file. systemd rejects lines of a mebibyte, and real files have a few kilobytes.
 */
const maxText = 256 * 1024;

/** Returns a file with its text, as far as it is read. */
export function textFile(path: string, whole: string): TextFile {
  const text = whole.slice(0, maxText);
  return { path, text, lines: linesOf(text) };
}

/** Collects characters of a file into a text. */
export class Collected {
  private text = '';
  private readonly parts: Part[] = [];
  private next = -1;

  /** @param offset that of the first of these characters in the file */
  add(text: string, offset: number): void {
    if (offset !== this.next) this.parts.push([this.text.length, offset]);
    this.text += text;
    this.next = offset + text.length;
  }

  /** The number of characters. */
  get length(): number {
    return this.text.length;
  }

  /** @param length how many of them, if not all */
  in(file: TextFile, length = this.text.length): Located {
    return { text: this.text.slice(0, length), file, parts: this.parts, from: 0 };
  }
}

/** Returns the characters from `start` to `end`. */
export function sliceOf({ text, file, parts, from }: Located, start: number, end: number): Located {
  return { text: text.slice(start, end), file, parts, from: from + start };
}

/** Returns the place of the characters from `start` to `end`. */
export function placeWithin({ file, parts, from }: Located, start: number, end: number): Place {
  const first = offsetAt(parts, from + start);
  const last = end > start ? offsetAt(parts, from + end - 1) + 1 : first;
  return { path: file.path, ...rangeIn(file.lines, first, last) };
}

/** Returns the offset in the file of a character. */
function offsetAt(parts: readonly Part[], index: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.[0] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const [begins, offset] = parts[low] ?? [0, 0];
  return offset + index - begins;
}

/** Counts the columns of a file with tokens, as Go's encoding/csv reads it. The tokens themselves are kept nowhere. */

/** What kube-apiserver refuses in a file with tokens. */
export interface TokenFault {
  readonly line: number;
  /** The number of columns; undefined if a quotation mark is wrong. */
  readonly columns?: number;
}

const fewest = 3;

/** Returns the first record that has less than three columns, or is not CSV; undefined if there is none. */
export function tokenFault(bytes: Uint8Array): TokenFault | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let at = 0;
  for (let line = 1; at < text.length; ) {
    const record = recordAt(text, at);
    if (record === undefined) return { line };
    const isBlank = record.end === at || text.slice(at, record.end) === '\r';
    if (!isBlank && record.columns < fewest) return { line, columns: record.columns };
    line += record.lines;
    at = record.end + 1;
  }
  return undefined;
}

/** The record that begins at an offset; undefined for a quotation mark where Go takes none. */
function recordAt(text: string, start: number) {
  let columns = 1;
  let lines = 1;
  let isQuoted = false;
  let isFresh = true;
  for (let at = start; ; at++) {
    const character = text[at];
    if (isQuoted) {
      if (character === undefined) return undefined;
      if (character === '\n') lines += 1;
      if (character !== '"') continue;
      if (text[at + 1] === '"') at += 1;
      else if (/^(?:,|\r?\n|\r?$)/.test(text.slice(at + 1, at + 3))) isQuoted = false;
      else return undefined;
      continue;
    }
    if (character === undefined || character === '\n') return { columns, lines, end: at };
    if (character === '"') {
      if (!isFresh) return undefined;
      isQuoted = true;
    }
    isFresh = character === ',';
    if (isFresh) columns += 1;
  }
}

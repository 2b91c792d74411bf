/** The lines of a text, and ranges in it. */

/** A range. Lines and columns count from 1; the last column is the one after the last character. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A text. Values of kubeconfigs are shortened in it. */
export interface Lines {
  readonly text: string;
  /** Offset of each line. */
  readonly starts: readonly number[];
}

/** Finds the lines of a text. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { text, starts };
}

/**
 * Returns the range between two offsets.
 *
 * @param isOneLine whether it ends in the same line, even if the text is shorter than the range
 */
export function rangeIn(lines: Lines, start: number, end: number, isOneLine = false): Range {
  const [line, column] = positionIn(lines, start);
  const isInLine = isOneLine || end < (lines.starts[line] ?? Number.POSITIVE_INFINITY);
  const [endLine, endColumn] = isInLine ? [line, column + end - start] : positionIn(lines, end);
  return { line, column, endLine, endColumn };
}

function positionIn({ starts }: Lines, offset: number): readonly [line: number, column: number] {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return [low + 1, offset - (starts[low] ?? 0) + 1];
}

/** Returns the line with a number, without the blanks at its end. */
export function lineAt({ text, starts }: Lines, line: number): string {
  return text.slice(starts[line - 1], starts[line] ?? text.length).trimEnd();
}

/** Formats labelled texts, one below another: `  file   /etc/kubernetes/pki/ca.crt`. */
import { copyable, printable, printableList } from '../../core/text.ts';
import type { Paint } from './paint.ts';
import { labelled, padded } from './width.ts';

/**
 * A label and its texts, not yet escaped. Several items in a text become a list. Without texts, the label is not
 * printed.
 */
export type Field = readonly [label: string, texts: readonly (string | readonly string[])[]];

export interface FieldLayout {
  /** Columns in front of a label; default 2. */
  readonly margin?: number;
  /** The column where texts start. */
  readonly indent: number;
  /** Additional indent of the second and further lines of a text; default 0. */
  readonly hang?: number;
  readonly width: number;
  readonly paint: Paint;
  /** Whether a text is meant for copying, so that it is not wrapped; by default every text is wrapped. */
  readonly whole?: (text: string) => boolean;
}

/** Returns the fields as lines that fit the width, except for texts that are not wrapped. Labels are dim. */
export function fields(all: readonly Field[], layout: FieldLayout): string[] {
  const { margin = 2, indent, hang = 0, width, paint, whole = () => false } = layout;
  return all.flatMap(([label, texts]) =>
    texts.flatMap((text, index) => {
      const start = index === 0 && label !== '' ? ' '.repeat(margin) + label : '';
      if (typeof text === 'string' && whole(text)) return [paint('dim', padded(start, indent)) + copyable(text)];
      const shown = typeof text === 'string' ? printable(text) : printableList(text);
      const [first = '', ...rest] = labelled(start, shown, indent, width, hang);
      return [paint('dim', first.slice(0, indent)) + first.slice(indent), ...rest];
    }),
  );
}

/** Labelled texts, one below another: `  file   /etc/kubernetes/pki/ca.crt`. */
import { printable } from '../core/text.ts';
import { labelled, padded } from './layout.ts';
import type { Paint } from './paint.ts';

/** A label, and the texts behind it; without texts the label does not appear. */
export type Field = readonly [label: string, texts: readonly string[]];

export interface FieldLayout {
  /** Columns in front of a label; default 2. */
  readonly margin?: number;
  /** The column where texts start. */
  readonly indent: number;
  /** By how many columns further lines of a text start later; default 0. */
  readonly hang?: number;
  readonly width: number;
  readonly paint: Paint;
  /** Makes a text fit to be shown; by default `printable`. */
  readonly shown?: (text: string) => string;
  /** Whether a text is to be copied, so that it must not be broken; by default none is. */
  readonly whole?: (text: string) => boolean;
}

/** Lines of at most the width, but for texts that stay whole; labels are dim. */
export function fields(all: readonly Field[], layout: FieldLayout): string[] {
  const { margin = 2, indent, hang = 0, width, paint, shown = printable, whole = () => false } = layout;
  return all.flatMap(([label, texts]) =>
    texts.map(shown).flatMap((text, index) => {
      const start = index === 0 && label !== '' ? ' '.repeat(margin) + label : '';
      if (whole(text)) return [paint('dim', padded(start, indent)) + text];
      const [first = '', ...rest] = labelled(start, text, indent, width, hang);
      return [paint('dim', first.slice(0, indent)) + first.slice(indent), ...rest];
    }),
  );
}

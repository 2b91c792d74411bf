/**
 * Files with arguments as MicroK8s reads them (its patch of Kubernetes, cmd/kubelite/app/options, `ReadArgsFromFile`): lines are
 * trimmed, empty ones and comments skipped, all quotes deleted, and the rest is split at each blank and expanded by Go.
 */

import { rangeIn } from '../parse/lines.ts';
import type { TextFile } from './located.ts';
import { asWord, type Environment, type Word } from './words.ts';

/** Yields the words of a file. Two blanks in a row have an empty word between them. */
export function* wordsInLines(file: TextFile, environment: Environment): Generator<Word> {
  for (const [index, start] of file.lines.starts.entries()) {
    const line = file.text.slice(start, file.lines.starts[index + 1] ?? file.text.length);
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const first = start + line.indexOf(text);
    const parts = partsOf(text);
    for (const { chars, from, to } of parts) {
      const { text: known, unknown } = expandAsGo(chars, environment);
      const at = { path: file.path, ...rangeIn(file.lines, first + from, first + to) };
      yield { ...asWord(known, at, unknown), ...(parts.length === 1 && { ownLine: true }) };
    }
  }
}

interface Part {
  readonly chars: string;
  /** Its range in the line, with its quotes. */
  readonly from: number;
  readonly to: number;
}

/** The parts of a line between single blanks. A blank within quotes separates too: they are deleted before. */
function partsOf(line: string): readonly Part[] {
  let from = 0;
  return line.split(' ').map((written) => {
    const part = { chars: written.replaceAll(/["']/g, ''), from, to: from + written.length };
    from += written.length + 1;
    return part;
  });
}

/** `$X` and `${X}`, special names of one character, braces without a name, and an open brace (os.Expand of Go). */
const reference = /\$(?:\{(\w+|[*#$@!?-])\}|(\w+|[*#$@!?-])|(\{[^}]*\}?))/g;

/** Expands variables as `os.ExpandEnv` does: one that is not set is empty. */
function expandAsGo(text: string, { variables }: Environment): { readonly text: string; readonly unknown?: string } {
  let unknown: string | undefined;
  const expanded = text.replace(reference, (written, braced: string | undefined, plain: string | undefined) => {
    // Of `$1x`, only the digit is the name.
    const name = braced ?? (/^\d/.test(plain ?? '') ? plain?.charAt(0) : plain);
    if (name === undefined) return '';
    const rest = braced === undefined ? (plain ?? '').slice(name.length) : '';
    if (!variables.has(name)) return rest;
    const value = variables.get(name);
    if (value === undefined) unknown ??= name;
    return (value ?? written) + (value === undefined ? '' : rest);
  });
  return { text: expanded, ...(unknown !== undefined && { unknown }) };
}

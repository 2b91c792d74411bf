/** Values that a shell, or a program, would take for something else. */

import type { CommandValues } from '../../src/core/command/fill.ts';
import { kindOfPlaceholder } from '../../src/core/command/values.ts';
import { placeholdersOf, sampleValues } from './command-values.ts';

const everything = `a b'"$(touch x)\`touch x\`;touch x;&touch x|x>x<x*?[a-z]~!{a,b}#\\$HOME\${IFS}%s`;

/** Names of files, clusters and others: everything at once, and what matters at the beginning of a word. */
export const hostileNames: readonly string[] = [
  everything,
  '-rf',
  '--kubeconfig=x',
  '--',
  '~',
  '~root',
  '=ls',
  '#x',
  '!!',
  '*',
  '{a,b}',
  '{path}',
  "'",
  "'\\''",
  '\\',
  '$(touch x)',
  'a:b',
  'ünï 日本',
];

/** Values of a kind that contain a hostile name; some kinds refuse all of them, and have an ordinary value. */
function hostileValue(what: string, name: string, folder: string | undefined): string | undefined {
  if (what === 'a path') return folder === undefined ? name : `${folder}/${name}`;
  if (what === 'the URL of a server') return `https://${name.replace(/[\s\\]/g, '')}`;
  if (what === 'a document') return JSON.stringify({ name });
  if (what === 'an option') return `--x=${name}`;
  if (what === 'a script of sed') return `s|a|${name}|`;
  return what === 'a name' || what === 'the name of a file' ? name : undefined;
}

/**
 * Returns hostile values for the placeholders of a command.
 *
 * @param folder where paths are; undefined for relative ones
 */
export function hostileValues(template: string, name: string, folder: string | undefined): CommandValues {
  const ordinary = sampleValues(template);
  return Object.fromEntries(
    placeholdersOf(template).map((placeholder) => {
      const { what, many } = kindOfPlaceholder(placeholder);
      const value = hostileValue(what, name, folder);
      if (value === undefined) return [placeholder, ordinary[placeholder] ?? ''];
      return [placeholder, many ? [value, value] : value];
    }),
  );
}

/** Notes of a fix are comments, but an interactive zsh has none: pasted there, a value in a note runs nothing. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inNote } from '../../src/core/command/shell.ts';
import { hostileNames } from '../support/hostile-values.ts';
import { run } from './support/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'notes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = [
  ...hostileNames,
  ...[
    '`>canary`',
    '$(>canary)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell would replace it.
    '${:-$(>canary)}',
    'x;>canary',
    'x&>canary',
    '<(>canary)',
    '(e:>canary:)',
    "'",
    '"',
    '!!',
    'x !touch',
  ],
];

/** Pastes lines into a shell that reads them as if they were typed. */
function paste(lines: readonly string[]): readonly string[] {
  const text = [...lines, '>sentinel', 'exit', ''].join('\n');
  run(['sh', '-c', `cd "$0" && printf %s "$1" | zsh -fi >/dev/null 2>&1`, folder, text], 20_000);
  const files = readdirSync(folder).sort();
  for (const file of files) rmSync(join(folder, file), { recursive: true });
  return files;
}

it.each(names)('%j', (name) => {
  expect(paste([`# rename /etc/kubernetes/pki/${inNote(name)}: it is not used`])).toEqual(['sentinel']);
});

it('a value as it is would be run', () => {
  expect(paste(['# rename /etc/kubernetes/pki/$(touch canary): it is not used'])).toEqual(['canary', 'sentinel']);
});

/** The commands of the catalogue: where in them values may stand, and that no value changes anything but its own word. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTemplate, type Part, type Pipeline } from '../../src/core/command-template.ts';
import { fillCommand } from '../../src/core/fill-command.ts';
import { sampleValues } from '../support/command-values.ts';

interface Row {
  readonly command: string;
  readonly remote?: string;
}

/** Every command in the files of a folder, wherever it is in them. */
function commandsIn(value: unknown): readonly Row[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'command' in value && typeof value.command === 'string' ? [value as Row] : [];
  return [...own, ...Object.values(value).flatMap(commandsIn)];
}

const files = ['rules/catalog', 'rules/tables'].flatMap((folder) =>
  readdirSync(folder).map((name) => join(folder, name)),
);
const rows = files.flatMap((file) => commandsIn(JSON.parse(readFileSync(file, 'utf8'))));
const templates = [...new Map(rows.map(({ command, remote }) => [`${command} ${remote}`, { command, remote }])).values()];

const sourceOf = (pipeline: Pipeline): string =>
  pipeline
    .map(({ words, redirections }) =>
      [
        ...words.map((word) => word.map(partSource).join('')),
        ...redirections.flatMap(({ operator, target }) => [operator, target.map(partSource).join('')]),
      ].join(' '),
    )
    .join(' | ');

function partSource(part: Part): string {
  if (part.kind === 'literal') return part.source;
  return part.kind === 'placeholder' ? `{${part.name}}` : `$(${sourceOf(part.pipeline)})`;
}

describe('the commands of the catalogue', () => {
  it('are found', () => {
    expect(templates.length).toBeGreaterThan(100);
  });

  it.each(templates)('$command is understood, with placeholders only outside of quotes', ({ command, remote }) => {
    expect(sourceOf(parseTemplate(command))).toBe(command);
    if (remote !== undefined) expect(sourceOf(parseTemplate(remote))).toBe(remote);
    expect(command.includes('{remote}')).toBe(remote !== undefined);
  });

  it.each(templates)('$command has each placeholder where its kind may stand', (row) => {
    const values = sampleValues(`${row.command} ${row.remote ?? ''}`);
    expect(fillCommand(row.command, values, row.remote)).toEqual({ line: expect.any(String) });
  });
});

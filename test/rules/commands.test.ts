/**
 * The commands of the catalogue: where in them values may stand, and that no value changes anything but its own word.
 */
import { describe, expect, it } from 'vitest';
import { fillCommand } from '../../src/core/command/fill.ts';
import { type Pipeline, parseTemplate, type WordPart } from '../../src/core/command/template.ts';
import { catalogueCommands as templates } from '../support/catalogue-commands.ts';
import { sampleValues } from '../support/command-values.ts';

const sourceOf = (pipeline: Pipeline): string =>
  pipeline
    .map(({ words, redirections }) =>
      [
        ...words.map((word) => word.map(partSource).join('')),
        ...redirections.flatMap(({ operator, target }) => [operator, target.map(partSource).join('')]),
      ].join(' '),
    )
    .join(' | ');

function partSource(part: WordPart): string {
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

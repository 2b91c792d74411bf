/** Units, environment files and variables are read as systemd reads them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of systemd
import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/systemd-vectors.json' with { type: 'json' };
import { readEnvironmentFile } from '../../src/scan/components/environment-file.ts';
import { expandCommand } from '../../src/scan/components/expansion.ts';
import { commandLine, nodeOfUnit, readNode, variablesOf } from './systemd.ts';

const at = { path: '/x' };

describe('a unit', () => {
  it.each(vectors.vectors.filter(({ kind }) => kind === 'unit'))('$id: $note', ({ id, files, commandLines, env }) => {
    const { unit, environment, environmentFiles } = readNode(nodeOfUnit(files ?? {}), `${id}.service`);
    expect(unit.refused === undefined ? unit.commands.map(commandLine) : []).toEqual(commandLines);
    expect([...environmentFiles, ...environment]).toEqual(env);
  });
});

describe('an environment file', () => {
  it.each(vectors.vectors.filter(({ kind }) => kind === 'envfile'))('$id: $note', ({ input, env }) => {
    if (typeof input !== 'string') throw new Error('no text');
    const values = new Map(readEnvironmentFile('x', input).map(({ name, value }) => [name, value.text]));
    // systemd does not pass on those whose name no variable can have.
    const passed = env?.filter((assignment) => /^[A-Za-z_]\w*=/.test(assignment));
    expect([...values].map(([name, value]) => `${name}=${value}`)).toEqual(passed);
  });
});

describe('variables', () => {
  it.each(vectors.vectors.filter(({ kind }) => kind === 'expand'))('$id: $note', ({ input, argv }) => {
    if (typeof input !== 'object') throw new Error('no words');
    const [program, ...words] = input.argv.map((text) => ({ text, at }));
    if (program === undefined) throw new Error('no program');
    const expanded = expandCommand({ at, prefixes: '', program, words }, variablesOf(input.env));
    expect(expanded.map(({ text }) => text)).toEqual(argv);
  });
});

/** Runs the commands of docs/recipes.md in order, in an empty folder for each recipe, and checks their output. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/program.ts';
import { signAll } from '../issue/support/another-ca.ts';
import { readText } from './files.ts';

/** A command, and the output that its comment promises. */
interface Command {
  readonly line: string;
  readonly prints: string | undefined;
}

/** The recipes by title: the commands in `sh` blocks, and those in HTML comments that prepare them. */
function recipesIn(markdown: string): readonly (readonly [string, readonly Command[]])[] {
  const sections = markdown.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const [title = ''] = section.split('\n');
    const blocks = [...section.matchAll(/^(?:```sh|<!-- before)\n([\s\S]*?)^(?:```|-->)$/gm)];
    const lines = blocks.flatMap(([, body = '']) => body.split('\n').filter((line) => line !== ''));
    return lines.length === 0 ? [] : [[title, lines.map(commandIn)] as const];
  });
}

function commandIn(text: string): Command {
  const [, line = text, prints] = /^(.*?)\s+# (.*)$/.exec(text) ?? [];
  return { line, prints };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program in this process, at the fixed time of all tests and with fast key types. */
async function pkiLint(argv: readonly string[]): Promise<{ readonly exitCode: number; readonly text: string }> {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const stdin = () => process.stdin;
  const terminal = { now: Number.MAX_SAFE_INTEGER, cwd: folder, env: {}, stdout: { write }, stderr: { write }, stdin };
  const given = argv.includes('--at') ? argv : [...argv, '--at', '2026-12-01'];
  const quick = argv[0] === 'issue' ? [...given, '--algorithm', 'ecdsa-p256'] : given;
  return { exitCode: await run(quick, terminal, await import('../../src/index.ts')), text };
}

async function follow({ line, prints }: Command): Promise<void> {
  const [program = '', ...rest] = line.split(' ');
  if (line.startsWith('another CA signs ')) return signAll(join(folder, rest.at(-1) ?? ''));
  if (program !== 'pki-lint') {
    execFileSync('sh', ['-ec', line], { cwd: folder });
    return;
  }
  const { exitCode, text } = await pkiLint(rest);
  const isPlan = rest[0] === 'issue' && !rest.includes('--write');
  expect([line, exitCode, text]).toEqual([line, isPlan ? 1 : 0, text]);
  expect(text).toContain(prints ?? '');
}

const recipes = recipesIn(readText('docs/recipes.md'));

describe('docs/recipes.md', () => {
  it('has a recipe for every scenario', () => {
    expect(recipes.length).toBe(14);
  });

  it.each(recipes)('%s', async (_title, commands) => {
    for (const command of commands) await follow(command);
  });
});

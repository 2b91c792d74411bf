/**
 * Blocks of fixes are pasted whole into interactive shells: the printed commands run in order, each once, until one
 * fails.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepLines } from '../../src/report/terminal/fixes.ts';
import { painter } from '../../src/report/text/paint.ts';
import { groups } from '../cases/all.ts';
import { at, lintTrees, treeOf } from '../cases/harness.ts';
import { incidents } from '../incidents/incidents.ts';
import { catalogueCommands } from '../support/catalogue-commands.ts';
import { sample, sampled } from '../support/extent.ts';
import { type ShellName, shells } from './support/pasting-shell.ts';
import { type StubCall, stubShell } from './support/stub-shell.ts';

const words = catalogueCommands.flatMap(({ command, remote = '' }) =>
  [command, remote].flatMap((text) => text.split(/ \| |\$\(/)).map((text) => text.split(' ', 1).join()),
);
const programs = [...new Set([...words, 'pki-lint', 'openssl', 'tar', 'cat', 'sleep'])];
const shell = stubShell(programs.filter((name) => /^[a-z][a-z\d-]+$/.test(name) && name !== 'printf'));
afterAll(shell.remove);

/** printf is a part of the shell, and the others have no stub that fails here and not there. */
const elsewhere = new Set(['printf', 'ssh', 'scp']);

/** Lines that are pasted together, as the terminal shows them. */
type Block = readonly string[];

const isComment = (line: string) => line.trimStart().startsWith('#');
const commandsOf = (block: Block) =>
  block.filter((line) => !isComment(line)).map((line) => line.trim().replace(/ &&$/, ''));

/** Headings are not pasted. */
function blocksIn(lines: readonly string[]): readonly Block[] {
  const blocks: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith('    ')) blocks.at(-1)?.push(line);
    else blocks.push([]);
  }
  return blocks.filter((block) => block.length > 0);
}

const blocks: Block[] = [];
const hasEtc = existsSync('/etc/kubernetes');

beforeAll(async () => {
  if (!hasEtc) mkdirSync('/etc/kubernetes');
  const all = [...Object.values(groups).flat(), ...incidents];
  // A restart with a new CA waits for the API server.
  const waiting = all.find((one) => 'findings' in one && one.findings.includes('authority/expired@kubernetes-ca'));
  const cases = [...sample(all, 15), ...(waiting ? [waiting] : [])];
  const distinct = new Map<string, Block>();
  for (const one of cases) {
    if ('unreadable' in one && one.unreadable !== undefined) continue;
    const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
    const { findings } = await lintTrees(trees, { at, ...one.options });
    for (const steps of findings.flatMap(({ fix }) => fix)) {
      const shown = steps.filter(({ footnote }) => !footnote);
      const lines = stepLines(shown, 4, { width: 100, paint: painter(false), verbose: true });
      for (const block of blocksIn(lines)) distinct.set(block.join('\n'), block);
    }
  }
  blocks.push(...distinct.values());
}, 1_800_000);

const key = (calls: readonly StubCall[]) => calls.map((call) => JSON.stringify(call)).sort();

/** The calls of commands, in order. Those of one pipeline have none. */
function inOrder(calls: readonly StubCall[], commands: readonly (readonly StubCall[])[]): boolean {
  let from = 0;
  return (
    commands.every((own) => {
      const made = calls.slice(from, from + own.length);
      from += own.length;
      return JSON.stringify(key(made)) === JSON.stringify(key(own));
    }) && from === calls.length
  );
}

describe.each(Object.keys(shells) as ShellName[])('in %s', (name) => {
  it('every block runs its commands, and nothing else', async () => {
    expect(blocks.length).toBeGreaterThan(sampled(10, 700));
    const commands = blocks.map(commandsOf);
    const alone = shell.run('dash', commands.flat());
    const pasted = await shell.paste(name, blocks);
    expect(pasted).toHaveLength(blocks.length);
    let first = 0;
    const wrong = blocks.filter((_, index) => {
      const count = commands[index]?.length ?? 0;
      const own = alone.slice(first, first + count);
      first += count;
      return !inOrder(pasted[index] ?? [], own);
    });
    expect(wrong).toEqual([]);
  }, 1_800_000);

  it('nothing runs after a command that fails', async () => {
    // Where the last program of a command fails, the command does.
    const last = (command: string) => command.split(' | ').at(-1)?.trim().split(' ', 1).join() ?? '';
    const failing = blocks.flatMap((block) => {
      const commands = commandsOf(block);
      const simple = commands.filter((command) => !command.startsWith('{'));
      return (
        [...new Set(simple.map(last))]
          .filter((program) => programs.includes(program) && !elsewhere.has(program))
          .map((program) => {
            const end = commands.findIndex((command) => last(command) === program);
            return { block, program, ran: commands.slice(0, end + 1) };
          })
          // Not where a wait before would ask it.
          .filter(({ program, ran }) => !ran.some((command) => command.includes(` until ${program} `)))
      );
    });
    const few = failing.filter(({ block, ran }) => ran.length < commandsOf(block).length);
    expect(few.length).toBeGreaterThan(sampled(5, 600));
    const pasted = await shell.paste(
      name,
      few.map(({ block, program }) => [`export STUB_FAILS=${program}`, ...block, 'unset STUB_FAILS']),
    );
    const alone = shell.run(
      'dash',
      few.flatMap(({ ran }) => ran),
    );
    let first = 0;
    const wrong = few.filter(({ ran }, index) => {
      const own = alone.slice(first, first + ran.length);
      first += ran.length;
      return !inOrder(pasted[index] ?? [], own);
    });
    expect(wrong).toEqual([]);
  }, 1_800_000);

  it('a wait ends, says so, and nothing runs after it', async () => {
    const waiting = blocks.filter((block) =>
      block.some((line) => line.trim().startsWith('{ n=0; until curl ') && line.endsWith('&&')),
    );
    expect(waiting.length).toBeGreaterThan(0);
    const [block = []] = waiting;
    const [calls = []] = await shell.paste(name, [['export STUB_FAILS=curl', ...block]]);
    const end = commandsOf(block).findIndex((command) => command.startsWith('{ n=0; until curl '));
    const before = shell.run('dash', commandsOf(block).slice(0, end)).flat();
    const tried = calls.slice(before.length);
    expect(tried.filter(([, program]) => program === 'curl')).toHaveLength(180);
    expect(tried.filter(([, program]) => program === 'sleep')).toHaveLength(179);
    expect(tried).toHaveLength(359);
  }, 1_800_000);
});

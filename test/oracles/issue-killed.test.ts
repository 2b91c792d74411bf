/** Kills the program at its system calls (strace), lints the result, and runs the program again. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sampled, spread } from '../support/extent.ts';
import {
  errorsIn,
  filesBelow,
  type Interrupted,
  interrupted,
  isStillToDo,
  issueCommand,
  isTemporary,
  openKeys,
} from './support/interrupted.ts';
import { run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The system calls that change the disk. */
const calls = 'mkdir,fchmod,fsync,link,rename,unlink,rmdir';

let count = 0;
async function rootOf({ prepare }: Interrupted): Promise<string> {
  const root = join(folder.path, `${++count}`);
  mkdirSync(root);
  await prepare(root);
  return root;
}

function issue(root: string, scenario: Interrupted, ...strace: readonly string[]) {
  const wrapped = strace.length === 0 ? [] : ['strace', '-qq', ...strace];
  const [first = '', ...rest] = [...wrapped, ...issueCommand(root, scenario)];
  return run([first, ...rest], 60_000);
}

/**
 * Every such call of a complete run, all from the main thread: its name, and its number among the calls of that name.
 */
async function callsOf(scenario: Interrupted): Promise<readonly (readonly [name: string, number: number])[]> {
  const [root, trace] = [await rootOf(scenario), join(folder.path, `trace-${count}`)];
  const { status, output } = issue(root, scenario, '-o', trace, '-e', `trace=${calls}`);
  expect(status, output).toBe(0);
  const numbers = new Map<string, number>();
  return readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const name = /^([a-z]+)\(/.exec(line)?.[1];
      if (name === undefined) return [];
      const number = (numbers.get(name) ?? 0) + 1;
      numbers.set(name, number);
      return [[name, number] as const];
    });
}

/** The number of kills, spread evenly over the calls of a run. */
const points = sampled(4, 60);

describe.each(Object.entries<Interrupted>(interrupted))('%s, though it is killed', (_, scenario) => {
  test('at any of its calls: at most one pair is half new, and the next run puts all right', async ({ annotate }) => {
    const all = await callsOf(scenario);
    let [halves, recovered] = [0, 0];
    for (const [name, number] of spread(all, points)) {
      const root = await rootOf(scenario);
      const trace = join(folder.path, 'trace');
      const inject = `inject=${name}:signal=SIGKILL:when=${number}`;
      issue(root, scenario, '-o', trace, '-e', `trace=${calls}`, '-e', inject);
      const where = `killed at ${name} ${number}`;
      expect(readFileSync(trace, 'utf8'), where).toContain('killed by SIGKILL');
      expect(openKeys(root), where).toEqual([]);
      const odd = (await errorsIn(root, scenario)).filter((error) => !isStillToDo(error));
      expect(
        odd.filter((error) => !scenario.between.test(error)),
        where,
      ).toEqual([]);
      expect(odd.length, `${where}: ${odd}`).toBeLessThanOrEqual(1);
      halves += odd.length;
      const again = issue(root, scenario);
      expect(again.status, `${where}: ${again.output}`).toBe(0);
      recovered += /^From an earlier run:$/m.test(again.output) ? 1 : 0;
      expect(await errorsIn(root, scenario), where).toEqual([]);
      expect(filesBelow(root).filter(isTemporary), where).toEqual([]);
    }
    expect(recovered).toBeGreaterThan(sampled(0, points / 2));
    await annotate(`${points} kills among ${all.length} calls: ${halves} half pairs, ${recovered} recovered`);
  }, 600_000);
});

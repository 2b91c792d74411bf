/** What people type out of habit. */
import { describe, expect, it, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { widthOf } from '../../src/cli/terminal/terminal.ts';
import { broken } from '../report/fixtures.ts';
import { runWith } from './run.ts';

describe('-o json', () => {
  it.each(['json', 'sarif', 'table', 'yaml'])('asks whether a format was meant: %s', async (name) => {
    const { exitCode, stdout, stderr } = await runWith(['-o', name]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`--output "${name}" names a file, and is a format`);
    expect(stderr).toContain(`--format ${name}`);
    expect(stderr).toContain(`--output ./${name}`);
  });

  it('asks for the list of rules too', async () => {
    expect((await runWith(['rules', '-o', 'json'])).exitCode).toBe(2);
  });
});

test('version prints what --version prints', async () => {
  const { exitCode, stdout } = await runWith(['version']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${manifest.version}\n` });
});

describe('the variables of the environment in the help', () => {
  /** Those that it lists, in its order. */
  const listed = async (command: string) => {
    const { stdout } = await runWith([command, '--help']);
    const [, text = ''] = /^Environment variables:\n((?: .*\n)*)/m.exec(stdout) ?? [];
    return [...text.matchAll(/^ {2}(\S.*?) {2}/gm)].map(([, names]) => names);
  };
  const ofOutput = ['COLUMNS', 'NO_COLOR, FORCE_COLOR', 'LC_ALL, LC_CTYPE, LANG'];
  const ofNodes = ['PKI_LINT_CONFIG', ...ofOutput, 'CI', 'GITHUB_ACTIONS'];

  it.each(['lint', 'expiry', 'connections', 'blast', 'facts', 'expect', 'issue', 'exceptions'])(
    'are all listed where nodes are read: %s',
    async (command) => expect(await listed(command)).toEqual(ofNodes),
  );

  it('are those that the command reads', async () => {
    expect(await listed('init')).toEqual(ofNodes.slice(1));
    for (const command of ['verify', 'diff', 'rules', 'explain'])
      expect(await listed(command), command).toEqual([...ofOutput, 'GITHUB_ACTIONS']);
    for (const command of ['keys', 'completion', 'version']) expect(await listed(command), command).toEqual([]);
  });
});

describe('the first part of the ids of rules', () => {
  it.each(['cert', 'cert/', 'cert/*'])('lists them: explain %s', async (prefix) => {
    const { exitCode, stdout } = await runWith(['explain', prefix]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('cert/issuer');
    expect(stdout).not.toContain('key/mode');
  });

  it('lists them: rules cert', async () => {
    const { stdout } = await runWith(['rules', 'cert', '--format', 'json']);
    expect(JSON.parse(stdout).map(({ id }: { readonly id: string }) => id)).toEqual(['cert/issuer']);
  });

  it.each(['explain', 'rules'])('must be that of a rule: %s', async (command) => {
    const { exitCode, stdout, stderr } = await runWith([command, 'cer']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('unknown rule "cer"');
  });
});

test('--statistics counts the findings by rule and node', async () => {
  const { stdout } = await runWith(['--statistics'], { report: broken });
  const wanted = new Map<string, number>();
  for (const { rule, severity, suppressed } of broken.findings)
    if (suppressed === null) wanted.set(`${severity} ${rule}`, (wanted.get(`${severity} ${rule}`) ?? 0) + 1);
  const counted = [...stdout.matchAll(/^(\d+) +(error|warning|info) +(\S+)/gm)];
  expect(counted.map(([, count, severity, rule]) => [`${severity} ${rule}`, Number(count)]).sort()).toEqual(
    [...wanted].sort(),
  );
  expect(stdout).not.toContain('Fix 1');
});

test('a pipe is as wide as the terminal that stderr is, and a file is not', () => {
  const write = () => {};
  const world = { stdout: { write }, stderr: { write, isTTY: true, columns: 73 }, env: {} };
  expect(widthOf(world)).toBe(73);
  expect(widthOf(world, true)).toBe(100);
  expect(widthOf({ ...world, env: { COLUMNS: '90' } })).toBe(90);
  expect(widthOf({ ...world, stderr: { write } })).toBe(100);
});

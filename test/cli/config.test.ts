/** `--config`, `--no-config`, `--print-config`, and what outweighs what. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../policy/folder.ts';
import { root } from '../repository/files.ts';
import { runWith } from './run.ts';

const name = 'pki-lint.config.yaml';
const policy = `version: 1
profile: documented
targetVersion: v1.37
upgradeWindow: 2w
failOn: warning
requireComplete: true
rules: {cert/issuer: off}
facts: {dnsDomain: corp.example, nodeName: cp-9}
output: {formats: [json, "csv:all.csv"], sarifCategory: prod}
`;
const folder = (text = policy) => folderWith({ '.git/HEAD': '', [name]: text });

describe('a policy on the command line', () => {
  it('sets the options of lint', async () => {
    const cwd = folder();
    const { stderr, stdout, asked } = await runWith(['a.tar'], { cwd });
    expect(stderr).toBe('');
    expect(asked).toMatchObject({
      paths: ['a.tar'],
      profile: 'documented',
      targetVersion: 'v1.37',
      upgradeWindowDays: 14,
      failOn: 'warning',
      requireComplete: true,
      policy: { file: name, rules: { 'cert/issuer': 'off' }, facts: { dnsDomain: 'corp.example', nodeName: 'cp-9' } },
    });
    expect(stdout).toMatch(/^\{\n {2}"schemaVersion": 1/);
    expect(readFileSync(join(cwd, 'all.csv'), 'utf8')).toMatch(/^severity,|^\w+,/);
  });

  it('is outweighed by options, fact by fact', async () => {
    const argv = [
      'a.tar',
      '--profile',
      'kubeadm',
      '--fail-on',
      'never',
      '--node-name',
      'w-1',
      '--rule',
      'cert/issuer=info',
    ];
    const given = [...argv, '--target-version', 'latest', '--upgrade-window', '1d', '-f', 'concise'];
    const cwd = folder();
    const { asked, stdout } = await runWith(given, { cwd });
    expect(asked).toMatchObject({
      profile: 'kubeadm',
      failOn: 'never',
      targetVersion: 'latest',
      upgradeWindowDays: 1,
      facts: { nodeName: 'w-1' },
      policy: { facts: { dnsDomain: 'corp.example', nodeName: 'cp-9' } },
      rules: { 'cert/issuer': 'info' },
    });
    expect(stdout).not.toContain('{');
  });

  it('gives way to --output, which is one file', async () => {
    const cwd = folder();
    const { exitCode, stderr } = await runWith(['a.tar', '-o', 'report.txt'], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(readFileSync(join(cwd, 'report.txt'), 'utf8')).toMatch(/^cp-1/);
  });

  it.each([
    ['expiry', ['expiry', 'a.tar']],
    ['connections', ['connections', 'a.tar']],
    ['blast', ['blast', 'etcd-ca', 'a.tar']],
    ['facts', ['facts', 'a.tar']],
    ['expect', ['expect', 'a.tar']],
    ['issue', ['issue', 'a']],
  ])('is read by %s, without what is for a gate', async (_, argv) => {
    const { asked } = await runWith(argv, { cwd: folder() });
    expect(asked).toMatchObject({
      profile: 'documented',
      policy: { rules: { 'cert/issuer': 'off' }, facts: { dnsDomain: 'corp.example', nodeName: 'cp-9' } },
    });
    expect(asked).not.toHaveProperty('requireComplete');
    expect(asked).not.toHaveProperty('targetVersion');
  });

  it('is reported whole if it is wrong, and nothing is linted', async () => {
    const { exitCode, stdout, stderr, asked } = await runWith(['a.tar'], {
      cwd: folder('version: 1\nfailon: x\nrules: {a/b: off}'),
    });
    expect({ exitCode, stdout, asked }).toEqual({ exitCode: 2, stdout: '', asked: undefined });
    expect(stderr).toBe(`pki-lint: ${name}:2: unknown key "failon"
  did you mean "failOn"?
pki-lint: ${name}:3: rules: unknown rule "a/b"
  pki-lint rules lists them all
`);
  });

  it('is not read by commands without nodes', async () => {
    expect((await runWith(['rules'], { cwd: folder('version: 2') })).exitCode).toBe(0);
  });
});

describe('--config, --no-config and PKI_LINT_CONFIG', () => {
  const other = {
    'b.yaml': 'version: 1\nfailOn: never',
    'c.yaml': 'version: 1\nfailOn: info',
    [name]: 'version: 1\nfailOn: warning',
  };
  const failOn = async (argv: readonly string[], env: Record<string, string> = {}) =>
    (await runWith(['a.tar', ...argv], { cwd: folderWith({ '.git/HEAD': '', ...other }), env })).asked;

  it('are preferred in this order', async () => {
    const env = { PKI_LINT_CONFIG: 'c.yaml' };
    expect(await failOn([])).toMatchObject({ failOn: 'warning' });
    expect(await failOn([], env)).toMatchObject({ failOn: 'info' });
    expect(await failOn(['--config', 'b.yaml'], env)).toMatchObject({ failOn: 'never' });
    expect(await failOn(['--no-config'], env)).not.toHaveProperty('failOn');
    expect(await failOn(['--no-config', '--config', 'b.yaml'])).toMatchObject({ failOn: 'never' });
  });

  it('fail for a file that does not exist', async () => {
    const { exitCode, stderr } = await runWith(['--config', 'gone.yaml'], { cwd: folder() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'pki-lint: gone.yaml: no such file or directory\n' });
  });

  it('say so where the policy is inside of what is linted', async () => {
    const { stderr, asked } = await runWith(['.'], { cwd: folder() });
    expect(asked).not.toHaveProperty('policy');
    expect(stderr).toBe(
      `pki-lint: ${name} is not used, because it is inside of what is linted; to use it, name it: --config ${name}\n`,
    );
  });
});

describe('--print-config', () => {
  it('prints what is in force, and lints nothing', async () => {
    const { exitCode, stdout, stderr, asked } = await runWith(['--print-config'], {
      cwd: folder('version: 1\nextends: [upgrade]'),
    });
    expect({ exitCode, stderr, asked }).toEqual({ exitCode: 0, stderr: '', asked: undefined });
    expect(stdout).toMatch(/^version: 1 {2}# from pki-lint.config.yaml:1\ntargetVersion: latest {2}# from upgrade\n/);
  });

  it('prints JSON, and writes a file', async () => {
    const cwd = folder();
    const { stdout } = await runWith(['--print-config', '-f', 'json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ file: name, origins: { '/failOn': `${name}:5` } });
    expect((await runWith(['--print-config', '-o', 'p.yaml'], { cwd })).stdout).toBe('');
    expect(readFileSync(join(cwd, 'p.yaml'), 'utf8')).toContain('failOn: warning');
    const wrong = await runWith(['--print-config', '-f', 'sarif'], { cwd });
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toBe(
      'pki-lint: --print-config prints YAML, or JSON with --format json\n  to write to a file, add --output FILE\n',
    );
  });
});

describe('the built program', () => {
  const corpus = join(root, 'fixtures/corpora/kubeadm-1.36-default.tar.gz');
  const program = (at: string, cwd: string, ...argv: string[]) =>
    spawnSync(process.execPath, [join(at, 'dist/cli.cjs'), corpus, '--at', '2026-12-01', ...argv], {
      cwd,
      encoding: 'utf8',
      env: {},
    });

  it('gives the same report for what it prints', () => {
    const cwd = folderWith({ '.git/HEAD': '', [name]: policy.replace(/output.*\n/, '') });
    const json = program(root, cwd, '-f', 'json');
    expect(json.stderr).toBe('');
    writeFileSync(join(cwd, 'printed.yaml'), program(root, cwd, '--print-config').stdout);
    const again = program(root, cwd, '-f', 'json', '--config', 'printed.yaml');
    expect(again.stderr).toBe('');
    const withoutLines = (text: string) =>
      text.replaceAll(/(?:printed|pki-lint\.config)\.yaml:\d+|\(line \d+\)/g, 'LINE');
    expect(withoutLines(again.stdout).replaceAll('printed.yaml', 'pki-lint.config.yaml')).toBe(
      withoutLines(json.stdout),
    );
    expect(JSON.parse(json.stdout)).toMatchObject({ profile: 'documented', failOn: 'warning' });
  });

  it('needs the part for policies only if there is one', () => {
    const copy = folderWith({ '.git/HEAD': '', 'empty/x': '' });
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    rmSync(join(copy, 'dist/policy.cjs'));
    const { status, stderr } = program(copy, join(copy, 'empty'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    writeFileSync(join(copy, 'empty', name), policy);
    expect(program(copy, join(copy, 'empty')).stderr).toContain('policy.cjs');
  });

  it('contains no ajv that compiles schemas', () => {
    expect(readFileSync(join(root, 'dist/policy.cjs'), 'utf8')).not.toContain('class Ajv');
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { json } from '../../src/report/json.ts';
import { broken, healthy } from '../report/fixtures.ts';
import { runWith } from './run.ts';

describe('pki-lint [lint] [PATH…]', () => {
  it('prints the table, and nothing on stderr', async () => {
    const { exitCode, stdout, stderr } = await runWith([]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^cp-1 · control plane[\s\S]*no findings .*\n.*\n$/);
  });

  it('passes nothing on that was not given', async () => {
    const { asked } = await runWith([]);
    expect(asked).toEqual({ facts: {}, cwd: '/nowhere', stdin: expect.any(Function) });
  });

  it.each([[[]], [['lint']]])('passes everything on (%j)', async (name: string[]) => {
    const places = [
      '--rootfs',
      'r',
      '--manifests',
      'm',
      '--kubeconfigs',
      'k',
      '--kubelet-dir',
      'l',
      '--kubeadm-config',
      'c',
    ];
    const facts = [
      '--node-name',
      'n',
      '--node-ip',
      '192.0.2.1,192.0.2.2',
      '--node-ip',
      '2001:db8::1',
      '--advertise-address',
      '192.0.2.3',
    ];
    const more = [
      '--service-cidr',
      '10.96.0.0/12,fd00::/108',
      '--dns-domain',
      'd',
      '--control-plane-endpoint',
      'e:6443',
      '--san',
      'a, b',
      '--san',
      'c',
      '--kubernetes-version',
      '1.36',
      '--etcd',
      'external',
      '--etcd-members',
      'several',
    ];
    const judging = [
      '--at',
      '2026-12-01',
      '--expires-within',
      '2w',
      '--target-version',
      'latest',
      '--upgrade-window',
      '30d',
      '--profile',
      'documented',
      '--fail-on',
      'never',
      '--require-complete',
    ];
    const rules = [
      '--rule',
      'cert/issuer=off',
      '--rule',
      'key/mode=error',
      '--only',
      'cert/*',
      '--only',
      'key/mode',
      '--only',
      'kube-etcd',
    ];
    const { asked, stderr } = await runWith([...name, 'one', '-', ...places, ...facts, ...more, ...judging, ...rules]);
    expect(stderr).toBe('');
    expect(asked).toEqual({
      paths: ['one', '-'],
      rootfs: 'r',
      manifests: 'm',
      kubeconfigs: 'k',
      kubeletDir: 'l',
      kubeadmConfig: 'c',
      facts: {
        nodeName: 'n',
        nodeIps: ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
        advertiseAddress: '192.0.2.3',
        serviceCidrs: ['10.96.0.0/12', 'fd00::/108'],
        dnsDomain: 'd',
        controlPlaneEndpoint: 'e:6443',
        sans: ['a', 'b', 'c'],
        kubernetesVersion: '1.36',
        etcd: 'external',
        etcdMembers: 'several',
      },
      at: new Date('2026-12-01T00:00:00Z'),
      expiresWithinDays: 14,
      targetVersion: 'latest',
      upgradeWindowDays: 30,
      profile: 'documented',
      failOn: 'never',
      requireComplete: true,
      rules: { 'cert/issuer': 'off', 'key/mode': 'error' },
      only: ['cert/*', 'key/mode', 'kube-etcd'],
      cwd: '/nowhere',
      stdin: expect.any(Function),
    });
  });

  it.each([
    ['2026-12-01T08:30:00Z', '2026-12-01T08:30:00.000Z'],
    ['2026-12-01t08:30:00.5z', '2026-12-01T08:30:00.500Z'],
    ['2026-12-01T01:00:00+02:00', '2026-11-30T23:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('takes --at %s', async (text, time) => {
    expect((await runWith(['--at', text])).asked?.at?.toJSON()).toBe(time);
  });

  it('says on stderr what could not be linted, and reports the rest', async () => {
    const { exitCode, stdout, stderr } = await runWith(['gone.tar'], { report: { ...broken, exitCode: 2 } });
    expect(exitCode).toBe(2);
    expect(stderr).toBe('pki-lint: gone.tar: no such file or directory\n');
    expect(stdout).toContain('1 error, 2 warnings');
  });

  it.each([0, 1, 2, 3] as const)('exits with what the report says: %i', async (exitCode) => {
    expect((await runWith([], { report: { ...healthy, exitCode } })).exitCode).toBe(exitCode);
  });

  it.each([
    [
      new UserError('nothing to lint in "x"', 'name a PKI folder', 3),
      3,
      'pki-lint: nothing to lint in "x"\n  name a PKI folder\n',
    ],
    [new UserError('--node-name is for one node'), 2, 'pki-lint: --node-name is for one node\n'],
    [new UserError('no "\x1b[2J"'), 2, 'pki-lint: no "\\x1b[2J"\n'],
  ])('explains %s', async (error, exitCode, stderr) => {
    expect(await runWith([], { error })).toMatchObject({ exitCode, stdout: '', stderr });
  });

  it('owns up to its own faults, with the stack only for --verbose', async () => {
    const error = new TypeError('x is undefined');
    const brief = await runWith([], { error });
    expect(brief.exitCode).toBe(2);
    expect(brief.stderr).toMatch(
      /^pki-lint: internal error, this is a bug: x is undefined\n {2}run it again with --verbose/,
    );
    expect((await runWith(['--verbose'], { error })).stderr).toContain('lint.test.ts');
  });
});

describe('usage errors', () => {
  it.each([
    [['--bogus'], "unknown option '--bogus'", 'see pki-lint --help'],
    [['--formt', 'json'], "unknown option '--formt'", '--format'],
    [['--at'], "option '--at <time>' argument missing", 'see pki-lint --help'],
    [['--at', 'yesterday'], '--at is "yesterday", which is no time', '2026-12-01'],
    [['--at', '2026-02-30'], '--at is "2026-02-30", which is no time', '2026-12-01'],
    [['--at', '2026-12-01T24:00:00Z'], 'which is no time', '2026-12-01'],
    [['--at', '2026-12-01T00:00:00'], 'which is no time', '2026-12-01T08:00:00Z'],
    [['--expires-within', '30'], '--expires-within is "30", which is no duration', '30d'],
    [['--profile', 'cubeadm'], '--profile is "cubeadm"', 'did you mean "kubeadm"?'],
    [['--fail-on', 'warn'], '--fail-on is "warn"', 'error, warning, info, never'],
    [['--color', 'red'], '--color is "red"', 'auto, always, never'],
    [['--format', 'jsn'], '--format is "jsn"', 'did you mean "json"?'],
    [['--format', 'json:'], 'without a file', 'json:report.json'],
    [['--format', 'json', '--format', 'table'], 'two formats go to stdout', 'json:report.json'],
    [['--format', 'json:a', '--format', 'table:a'], 'two formats go to the file "a"', 'a file of its own'],
    [['--rule', 'cert/isuer=off'], 'unknown rule "cert/isuer"', 'did you mean "cert/issuer"?'],
    [['--rule', 'cert/issuer=fatal'], '--rule is "cert/issuer=fatal"', 'off, error, warning, info'],
    [['--rule', 'cert/issuer'], '--rule is "cert/issuer"', 'ID=LEVEL'],
    [['--only', 'cret/*'], '--only is "cret/*", which fits no rule', 'pki-lint rules'],
    [['--only', 'cert/isuer'], 'unknown rule "cert/isuer"', 'did you mean "cert/issuer"?'],
    [['--node-ip', '192.0.2.300'], '--node-ip is "192.0.2.300", which is no IP address', '192.0.2.10'],
    [['--service-cidr', '10.96.0.0/33'], '--service-cidr is "10.96.0.0/33"', '10.96.0.0/12'],
    [['--kubernetes-version', 'latest'], '--kubernetes-version is "latest", which is no release', 'v1.36.2'],
    [['--rootfs', ''], '--rootfs is empty', ''],
    [['--quiet', '--verbose'], '--quiet and --verbose ask for opposite things', 'leave one'],
    [['rules', 'x'], "too many arguments for 'rules'", 'see pki-lint --help'],
    [['explain'], "missing required argument 'rule'", 'see pki-lint --help'],
    [['explain', 'cert/isuer'], 'unknown rule "cert/isuer"', 'did you mean "cert/issuer"?'],
    [['facts', '--format', 'xml'], '--format is "xml"', 'table, json'],
  ])('%j', async (argv, message, hint) => {
    const { exitCode, stdout, stderr, asked } = await runWith(argv);
    const [first = '', second = ''] = stderr.split('\n');
    expect({ exitCode, stdout, asked }).toEqual({ exitCode: 2, stdout: '', asked: undefined });
    expect(first).toMatch(/^pki-lint: .*[^.]$/);
    expect(first).toContain(message);
    expect(second).toContain(hint);
  });
});

describe('where the report goes', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('JSON goes to stdout only', async () => {
    expect(await runWith(['--format', 'json'], { report: broken })).toMatchObject({
      stdout: json(broken),
      exitCode: 1,
    });
  });

  it('a file takes the place of stdout, mode 0644 under any umask', async () => {
    const before = process.umask(0o077);
    const { stdout, exitCode } = await runWith(['--format', 'json:report.json'], { cwd: folder }).finally(() =>
      process.umask(before),
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe(json(healthy));
    expect(statSync(join(folder, 'report.json')).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('two formats go to two places; the file has no colour', async () => {
    const { stdout } = await runWith(['--format', 'table:t.txt', '--format', 'json'], { cwd: folder, columns: 80 });
    expect(stdout).toBe(json(healthy));
    expect(readFileSync(join(folder, 't.txt'), 'utf8')).toMatch(/^cp-1 · control plane/);
  });

  it('follows a link and replaces what was there', async () => {
    writeFileSync(join(folder, 'old'), 'old', { mode: 0o600 });
    symlinkSync('old', join(folder, 'link'));
    await runWith(['--format', 'json:link'], { cwd: folder });
    expect(readFileSync(join(folder, 'old'), 'utf8')).toBe(json(healthy));
    expect(readdirSync(folder).sort()).toEqual(['link', 'old']);
  });

  it('leaves a device where it is', async () => {
    const { exitCode } = await runWith(['--format', 'json:/dev/null']);
    expect(exitCode).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('reports the rest where a file cannot be written', async () => {
    const { exitCode, stdout, stderr } = await runWith(['--format', 'json:gone/x', '--format', 'table'], {
      cwd: folder,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`pki-lint: cannot write "${folder}/gone/x": no such file or directory\n`);
    expect(stdout).toContain('no findings');
  });
});

describe('colour and width', () => {
  const terminal = { columns: 80 };
  it.each([
    ['a pipe', [], {}, false],
    ['a terminal', [], terminal, true],
    ['NO_COLOR', [], { ...terminal, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR', [], { ...terminal, env: { NO_COLOR: '' } }, true],
    ['a dumb terminal', [], { ...terminal, env: { TERM: 'dumb' } }, false],
    ['FORCE_COLOR in a pipe', [], { env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', [], { ...terminal, env: { FORCE_COLOR: '0' } }, false],
    ['--color never', ['--color', 'never'], { ...terminal, env: { FORCE_COLOR: '1' } }, false],
    ['--color always', ['--color', 'always'], { env: { NO_COLOR: '1' } }, true],
  ])('%s', async (_name, argv, world, colored) => {
    expect((await runWith(argv, world)).stdout.includes('\x1b[')).toBe(colored);
  });

  it.each([
    [undefined, 100],
    [80, 80],
    [400, 140],
    [10, 80],
  ])('a terminal of %s columns is written %i wide', async (columns, width) => {
    const world = columns === undefined ? { report: broken } : { report: broken, columns };
    const { stdout } = await runWith(['--color', 'never'], world);
    const longest = Math.max(...stdout.split('\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(width);
    expect(longest).toBeGreaterThan(width - 8);
  });
});

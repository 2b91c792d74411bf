import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { sendingArchive, sendingKeys } from '../../src/cli/parsing/examples.ts';
import { widthOf } from '../../src/cli/terminal/terminal.ts';
import { UserError } from '../../src/core/errors.ts';
import { json } from '../../src/core/json.ts';
import { broken, healthy } from '../report/fixtures.ts';
import { wrappedLines } from '../report/wrapped.ts';
import { runWith } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('pki-lint [lint] [PATH…]', () => {
  it('prints the table, and nothing on stderr', async () => {
    const { exitCode, stdout, stderr } = await runWith([]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^cp-1 {2}control plane[\s\S]*\n✔ No problems found\. .*\n.*\n$/);
  });

  it('passes nothing on that was not given', async () => {
    const { asked } = await runWith([]);
    expect(asked).toEqual({
      facts: {},
      cwd: '/nowhere',
      stdin: expect.any(Function),
      onProgress: expect.any(Function),
      trustsComments: expect.any(Function),
    });
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
      trustsComments: expect.any(Function),
      stdin: expect.any(Function),
      onProgress: expect.any(Function),
    });
  });

  it.each([
    ['2026-12-01T08:30:00Z', '2026-12-01T08:30:00.000Z'],
    ['2026-12-01t08:30:00.5z', '2026-12-01T08:30:00.500Z'],
    ['2026-12-01T01:00:00+02:00', '2026-11-30T23:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
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
    [['--bogus'], "unknown option '--bogus'", 'see pki-lint lint --help'],
    [['--formt', 'json'], "unknown option '--formt'", 'did you mean --format?'],
    [['facts', '--quiet'], "unknown option '--quiet'", 'see pki-lint facts --help'],
    [['help', 'explian'], 'unknown command "explian"', 'did you mean "explain"?'],
    [['help', 'zebra'], 'unknown command "zebra"', 'see pki-lint --help'],
    [['--at'], "option '--at <time>' argument missing", 'see pki-lint lint --help'],
    [['--at', 'yesterday'], 'invalid --at "yesterday": expected a date such as 2026-12-01', '+90d'],
    [['--at', '2026-02-30'], 'invalid --at "2026-02-30": expected a date', '2026-12-01T08:00:00Z'],
    [['--at', '2026-12-01T24:00:00Z'], 'expected a date such as 2026-12-01', ''],
    [['--at', '2026-12-01T00:00:00'], 'expected a date such as 2026-12-01', '2026-12-01T08:00:00Z'],
    [['--at', '+90'], 'expected a date such as 2026-12-01', '+90d'],
    [['--at', '+999999w'], 'expected a time in the years 0000 to 9999 (UTC)', 'no certificate can express'],
    [
      ['--at', '9999-12-31T23:59:59-23:59'],
      'invalid --at "9999-12-31T23:59:59-23:59": expected a time in the years 0000 to 9999 (UTC)',
      'no certificate can express any other',
    ],
    [['--at', '0000-01-01T00:00:00+00:01'], 'expected a time in the years 0000 to 9999 (UTC)', ''],
    [['--expires-within', '30'], 'invalid --expires-within "30": expected a duration such as 30d, 12h or 2w', ''],
    [
      ['--profile', 'cubeadm'],
      'invalid --profile "cubeadm": expected kubeadm or documented',
      'did you mean "kubeadm"?',
    ],
    [['--fail-on', 'warn'], 'invalid --fail-on "warn": expected error, warning, info or never', ''],
    [['--color', 'red'], 'invalid --color "red": expected auto, always or never', ''],
    [['--format', 'jsn'], 'invalid --format "jsn": expected table, concise, json', 'did you mean "json"?'],
    [['--format', 'json:'], 'expected a file after the colon, such as json:report.json', ''],
    [['--format', 'json', '--format', 'table'], 'two formats go to stdout', 'json:report.json'],
    [['--format', 'json:a', '--format', 'table:a'], 'two formats go to the file "a"', 'a file of its own'],
    [['--format', 'json:a', '--format', 'table:b/../a'], 'two formats go to the file "b/../a"', 'a file of its own'],
    [
      ['-f', 'json:a', '-f', 'table', '-o', 'b'],
      '--output "b" is one file, for 2 formats',
      '--format json:report.json',
    ],
    [['-f', 'json:a', '-o', 'b'], '--output "b" is a second file for the format json', '--format json:report.json'],
    [['-o', ''], '--output is empty', ''],
    [['--rule', 'cert/isuer=off'], 'unknown rule "cert/isuer"', 'did you mean "cert/issuer"?'],
    [['--rule', 'cret/*=off'], '--rule "cret/*" matches no rule', 'did you mean "cert/*"?'],
    [['--rule', 'zebra/*=off'], '--rule "zebra/*" matches no rule', 'pki-lint rules'],
    [['--rule', 'cert/issuer=fatal'], 'invalid --rule "cert/issuer=fatal"', 'off, error, warning, info'],
    [['--rule', 'cert/issuer'], 'invalid --rule "cert/issuer": expected ID=SEVERITY', 'off'],
    [['--only', 'cret/*'], '--only "cret/*" matches no rule', 'did you mean "cert/*"?'],
    [['--only', 'cert/isuer'], 'unknown rule "cert/isuer"', 'did you mean "cert/issuer"?'],
    [['--node-ip', '192.0.2.300'], 'invalid --node-ip "192.0.2.300": expected an IP address such as 192.0.2.10', ''],
    [['--service-cidr', '10.96.0.0/33'], 'invalid --service-cidr "10.96.0.0/33"', ''],
    [['--kubernetes-version', 'latest'], 'expected a release such as v1.36.2', ''],
    [['--rootfs', ''], '--rootfs is empty', ''],
    [['--quiet', '--verbose'], '--quiet and --verbose cannot be combined', 'leave one'],
    [['rules', 'x'], 'unknown rule "x"', 'pki-lint rules'],
    [['rules', 'cert', 'key'], "too many arguments for 'rules'", 'see pki-lint rules --help'],
    [['explain'], "missing required argument 'RULE'", 'see pki-lint explain --help'],
    [['explain', 'cert/isuer'], 'unknown rule "cert/isuer"', 'did you mean "cert/issuer"?'],
    [['facts', '--format', 'xml'], 'invalid --format "xml": expected table or json', ''],
    [['explian'], 'explian: no such file or directory', 'did you mean the command "explain"?'],
    [['conections', 'x'], 'conections: no such file', 'did you mean the command "connections"?'],
    [['--at', '2026-12-01', 'expiry'], 'expiry: no such file', 'did you mean the command "expiry"?'],
    [['EXPIRY'], 'EXPIRY: no such file', 'did you mean the command "expiry"?'],
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
    expect(readFileSync(join(folder, 't.txt'), 'utf8')).toMatch(/^cp-1 {2}control plane/);
  });

  it('follows a link and replaces what was there', async () => {
    writeFileSync(join(folder, 'old'), 'old', { mode: 0o600 });
    symlinkSync('old', join(folder, 'link'));
    await runWith(['--format', 'json:link'], { cwd: folder });
    expect(readFileSync(join(folder, 'old'), 'utf8')).toBe(json(healthy));
    expect(readdirSync(folder).sort()).toEqual(['link', 'old']);
  });

  it('follows links to a file that does not exist yet', async () => {
    mkdirSync(join(folder, 'far/away'), { recursive: true });
    symlinkSync('far/away', join(folder, 'near'));
    symlinkSync('near/../new', join(folder, 'second'));
    symlinkSync(join(folder, 'second'), join(folder, 'first'));
    await runWith(['--format', 'json:first'], { cwd: folder });
    expect(readFileSync(join(folder, 'far/new'), 'utf8')).toBe(json(healthy));
    expect(readdirSync(folder).sort()).toEqual(['far', 'first', 'near', 'second']);
    expect(lstatSync(join(folder, 'first')).isSymbolicLink()).toBe(true);
  });

  it.each([
    ['a folder that does not exist', 'gone/x', 'no such file or directory'],
    ['itself', 'link', 'too many symbolic links encountered'],
  ])('keeps a link to %s, and says why it writes nothing', async (_, to, why) => {
    symlinkSync(to, join(folder, 'link'));
    const { exitCode, stderr } = await runWith(['--format', 'json:link'], { cwd: folder });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `pki-lint: cannot write "${folder}/link": ${why}\n`,
    });
    expect(readlinkSync(join(folder, 'link'))).toBe(to);
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
    expect(stdout).toContain('No problems found');
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
  ])('a terminal of %s columns is written %i wide', async (columns, width) => {
    const world = columns === undefined ? { report: broken } : { report: broken, columns };
    const { stdout } = await runWith(['--color', 'never'], world);
    const longest = Math.max(...wrappedLines(stdout).map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(width);
    expect(longest).toBeGreaterThan(width - 8);
  });

  it.each([
    ['120', {}, 120],
    ['120', { columns: 80 }, 120],
    ['72', {}, 72],
    ['500', {}, 140],
    ['0', {}, 100],
    ['-5', {}, 100],
    ['wide', { columns: 80 }, 80],
    ['', {}, 100],
  ])('COLUMNS=%s counts, in a pipe and on a terminal (%j)', async (COLUMNS, world, width) => {
    const { stdout } = await runWith(['--color', 'never'], { report: broken, ...world, env: { COLUMNS } });
    const longest = Math.max(...wrappedLines(stdout).map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(width);
    expect(longest).toBeGreaterThan(width - 8);
  });
});

test('nothing is narrower than 60 columns', () => {
  const terminal = { now: 0, cwd: '/', stderr: { write: () => {} }, stdin: () => process.stdin };
  const stdout = { write: () => {}, isTTY: true, columns: 10 };
  expect(widthOf({ ...terminal, stdout, env: {} })).toBe(60);
  expect(widthOf({ ...terminal, stdout, env: { COLUMNS: '20' } })).toBe(60);
  expect(widthOf({ ...terminal, stdout, env: {} }, true)).toBe(100);
});

describe('ASCII', () => {
  const isAscii = (text: string) => !/[^\0-\x7f]/.test(text);

  it.each([
    ['--ascii', ['--ascii'], {}, true],
    ['LANG=C', [], { LANG: 'C' }, true],
    ['LANG=en_US.ISO-8859-1', [], { LANG: 'en_US.ISO-8859-1' }, true],
    ['LC_ALL before LANG', [], { LC_ALL: 'POSIX', LC_CTYPE: 'C.UTF-8', LANG: 'en_US.UTF-8' }, true],
    ['LC_CTYPE before LANG', [], { LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, false],
    ['LANG=de_DE.utf8', [], { LANG: 'de_DE.utf8' }, false],
    ['a locale that is not set', [], { LANG: '' }, false],
    ['LC_CTYPE=UTF-8, as on macOS', [], { LC_CTYPE: 'UTF-8' }, false],
  ])('%s', async (_name, argv: string[], env: Record<string, string>, ascii) => {
    const { stdout } = await runWith(argv, { report: broken, env });
    expect(isAscii(stdout)).toBe(ascii);
    expect(isAscii((await runWith([...argv, '--help'], { env })).stdout)).toBe(ascii);
    expect((await runWith([...argv, '-f', 'json'], { report: broken, env })).stdout).toBe(json(broken));
  });

  it('is printed on the console of Linux, whose font has no marks, but not in a pipe of it', async () => {
    const env = { TERM: 'linux', LANG: 'C.UTF-8' };
    expect(isAscii((await runWith([], { report: broken, env, columns: 80 })).stdout)).toBe(true);
    expect(isAscii((await runWith([], { report: broken, env })).stdout)).toBe(false);
  });

  it('is printed to stderr too', async () => {
    const error = new UserError('open …: no → such', 'try ’this’');
    expect((await runWith(['--ascii'], { error })).stderr).toBe("pki-lint: open ...: no -> such\n  try 'this'\n");
    expect((await runWith([], { error })).stderr).toContain('…');
  });
});

describe('the short options', () => {
  it('-f and -o choose a format and its file', async () => {
    const { stdout, exitCode } = await runWith(['-f', 'json', '-o', 'report.json'], { cwd: folder });
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe(json(healthy));
  });

  it('-o writes the table, without colour, and of other commands too', async () => {
    await runWith(['-o', 'table.txt'], { cwd: folder, columns: 80 });
    expect(readFileSync(join(folder, 'table.txt'), 'utf8')).toMatch(/^cp-1 {2}control plane/);
    await runWith(['facts', '--output', 'facts.txt'], { cwd: folder });
    expect(readFileSync(join(folder, 'facts.txt'), 'utf8')).toContain('FACT');
    expect((await runWith(['facts', '-o', '-'], { cwd: folder })).stdout).toContain('FACT');
    expect((await runWith(['-o', '-'], { cwd: folder })).stdout).toContain('cp-1');
    expect(readdirSync(folder).sort()).toEqual(['facts.txt', 'table.txt']);
  });

  it('-o fails if the file cannot be written', async () => {
    for (const command of ['lint', 'facts']) {
      const { exitCode, stderr } = await runWith([command, '-o', 'gone/x'], { cwd: folder });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`cannot write "${folder}/gone/x"`);
    }
  });

  it('-q and -v are --quiet and --verbose', async () => {
    const printed = async (option: string) => (await runWith([option], { report: broken })).stdout;
    expect(await printed('-q')).toBe(await printed('--quiet'));
    expect(await printed('-v')).toBe(await printed('--verbose'));
    expect((await runWith(['-v'], { error: new TypeError('x') })).stderr).toContain('lint.test.ts');
  });
});

describe('what is typed', () => {
  it('a path that exists wins over a command that it resembles', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pki-lint-'));
    writeFileSync(join(cwd, 'explian'), '');
    expect((await runWith(['explian'], { cwd })).asked).toMatchObject({ paths: ['explian'] });
    expect((await runWith(['explian', '--rootfs', cwd], { cwd: '/' })).asked).toMatchObject({ paths: ['explian'] });
    rmSync(cwd, { recursive: true });
  });

  it.each([[['zebra']], [['node.tar']], [['lint', 'explian']], [['--', 'explian']], [['./explian']], [['ab']]])(
    '%j is a path',
    async (argv) => {
      expect((await runWith(argv)).asked).toMatchObject({ paths: [argv.at(-1)] });
    },
  );

  it('the corrected command is complete', async () => {
    expect((await runWith(['conections', 'a b', '--at', '+1d'])).stderr).toBe(
      `pki-lint: conections: no such file or directory\n  did you mean the command "connections"?\n  pki-lint connections 'a b' --at +1d\n`,
    );
  });

  it.each([
    ['+90d', 90 * 86_400],
    ['+12h', 12 * 3600],
    ['-2w', -14 * 86_400],
    ['+5m', 300],
  ])('--at %s counts from now', async (text, seconds) => {
    for (const command of ['lint', 'connections', 'expiry', 'blast']) {
      const words = command === 'blast' ? [command, 'kubernetes-ca'] : [command];
      const { asked } = await runWith([...words, '--at', text]);
      const off = Number(asked?.at) - Date.now() - seconds * 1000;
      expect(Math.abs(off)).toBeLessThan(10_000);
    }
  });

  it.each([
    [['cert/*=off'], { 'cert/issuer': 'off' }],
    [['*=warning', 'key/mode=error'], { 'cert/issuer': 'warning', 'key/mode': 'error' }],
    [['key/mode=error', '*=off'], { 'cert/issuer': 'off', 'key/mode': 'off' }],
  ])('--rule %j: the later one wins', async (rules, levels) => {
    expect((await runWith(rules.flatMap((rule) => ['--rule', rule]))).asked).toMatchObject({ rules: levels });
  });

  it('an archive that is to be typed is announced, with the command that sends one', async () => {
    const { stderr, asked } = await runWith(['-'], { typed: true });
    expect(asked).toMatchObject({ paths: ['-'] });
    const [first, , ...command] = stderr.trimEnd().split('\n');
    expect(first).toBe('pki-lint: waiting for a tar archive on stdin (Ctrl-C to stop)');
    expect(command).toEqual(sendingArchive.split('\n').map((line) => `  ${line}`));
    expect((await runWith(['-'])).stderr).toBe('');
  });
});

describe('the help', () => {
  const help = async (...argv: string[]) => (await runWith(argv, { columns: 80 })).stdout;

  it('fits two screens of 24 lines and 80 columns, usage first', async () => {
    const stdout = await help('--help');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Math.max(1, Math.ceil(line.length / 80)));
    expect(rows.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(48);
    expect(stdout).toMatch(/^Usage: pki-lint /);
    expect(stdout.indexOf('Examples:')).toBeGreaterThan(stdout.indexOf('Exit codes:'));
    for (const word of ['outage', 'hygiene', '✔ ok', '✖ error', '▲ warning', '· note', '? not checked', '– does']) {
      expect(stdout).toContain(word);
    }
  });

  it('names every command, and an example of tar that leaves the keys out', async () => {
    const stdout = await help('-h');
    for (const name of [
      'lint',
      'expiry',
      'connections',
      'blast',
      'issue',
      'verify',
      'rules',
      'init',
      'keys',
      'completion',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
    }
    expect(stdout).toContain('pki-lint help COMMAND');
    for (const name of ['explain', 'diff', 'exceptions'])
      expect(stdout).toMatch(new RegExp(`; see also .*\\b${name}\\b`));
  });

  it('of a command has all its options', async () => {
    const stdout = await help('help', 'lint');
    for (const option of ['--profile', '--upgrade-window', '-f, --format', '-o, --output', '--node-ip', '--ascii']) {
      expect(stdout).toContain(option);
    }
    expect(stdout).toBe(await help('lint', '--help'));
    for (const command of [sendingArchive, sendingKeys])
      expect(stdout).toContain(`\n  ${command.replaceAll('\n', '\n  ')}\n`);
    expect(await help()).not.toContain('--upgrade-window');
  });
});

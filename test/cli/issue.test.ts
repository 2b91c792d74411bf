import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { IssueReport } from '../../src/results/issue/plan.ts';
import { cp1, emptyFolder, issueIn, write } from '../issue/support/folders.ts';
import { spoil } from '../report/hostile.ts';
import { roles } from '../support/roles.ts';
import { runWith, type World } from './run.ts';

const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
const only = ['front-proxy-ca', 'front-proxy-client', 'admin.conf'];

/** Reports by name. The temporary folder has a fixed name in them. */
const reports = new Map<string, IssueReport>();

beforeAll(async () => {
  const [part, whole] = [emptyFolder(), emptyFolder()];
  const keep = (name: string, report: IssueReport) =>
    reports.set(
      name,
      JSON.parse(
        JSON.stringify(report)
          .replaceAll(report.plan.folder, '/mnt/cp-1/pki')
          .replace(/backup-[\dTZ-]+/, 'backup-2026-12-01T00-00-00Z'),
      ),
    );
  keep('plan', await issueIn(part, { facts: cp1, only }));
  keep('written', await write(part, { facts: cp1, only }));
  await write(whole, { facts });
  keep('nothing', await issueIn(whole, { facts }));
  keep('unconfirmed', await issueIn(whole, { facts, replace: ['etcd-ca', 'kube-apiserver'], write: true }));
  keep('replaced', await write(whole, { facts, replace: ['etcd-ca', 'kube-apiserver'], yes: true }));
}, 60_000);

const issued = (name: string, world: World = {}) => ({
  columns: 80,
  env: { NO_COLOR: '1' },
  issued: async () => reports.get(name) as IssueReport,
  ...world,
});

describe('what the library is asked for', () => {
  const asked = async (...argv: string[]) => (await runWith(['issue', 'pki', ...argv], issued('plan'))).asked;

  it('is what the plan is about', async () => {
    const choice = [
      '--only',
      'kube-etcd,admin.conf',
      '--replace',
      'etcd-ca',
      '--renew',
      '--within',
      '2w',
      '--keep-key',
    ];
    expect(await asked(...choice, '--write', '--yes', '--fix-modes')).toMatchObject({
      only: ['kube-etcd', 'admin.conf'],
      replace: ['etcd-ca'],
      renew: true,
      withinDays: 14,
      keepKey: true,
      write: true,
      yes: true,
      fixModes: true,
    });
  });

  it('is what certificates contain', async () => {
    const life = ['--days', '30', '--ca-days', '3000', '--backdate', '1h', '--at', '2026-12-01'];
    expect(await asked(...life, '--algorithm', 'ecdsa-p384', '--profile', 'documented')).toMatchObject({
      days: 30,
      caDays: 3000,
      backdateMs: 3_600_000,
      at: new Date('2026-12-01T00:00:00Z'),
      algorithm: 'ecdsa-p384',
      profile: 'documented',
    });
  });

  it.each([
    [['--root-ca', '--root-dir', 'r', '--ca-dir', 'c'], { rootCa: true, rootDir: 'r', caDir: 'c' }],
    [['--csr', 'requests'], { csr: 'requests' }],
    [['--import', 'signed'], { import: 'signed' }],
  ])('is where the CAs are: %j', async (argv, options) => {
    expect(await asked(...argv)).toMatchObject(options);
  });
});

describe('what issuing prints', () => {
  it('has its options explained in golden/issue-help.txt', async () => {
    const { exitCode, stdout } = await runWith(['issue', '--help'], { columns: 80 });
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot('golden/issue-help.txt');
    const named =
      /Roles:\n([\s\S]*?)\n\n/
        .exec(stdout)?.[1]
        ?.split(/[\s,;]+/)
        .filter((word) => word !== '') ?? [];
    expect(named.sort()).toEqual([...roles, 'service-account'].sort());
  });

  it.each([
    ['plan', 1],
    ['written', 0],
    ['nothing', 0],
    ['unconfirmed', 2],
    ['replaced', 0],
  ])('reads as in golden/issue-%s.txt', async (name, wanted) => {
    const { exitCode, stdout, stderr } = await runWith(['issue'], issued(name));
    expect({ exitCode, stderr }).toEqual({ exitCode: wanted, stderr: '' });
    // Commands must be complete when copied.
    const long = stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('  kubectl '));
    expect(long).toEqual([]);
    await expect(stdout).toMatchFileSnapshot(`golden/issue-${name}.txt`);
  });

  it('is short once it is written, and full again with --verbose', async () => {
    const lines = async (...argv: string[]) =>
      (await runWith(['issue', ...argv], issued('replaced'))).stdout.split('\n');
    expect((await lines()).length).toBeLessThan(40);
    const full = await lines('--verbose');
    expect(full.filter((line) => line.startsWith('   subject ')).length).toBe(6);
  });

  it('is the report for programs', async () => {
    const { exitCode, stdout } = await runWith(['issue', '--format', 'json'], issued('replaced'));
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(reports.get('replaced'));
  });

  it.each(['plan', 'written', 'unconfirmed', 'replaced'])('obeys no name from the files of the %s', async (name) => {
    const evil = spoil(reports.get(name)) as IssueReport;
    for (const argv of [['issue'], ['issue', '--verbose'], ['issue', '--format', 'json']]) {
      const { stdout } = await runWith(argv, issued(name, { issued: async () => evil }));
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    }
  });

  it('has colour where a terminal reads along', async () => {
    const { stdout } = await runWith(['issue'], issued('replaced', { env: {} }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for colours.
    const plain = stdout.replace(/\x1b\[\d+m/g, '');
    expect(stdout).not.toBe(plain);
    expect(plain).toBe((await runWith(['issue'], issued('replaced'))).stdout);
  });
});

it.each([
  [['--renew', '--', '-pki'], 'pki-lint issue --renew ./-pki --write'],
  [['--renew', '--', 'pki'], 'pki-lint issue --renew pki --write'],
])('the command that applies a plan can be typed: %j', async (argv, command) => {
  expect((await runWith(['issue', ...argv], issued('plan'))).stdout).toContain(`\n  ${command}\n`);
});

it('a command that cannot be printed is not suggested', async () => {
  const { stdout } = await runWith(['issue', 'pki\n\u202e'], issued('plan'));
  expect(stdout).toMatch(/run the same command with --write\.\n$/);
  expect(stdout).not.toContain('pki-lint issue');
});

describe('a time in the future', () => {
  const now = Date.parse('2026-11-27T11:00:00Z');
  const run = (at: string, ...argv: string[]) => runWith(['issue', '--at', at, ...argv], issued('plan', { now }));

  it.each(['2026-12-01', '2026-11-27T11:06:00Z'])('is refused with --write, and nothing is asked: %s', async (at) => {
    const { exitCode, stdout, stderr, asked } = await run(at, '--write', '--renew');
    expect({ exitCode, stdout, asked }).toEqual({ exitCode: 2, stdout: '', asked: undefined });
    expect(stderr).toContain('certificates would not be valid before that time, and it is 2026-11-27T11:00:00Z now');
    expect(stderr).toContain('leave --at out');
  });

  it.each(['2026-11-27T11:04:59Z', '2026-11-27T11:00:00Z', '2025-06-01'])(
    'that is not ahead by more than clocks differ is written as of: %s',
    async (at) => {
      expect((await run(at, '--write')).asked).toMatchObject({ write: true, at: new Date(at) });
      expect((await run(at, '--renew')).stdout).toContain(`\n  pki-lint issue --at ${at} --renew --write\n`);
    },
  );

  it.each([['--at', '2027-03-01'], ['--at=2027-03-01']])(
    'is a preview, which suggests no --write: %s %s',
    async (...time) => {
      const { exitCode, stdout } = await runWith(['issue', '--renew', ...time, '--verbose'], issued('plan', { now }));
      expect(exitCode).toBe(1);
      expect(stdout).toContain('This is a preview of ');
      expect(stdout).toMatch(/\n {2}pki-lint issue --renew --verbose\n$/);
    },
  );

  it('suggests no --write for a part of the plan either', async () => {
    const report = reports.get('plan') as IssueReport;
    const refusals = [{ role: 'kube-etcd', message: 'it cannot be issued', hint: 'nothing' }];
    const refused = async () => ({ ...report, plan: { ...report.plan, refusals, byItself: '--only admin.conf' } });
    const said = async (at: string) =>
      (await runWith(['issue', '--at', at], issued('plan', { now, issued: refused }))).stdout;
    expect(await said('2026-11-27')).toContain('pki-lint issue --at 2026-11-27 --only admin.conf --write');
    expect(await said('2027-03-01')).not.toContain('admin.conf --write');
    expect(await said('2027-03-01')).toMatch(/\n {2}pki-lint issue\n$/);
  });
});

describe('progress', () => {
  const slow = (wait: number) => async (options: { onProgress?: (message: string) => void }) => {
    options.onProgress?.('making 16 rsa-4096 keys');
    await (wait > 0 ? vi.advanceTimersByTimeAsync(wait) : setTimeout(0));
    return reports.get('nothing') as IssueReport;
  };
  const told = async (world: World, wait: number) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      return (await runWith(['issue'], { ...world, issued: slow(wait) })).stderr;
    } finally {
      vi.useRealTimers();
    }
  };

  it('is printed at once on a terminal', async () => {
    expect(await told({ watched: true }, 0)).toBe('pki-lint: making 16 rsa-4096 keys\n');
  });

  it('is otherwise printed only if it takes long, and never on stdout', async () => {
    expect(await told({}, 100)).toBe('');
    expect(await told({}, 10_000)).toBe('pki-lint: making 16 rsa-4096 keys\n');
  });
});

import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IssueOptions } from '../../src/index.ts';
import { certificateRows, kubeconfigRows } from '../../src/tables/tables.ts';
import { issueCommand } from './support/command.ts';
import {
  actionsOf,
  alarmsIn,
  certificateAt,
  cp1,
  emptyFolder,
  filesIn,
  folderOf,
  issueIn,
  write,
} from './support/folders.ts';
import { putNode } from './support/issued.ts';

describe('options that mean nothing are no options', () => {
  it.each([
    ['--within has no effect without --renew', { withinDays: 90 }],
    ['--keep-key has no effect without --renew or --replace', { keepKey: true }],
    ['--csr and --import cannot be combined', { csr: '/r', import: '/r' }],
    ['--renew and --import cannot be combined', { renew: true, import: '/r' }],
    ['--csr and --root-ca cannot be combined', { csr: '/r', rootCa: true, rootDir: '/q' }],
    ['--replace names kube-etcd, but --only leaves it out', { only: ['kube-apiserver'], replace: ['kube-etcd'] }],
  ] satisfies readonly (readonly [string, IssueOptions])[])('%s', async (message, options) => {
    const wrong = issueIn(emptyFolder(), { facts: cp1, ...options });
    await expect(wrong).rejects.toThrow(message);
  });

  it('nor are unknown roles: the names that people use for them are explained', async () => {
    const files = new Map([
      ...certificateRows.map((row) => [row.certificate, row.role] as const),
      ['ca.key', 'kubernetes-ca'],
      ['sa.pub', 'service-account'],
    ]);
    for (const [name, role] of files) {
      const ways = [name, name.replace('.crt', ''), name.replace('/', '-')].filter((typed) => typed !== role);
      for (const typed of ways) {
        const wrong = issueIn(emptyFolder(), { facts: cp1, only: [typed] });
        await expect(wrong).rejects.toMatchObject({ hint: `did you mean "${role}"?` });
      }
    }
    await expect(issueIn(emptyFolder(), { only: ['admin'] })).rejects.toMatchObject({
      hint: 'did you mean "admin.conf"?',
    });
    await expect(issueIn(emptyFolder(), { only: ['qqq'] })).rejects.toMatchObject({
      hint: expect.stringContaining(`${kubeconfigRows[0]?.role}`),
    });
  });
});

it('thousands of names are issued in seconds, and compared with as many others', async () => {
  const names = (prefix: string) => Array.from({ length: 12_000 }, (_, index) => `${prefix}${index}.example.test`);
  const folder = emptyFolder();
  const facts = { ...cp1, sans: names('a') };
  await write(folder, { facts });
  expect(certificateAt(folder, 'pki/apiserver.crt').subjectAltName?.split(', ').length).toBeGreaterThan(12_000);
  const report = await issueIn(folder, { facts: { ...facts, sans: names('b') } });
  expect(actionsOf(report)).toEqual([]);
});

it('--fix-modes keeps to the roles that --only names', async () => {
  const folder = await folderOf({}, (node) => node.chmod('pki/ca.key', 0o644).chmod('pki/sa.key', 0o644));
  await write(folder, { fixModes: true, only: ['kubernetes-ca'] });
  const modes = ['pki/ca.key', 'pki/sa.key'].map((name) => statSync(join(folder, 'etc/kubernetes', name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o644]);
});

it('--backdate and --ca-days are what the command line says', async () => {
  const folder = emptyFolder();
  const said = await issueCommand(
    folder,
    '--node-name',
    'cp-1',
    '--advertise-address',
    '192.0.2.10',
    '--backdate',
    '90m',
    '--ca-days',
    '50',
    '--write',
  );
  expect(said).toMatchObject({ exitCode: 0 });
  const { validFrom, validTo } = certificateAt(folder, 'pki/ca.crt');
  expect([new Date(validFrom), new Date(validTo)]).toEqual([
    new Date('2026-11-30T22:30:00Z'),
    new Date('2027-01-20T00:00:00Z'),
  ]);
});

it('a host with only etcd stays one when it is renewed', async () => {
  const folder = emptyFolder();
  const facts = { nodeName: 'etcd-1', advertiseAddress: '192.0.2.20' };
  await write(folder, { facts, only: ['etcd-ca', 'kube-etcd', 'kube-etcd-peer'] });
  const { plan } = await issueIn(folder, { facts, renew: true, withinDays: 400 });
  expect(plan.actions.map(({ role }) => role)).toEqual(expect.arrayContaining(['kube-etcd', 'kube-etcd-peer']));
  expect(plan.refusals.map(({ role }) => role)).not.toContain('kube-apiserver');
});

it('what an external CA has signed is not renewed unasked, and the rest is', async () => {
  const folder = await folderOf({ externalCa: true });
  const report = await write(folder, { renew: true, withinDays: 4000 });
  expect(report.plan.actions.map(({ role }) => role)).toEqual([
    'kube-etcd',
    'kube-etcd-peer',
    'kube-etcd-healthcheck-client',
    'kube-apiserver-etcd-client',
  ]);
  expect(report.plan.left.map(({ role }) => role)).toContain('kube-apiserver');
  expect(await alarmsIn(folder)).toEqual([]);
  const named = await issueIn(folder, { renew: true, withinDays: 4000, only: ['kube-apiserver'], write: true });
  expect(named).toMatchObject({ exitCode: 2, plan: { refusals: [{ role: 'kube-apiserver' }] } });
});

it('what can be done by itself is done', async () => {
  const folder = await folderOf({ externalCa: true });
  await write(folder, { replace: ['kube-etcd'], only: ['kube-etcd'] });
});

describe('a root', () => {
  it.each([
    ['that has ended', new Date('2027-06-01'), /the CA expired on 2026-12-21/],
    ['that has not begun', new Date('2026-01-01'), /the CA is not valid before 2026-11-30/],
  ])('%s signs nothing, and the plan says so', async (_, at, message) => {
    const [rootDir, folder] = [emptyFolder(), emptyFolder()];
    await write(folder, { facts: cp1, rootCa: true, rootDir, caDays: 20, days: 10 });
    const report = await issueIn(emptyFolder(), { facts: cp1, rootCa: true, rootDir, at });
    expect(report.plan.refusals[0]).toMatchObject({ role: 'kubernetes-ca', message: expect.stringMatching(message) });
  });

  it('that is left out when one of its CAs is replaced is reported', async () => {
    const [rootDir, folder] = [emptyFolder(), emptyFolder()];
    await write(folder, { facts: cp1, rootCa: true, rootDir });
    const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
    const { plan } = await issueIn(folder, { facts, replace: ['etcd-ca'], yes: true });
    expect(plan.actions[0]?.notes[0]).toMatch(
      /^the old certificate was signed by CN=kubernetes-root-ca, the new one is self-signed/,
    );
  });

  it.each(['etc/root', 'root'])('is not kept in a copy of the node: %s', async (name) => {
    const rootfs = emptyFolder();
    const inside = issueIn('/', { rootfs, facts: cp1, rootCa: true, rootDir: join(rootfs, name) });
    await expect(inside).rejects.toThrow('is on the node itself');
  });
});

describe('a plan', () => {
  it('is a dry run: what --write would refuse is reported before', async () => {
    const folder = await folderOf({}, (node) =>
      node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'somebody'),
    );
    for (const ending of ['crt', 'key']) rmSync(join(folder, `etc/kubernetes/pki/front-proxy-client.${ending}`));
    const before = filesIn(folder);
    const report = await issueIn(folder);
    expect(report).toMatchObject({ exitCode: 1, result: null });
    expect(report.failure?.message).toMatch(/^nothing was written, because it would leave an error: /);
    expect(filesIn(folder)).toEqual(before);
    const said = await issueCommand(folder);
    expect(said).toMatchObject({ exitCode: 1, stderr: '' });
    expect(said.stdout).toContain('✖ nothing was written, because it would leave an error');
  });

  it('reports what is not changed, before and after it is written', async () => {
    const folder = await folderOf({}, (node) => node.remove('pki/apiserver.key').remove('pki/etcd/peer.crt'));
    const plan = await issueIn(folder);
    expect(plan.plan.left.map(({ role }) => role)).toEqual(['kube-apiserver']);
    const report = await write(folder);
    expect(actionsOf(report)).toEqual(['issue kube-etcd-peer']);
    expect(report.plan.left.map(({ role }) => role)).toEqual(['kube-apiserver']);
    await write(folder, { replace: ['kube-apiserver'] });
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('a key of a kubeconfig', () => {
  it('does not leave it for a request', async () => {
    const [folder, csr] = [await folderOf({ externalCa: true }), emptyFolder()];
    const before = readFileSync(join(folder, 'etc/kubernetes/scheduler.conf'), 'utf8');
    const { plan } = await write(folder, { replace: ['scheduler.conf'], csr, keepKey: true });
    expect(plan.actions[0]).toMatchObject({ kind: 'request', algorithm: 'ecdsa-p256' });
    expect(plan.next.at(-1)).toEqual({
      text: 'then install them',
      command: `pki-lint issue ${folder} --import ${csr} --replace scheduler.conf --write`,
    });
    expect(readFileSync(join(folder, 'etc/kubernetes/scheduler.conf'), 'utf8')).toBe(before);
  });
});

it('requests that were made are no longer asked for', async () => {
  const [folder, csr] = [emptyFolder(), emptyFolder()];
  const { plan } = await write(folder, { facts: cp1, csr });
  expect(plan.left.map(({ role }) => role)).toEqual(['kubernetes-ca', 'etcd-ca', 'front-proxy-ca']);
  expect(plan.next.map(({ command }) => command?.slice(0, 16))).not.toContain('kubectl --kubeco');
});

it('steps say something, where nothing runs too', async () => {
  const folder = emptyFolder();
  await putNode(folder);
  const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
  const { plan } = await issueIn(folder, { facts, renew: true, withinDays: 400 });
  expect(plan.next).toEqual([
    { text: 'copy the new files to the node, and restart components and use kubectl there', command: null },
    {
      text: 'copy admin.conf to where kubectl reads it, and keep an old one with a number at the end of its name',
      command: 'install -D -m 600 --backup=numbered /etc/kubernetes/admin.conf ~/.kube/config',
    },
  ]);
});

it('modes that --write leaves are none of a group that reads', async () => {
  const folder = await folderOf();
  chmodSync(join(folder, 'etc/kubernetes/pki/sa.key'), 0o640);
  await write(folder, { replace: ['service-account'], yes: true });
  expect(statSync(join(folder, 'etc/kubernetes/pki/sa.key')).mode & 0o777).toBe(0o600);
});

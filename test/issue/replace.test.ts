import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Changes, makeAuthority } from '../support/issue.ts';
import type { LeafRole } from '../support/roles.ts';
import {
  actionsOf,
  alarmsIn,
  certificateAt,
  changes,
  filesIn,
  folderOf,
  issueIn,
  unpacked,
  write,
} from './support/folders.ts';

const stranger = makeAuthority('a CA of nobody');

describe('a wrong certificate', () => {
  const cases: readonly (readonly [string, LeafRole, Changes])[] = [
    ['CN', 'kube-apiserver-kubelet-client', { commonName: 'somebody' }],
    ['CN of a kubeconfig', 'scheduler.conf', { commonName: 'system:scheduler' }],
    ['O', 'kubelet.conf', { organizations: ['system:masters'] }],
    ['O that grants', 'kube-apiserver-etcd-client', { organizations: ['system:masters'] }],
    ['usage', 'kube-etcd-peer', { usages: ['serverAuth'] }],
    ['key usage', 'kube-apiserver', { keyUsage: ['keyAgreement'] }],
    ['SANs', 'kube-apiserver', { sans: ['DNS:kubernetes'] }],
    ['signer', 'front-proxy-client', { issuer: stranger }],
    ['signer, itself', 'kube-etcd', { issuer: 'self' }],
    ['lifetime', 'kube-apiserver', { notAfter: '2026-11-25' }],
    ['lifetime that has not begun', 'admin.conf', { notBefore: '2027-01-01' }],
    ['CA of a leaf', 'kube-apiserver-etcd-client', { ca: true }],
  ];
  it.each(cases)('is reissued as the tables say: %s of %s', async (_, role, wrong) => {
    const folder = await folderOf({}, (node) => node.issue(role, wrong));
    const well = await alarmsIn(await folderOf());
    const before = filesIn(folder);
    const left = await issueIn(folder, { write: true });
    expect(left).toMatchObject({ result: null, plan: { actions: [] } });
    expect(filesIn(folder)).toEqual(before);
    const report = await write(folder, { replace: [role] });
    expect(actionsOf(report)).toEqual([`re-issue ${role}`]);
    expect(report.plan.actions[0]?.why[0]).toBe(`--replace ${role}`);
    expect(changes(before, filesIn(folder))).toEqual(
      report.plan.actions[0]?.replaces.map((path) => path.slice(1)).sort(),
    );
    expect(await alarmsIn(folder)).toEqual(well);
  });

  it('keeps the names of the old one that a client could dial, and says so', async () => {
    const sans = [
      'DNS:api.example.test',
      'DNS:*.example.test',
      'IP:198.51.100.7',
      'IP:2001:db8::7',
      'DNS:192.0.2.99',
      'DNS:not a name',
      'email:a@example.test',
      'URI:https://example.test',
    ];
    const folder = await folderOf({}, (node) =>
      node.issue('kube-apiserver', { sans, commonName: 'wrong', organizations: ['wrong'] }),
    );
    const report = await write(folder, { replace: ['kube-apiserver'] });
    const [action] = report.plan.actions;
    expect(action?.notes).toEqual([
      'was O=wrong, CN=wrong',
      'keeps from the old certificate: api.example.test, *.example.test, 198.51.100.7, 2001:db8::7',
      'drops from the old certificate names to which no client can connect: 192.0.2.99, not a name, a@example.test, https://example.test',
    ]);
    const certificate = certificateAt(folder, 'etc/kubernetes/pki/apiserver.crt');
    expect(certificate.subject).toBe('CN=kube-apiserver');
    expect(certificate.subjectAltName?.split(', ').sort()).toEqual(
      [
        ...[
          '*.example.test',
          'api.example.test',
          'cp-1',
          'kubernetes',
          'kubernetes.default',
          'kubernetes.default.svc',
          'kubernetes.default.svc.cluster.local',
        ].map((name) => `DNS:${name}`),
        ...['192.0.2.10', '10.96.0.1', '198.51.100.7', '2001:DB8:0:0:0:0:0:7'].map(
          (address) => `IP Address:${address}`,
        ),
      ].sort(),
    );
  });

  it.each([
    // Neither the name nor an address of this node, but a different machine: the certificate was copied. What remains
    // is shared.
    [['DNS:cp-9', 'DNS:api.example.test', 'IP:192.0.2.19'], ['api.example.test']],
    // The name of this machine with its domain, and the name of the control plane.
    [
      ['DNS:cp-1.example.test', 'DNS:cp-9', 'DNS:api.example.test'],
      ['cp-1.example.test', 'cp-9', 'api.example.test'],
    ],
    [['DNS:cluster-endpoint', 'DNS:api.example.test'], ['api.example.test']],
  ])('keeps of the names %j: %j', async (sans, kept) => {
    const node = { controlPlaneEndpoint: 'cluster-endpoint:6443' };
    const folder = await folderOf(node, (tree) => tree.issue('kube-apiserver', { sans }));
    await write(folder, { replace: ['kube-apiserver'] });
    const names = certificateAt(folder, 'etc/kubernetes/pki/apiserver.crt').subjectAltName ?? '';
    const more = ['cp-1.example.test', 'cp-9', 'api.example.test', '192.0.2.19'];
    expect(more.filter((name) => names.includes(name))).toEqual(kept);
  });

  it('gives no names to a client', async () => {
    const folder = await folderOf({}, (node) =>
      node.issue('front-proxy-client', { sans: ['DNS:front'], commonName: 'wrong' }),
    );
    await write(folder, { replace: ['front-proxy-client'] });
    expect(certificateAt(folder, 'etc/kubernetes/pki/front-proxy-client.crt').subjectAltName).toBeUndefined();
  });
});

describe('the certificate of the API server', () => {
  it('is given another name', async () => {
    const folder = await unpacked('kubeadm-1.36-ha');
    const before = filesIn(folder);
    const report = await write(folder, {
      replace: ['kube-apiserver'],
      facts: { sans: ['new.example.test', '198.51.100.9'] },
    });
    const names = certificateAt(folder, 'etc/kubernetes/pki/apiserver.crt').subjectAltName ?? '';
    for (const name of ['new.example.test', '198.51.100.9', 'api.example.test', 'lb.example.test', '2001:DB8'])
      expect(names).toContain(name);
    expect(report.plan.actions[0]?.after).toMatch(/reads it by itself/);
    expect(changes(before, filesIn(folder))).toEqual([
      'etc/kubernetes/pki/apiserver.crt',
      'etc/kubernetes/pki/apiserver.key',
    ]);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('modes', () => {
  it('are fixed only with --fix-modes', async () => {
    const folder = await folderOf();
    const wrong = ['etc/kubernetes/pki/ca.key', 'etc/kubernetes/admin.conf', 'etc/kubernetes/pki/ca.crt'];
    for (const path of wrong) chmodSync(join(folder, path), 0o666);
    const modes = () => wrong.map((path) => statSync(join(folder, path)).mode & 0o777);
    expect((await issueIn(folder)).plan.actions).toEqual([]);
    const report = await issueIn(folder, { fixModes: true });
    expect(report.plan.actions.map(({ kind, role, mode }) => [kind, role, mode?.toString(8)])).toEqual([
      ['chmod', '/etc/kubernetes/admin.conf', '600'],
      ['chmod', '/etc/kubernetes/pki/ca.crt', '644'],
      ['chmod', '/etc/kubernetes/pki/ca.key', '600'],
    ]);
    expect(modes()).toEqual([0o666, 0o666, 0o666]);
    const before = filesIn(folder);
    await write(folder, { fixModes: true });
    expect(modes()).toEqual([0o600, 0o600, 0o644]);
    expect(changes(before, filesIn(folder))).toEqual([...wrong].sort());
    expect((await issueIn(folder, { fixModes: true })).exitCode).toBe(0);
  });
});

describe('what is there', () => {
  it('is in a backup after it was replaced', async () => {
    const folder = await folderOf();
    const names = ['apiserver.crt', 'apiserver.key'];
    const old = names.map((name) => readFileSync(join(folder, 'etc/kubernetes/pki', name)));
    const { result } = await write(folder, { replace: ['kube-apiserver'] });
    const backup = result?.backup ?? '';
    expect(backup.startsWith(join(folder, 'etc/kubernetes/pki/.pki-lint/backup-'))).toBe(true);
    expect(statSync(backup).mode & 0o777).toBe(0o700);
    const kept = readdirSync(backup, { recursive: true }).map(String);
    const bytes = names.map((name) => readFileSync(join(backup, kept.find((one) => one.endsWith(name)) ?? '')));
    expect(bytes).toEqual(old);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is not changed when a missing file next to it is created: a key is used, and kept', async () => {
    const folder = await folderOf();
    const key = join(folder, 'etc/kubernetes/pki/apiserver.key');
    rmSync(join(folder, 'etc/kubernetes/pki/apiserver.crt'));
    const [bytes, { mtimeMs }] = [readFileSync(key), statSync(key)];
    await write(folder);
    expect(readFileSync(key)).toEqual(bytes);
    expect(statSync(key).mtimeMs).toBe(mtimeMs);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('and cannot be used is a reason to write nothing', async () => {
    const folder = await folderOf();
    rmSync(join(folder, 'etc/kubernetes/pki/apiserver.crt'));
    writeFileSync(join(folder, 'etc/kubernetes/pki/apiserver.key'), 'no key at all');
    const before = filesIn(folder);
    const report = await issueIn(folder, { write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals[0]?.message).toMatch(/apiserver.key was not found: no PEM block/);
    expect(filesIn(folder)).toEqual(before);
  });
});

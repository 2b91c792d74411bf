import { describe, expect, it } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { keyNamed } from '../support/keys.ts';
import {
  actionsOf,
  alarmsIn,
  certificateAt,
  changes,
  cp1,
  emptyFolder,
  filesIn,
  issueIn,
  unpacked,
  write,
} from './support/folders.ts';

/** Every leaf of a first control plane, in the order of a plan. */
const leaves = [
  'kube-etcd',
  'kube-etcd-peer',
  'kube-etcd-healthcheck-client',
  'kube-apiserver-etcd-client',
  'kube-apiserver',
  'kube-apiserver-kubelet-client',
  'front-proxy-client',
  'admin.conf',
  'super-admin.conf',
  'kubelet.conf',
  'controller-manager.conf',
  'scheduler.conf',
];
const later = new Date('2028-02-01T00:00:00Z');

describe('an expired cluster', () => {
  it.each([
    ['kubeadm-1.36-aged', leaves],
    ['kubeadm-1.22-renewed', leaves.filter((role) => role !== 'super-admin.conf')],
    ['kubeadm-1.36-default', leaves],
  ] as const)('%s is renewed: every leaf, no CA, and nothing else is touched', async (name, roles) => {
    const folder = await unpacked(name);
    const before = filesIn(folder);
    expect(await alarmsIn(folder, { at: later })).not.toEqual([]);
    const report = await write(folder, { renew: true, at: later });
    expect(actionsOf(report)).toEqual(roles.map((role) => `re-issue ${role}`));
    const touched = changes(before, filesIn(folder));
    expect(touched).toEqual(
      report.plan.actions.flatMap(({ replaces }) => replaces.map((path) => path.slice(1))).sort(),
    );
    expect(touched.filter((path) => /(^|\/)(ca|front-proxy-ca|sa)\./.test(path))).toEqual([]);
    expect(await alarmsIn(folder, { at: later })).toEqual([]);
  });

  it('is not changed without --renew', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const before = filesIn(folder);
    const report = await issueIn(folder, { at: later, write: true });
    expect(report).toMatchObject({ result: null, plan: { actions: [], refusals: [] } });
    expect(report.plan.left.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['kube-apiserver', 'scheduler.conf']),
    );
    for (const { hint } of report.plan.left) expect(hint).toBe('--renew reissues it');
    expect(filesIn(folder)).toEqual(before);
  });

  it('with a kubelet that rotates is renewed but for that', async () => {
    const folder = await unpacked('kubeadm-1.36-finalized');
    const report = await write(folder, { renew: true, at: later });
    expect(actionsOf(report)).not.toContain('re-issue kubelet.conf');
    expect(report.plan.left.map(({ role }) => role)).toEqual(['kubelet.conf']);
    expect(report.plan.left[0]?.hint).toMatch(
      /move \/etc\/kubernetes\/kubelet.conf and \/var\/lib\/kubelet\/pki\/kubelet-client-current.pem away/,
    );
    const named = await issueIn(folder, { renew: true, at: later, only: ['kubelet.conf'], write: true });
    expect(named).toMatchObject({ exitCode: 2, result: null });
    expect(named.plan.refusals[0]?.message).toMatch(/kubelet renews by itself$/);
  });

  it('of another CA is asked for', async () => {
    const folder = await unpacked('kubeadm-1.36-external-ca');
    const before = filesIn(folder);
    const named = ['kube-apiserver', 'kube-etcd'];
    const report = await issueIn(folder, { renew: true, at: later, only: named, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.failure?.hint).toBe('what can be done on its own: --only kube-etcd');
    const csr = emptyFolder();
    await write(folder, { renew: true, at: later, csr, only: ['kube-apiserver', 'admin.conf'] });
    expect([...filesIn(csr).keys()]).toEqual(['admin.conf.csr', 'admin.conf.key', 'apiserver.csr', 'apiserver.key']);
    expect(filesIn(folder)).toEqual(before);
  });
});

describe('renewal', () => {
  it('concerns what ends within the time that is given', async () => {
    const folder = emptyFolder();
    await write(folder, { facts: cp1, days: 100 });
    const at = new Date('2027-02-01T00:00:00Z');
    expect(await issueIn(folder, { renew: true, at })).toMatchObject({ exitCode: 0, plan: { actions: [] } });
    const facts = { ...cp1, serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' };
    const within = await issueIn(folder, { renew: true, at, withinDays: 60, facts });
    expect(within.plan.actions.map(({ kind }) => kind)).toEqual(Array(12).fill('re-issue'));
  });

  it('of one role leaves the others', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const before = filesIn(folder);
    await write(folder, { renew: true, at: later, only: ['front-proxy-client'] });
    expect(changes(before, filesIn(folder))).toEqual([
      'etc/kubernetes/pki/front-proxy-client.crt',
      'etc/kubernetes/pki/front-proxy-client.key',
    ]);
  });

  it('keeps keys with --keep-key, of kubeconfigs too', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const before = filesIn(folder);
    const files = ['etc/kubernetes/pki/apiserver.crt', 'etc/kubernetes/admin.conf'];
    const old = files.map((file) => certificateAt(folder, file));
    const report = await write(folder, {
      renew: true,
      at: later,
      keepKey: true,
      only: ['kube-apiserver', 'admin.conf'],
    });
    expect(report.plan.actions.map(({ algorithm }) => algorithm)).toEqual(['kept', 'kept']);
    expect(changes(before, filesIn(folder))).toEqual([...files].sort());
    for (const [index, file] of files.entries()) {
      const certificate = certificateAt(folder, file);
      const key = old[index]?.publicKey;
      expect(key && certificate.publicKey.equals(key)).toBe(true);
      expect(certificate.serialNumber).not.toBe(old[index]?.serialNumber);
    }
    expect((await alarmsIn(folder, { at: later })).filter((one) => /@(kube-apiserver|admin\.conf)$/.test(one))).toEqual(
      [],
    );
  });

  it('says so where a key that it keeps is too short', async () => {
    const folder = emptyFolder();
    const certificates = { 'front-proxy-client': { key: keyNamed('shorter than anybody likes', 'RSA-1024') } };
    buildNode({ certificates }).toDisk(folder);
    const replace = ['front-proxy-client'];
    expect((await issueIn(folder, { replace })).plan.actions.map(({ notes }) => notes)).toEqual([[]]);
    const { plan } = await write(folder, { replace, keepKey: true });
    expect(plan.actions.map(({ notes }) => notes)).toEqual([['keeps a key that is too short: RSA-1024']]);
  });

  it('makes new keys else', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const old = certificateAt(folder, 'etc/kubernetes/admin.conf');
    await write(folder, { renew: true, at: later, only: ['admin.conf'] });
    expect(certificateAt(folder, 'etc/kubernetes/admin.conf').publicKey.equals(old.publicKey)).toBe(false);
  });
});

describe('lifetimes', () => {
  const minute = 60_000;
  const at = Date.parse('2026-12-01T00:00:00Z');
  const span = (pem: { validFrom: string; validTo: string }) => [Date.parse(pem.validFrom), Date.parse(pem.validTo)];
  const day = 24 * 60 * minute;

  it.each([
    ['as kubeadm has them', {}, [5 * minute, 365, 3650]],
    ['as they are asked for', { days: 30, caDays: 100, backdateMs: day }, [day, 30, 100]],
    ['no longer than their CA', { days: 100, caDays: 50 }, [5 * minute, 50, 50]],
  ] as const)('are %s', async (_, options, [back, days, caDays]) => {
    const folder = emptyFolder();
    const report = await write(folder, { facts: cp1, ...options });
    expect(span(certificateAt(folder, 'pki/ca.crt'))).toEqual([at - back, at + caDays * day]);
    for (const file of ['pki/apiserver.crt', 'admin.conf']) {
      expect(span(certificateAt(folder, file))).toEqual([at - back, at + days * day]);
    }
    const clamped = report.plan.actions.filter(({ notes }) => notes.includes('expires with its issuer, on 2027-01-20'));
    expect(clamped).toHaveLength(days === caDays ? 12 : 0);
  });

  it.each([{ days: 0 }, { caDays: -1 }])('are positive: %o', async (options) => {
    await expect(issueIn(emptyFolder(), { facts: cp1, ...options })).rejects.toThrow(/^--(ca-)?days is/);
  });
});

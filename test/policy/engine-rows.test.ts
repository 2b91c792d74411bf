/**
 * Certificates of a policy, names that it accepts, and paths that it ignores: what is issued, expected and left out.
 */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { expect as expectOf, issue, lint, reporters } from '../../src/index.ts';
import { expectationText } from '../../src/report/terminal/expectations.ts';
import type { Policy } from '../../src/settings/policy.ts';
import { at, lintTree, names } from '../cases/harness.ts';
import {
  actionsOf,
  alarmsIn,
  certificateAt,
  emptyFolder,
  filesIn,
  folderOf,
  issueIn,
  write,
} from '../issue/support/folders.ts';
import { buildNode } from '../support/build-node.ts';
import { fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { addBackupClient, backupClient, policyWith } from '../support/policy.ts';

const ours = policyWith({ certificates: [backupClient] });
const path = 'etc/kubernetes/pki/etcd/backup-client.crt';
const textOptions = { width: 100, color: false, quiet: false, verbose: false } as const;

async function expectIn(tree: NodeTree, policy: Policy) {
  const archive = await tree.toTar();
  return expectOf({ at, paths: ['-'], stdin: () => Readable.from([archive]), policy });
}

describe('a certificate of the policy', () => {
  it('is missing, is issued by the command of its finding, and then is as it should be', async () => {
    const folder = await folderOf();
    const before = await lint({ at, cwd: '/', paths: [folder], policy: ours });
    const [finding] = before.findings;
    expect(finding).toMatchObject({
      rule: 'cert/present-minor',
      severity: 'warning',
      subject: 'etcd-backup-client',
      path: `/${path}`,
      why: expect.stringContaining('etcd-backup.timer reads it'),
      cite: [],
    });
    expect(finding?.why).toContain('pki-lint.config.yaml takes the place of the documentation');
    expect(fixLines(finding?.fix ?? []).join('\n')).toContain('issue --write --only etcd-backup-client');
    const report = await write(folder, { policy: ours });
    expect(actionsOf(report)).toEqual(['issue etcd-backup-client']);
    expect(certificateAt(folder, path).subject).toBe('CN=etcd-backup');
    expect(await alarmsIn(folder, { policy: ours })).toEqual([]);
    expect(report.plan.next.map(({ text }) => text).join()).toContain('etcd-backup.timer');
  });

  it('is renewed, with its key mode and its CA', async () => {
    const folder = await folderOf({}, (node) =>
      addBackupClient(node, { notBefore: '2025-12-10', notAfter: '2026-12-10' }),
    );
    expect(await alarmsIn(folder, { policy: ours })).toEqual(['cert/ends-soon@etcd-backup-client']);
    const report = await write(folder, { policy: ours, only: ['etcd-backup-client'], renew: true });
    expect(actionsOf(report)).toEqual(['re-issue etcd-backup-client']);
    expect(await alarmsIn(folder, { policy: ours })).toEqual([]);
  });

  it('is part of a new control plane', async () => {
    const folder = emptyFolder();
    const facts = { nodeName: 'cp-1', advertiseAddress: '192.0.2.10' };
    const report = await write(folder, { policy: ours, facts });
    expect(actionsOf(report)).toContain('issue etcd-backup-client');
  });

  it('is in the checklist, in `--only`, and is expected', async () => {
    const report = await lintTree(addBackupClient(buildNode(), { commonName: 'x' }), {
      policy: ours,
      only: ['etcd-backup-client'],
    });
    expect(report.checklist).toMatchObject([{ role: 'etcd-backup-client', state: 'warning', signedBy: 'etcd-ca' }]);
    expect(names(report)).toEqual(['cert/common-name@etcd-backup-client']);
    const own = (await expectIn(buildNode(), ours)).find(({ role }) => role === 'etcd-backup-client');
    expect(own).toMatchObject({
      path: `/${path}`,
      commonName: 'etcd-backup',
      organizations: [],
      issuer: 'etcd-ca',
      usages: expect.arrayContaining(['clientAuth']),
    });
  });

  it('can have names of the node, and a path anywhere', async () => {
    const certificates = [
      {
        role: 'metrics',
        certificate: '/etc/metrics/tls.crt',
        parent: 'kubernetes-ca',
        kinds: ['server'],
        hosts: ['<hostname>', 'metrics.example.test'],
        on: 'any',
      },
    ] as const;
    const policy = policyWith({ certificates });
    const folder = await folderOf({}, (node) => node.directory('/etc/metrics'));
    expect(actionsOf(await write(folder, { policy }))).toEqual(['issue metrics']);
    const made = certificateAt(folder, 'etc/metrics/tls.crt');
    expect(made.subject).toBe('CN=metrics');
    expect(made.subjectAltName).toBe('DNS:cp-1, DNS:metrics.example.test');
    expect(await alarmsIn(folder, { policy })).toEqual([]);
  });

  it('can be requested, wherever it is', async () => {
    const certificates = [{ ...backupClient, certificate: '/etc/backup/client.crt', key: '/etc/backup/client.key' }];
    const policy = policyWith({ certificates });
    const folder = await folderOf({}, (node) =>
      node.directory('/etc/backup').remove('/etc/kubernetes/pki/etcd/ca.key'),
    );
    const requests = emptyFolder();
    await write(folder, { policy, only: ['etcd-backup-client'], csr: requests });
    expect([...filesIn(requests).keys()]).toEqual(['etcd-backup-client.csr', 'etcd-backup-client.key']);
  });

  it.each([
    [{ role: 'kube-etcd' }, 'certificates: kube-etcd: the role exists already'],
    [{ certificate: 'apiserver.crt' }, '/etc/kubernetes/pki/apiserver.crt is a file of kube-apiserver'],
    [{ certificate: 'sa.pub' }, 'is a file of service-account'],
    [{ certificate: '/etc/kubernetes/admin.conf' }, 'is a file of admin.conf'],
    [{ certificate: '/etc/kubernetes/manifests/etcd.yaml' }, 'is in /etc/kubernetes/manifests'],
    [{ key: '/var/lib/kubelet/kubeadm-flags.env' }, 'is in /var/lib/kubelet'],
    [{ key: 'etcd/backup-client.crt' }, 'is a file of etcd-backup-client'],
    [{ hosts: ['<host>'] }, 'unknown placeholder <host>'],
    [{ parent: 'etcd-root' }, 'unknown role "etcd-root"'],
  ])('that contradicts the tables is an error: %o', async (change, message) => {
    const policy = policyWith({ certificates: [{ ...backupClient, ...change }] });
    await expect(lintTree(buildNode(), { policy })).rejects.toThrow(message);
  });
});

describe('limits of a policy', () => {
  /** Without an algorithm. */
  const usual = { at, cwd: '/' };
  const rules = { 'cert/key-size': { rsa: 3072 }, 'cert/lifetime': { max: '90d' } };

  it('are those of new certificates', async () => {
    const policy = policyWith({ rules });
    const folder = await folderOf({}, (node) => node.remove('/etc/kubernetes/pki/front-proxy-client.crt'));
    const planned = await issue({ ...usual, policy, paths: [folder] });
    expect(planned.plan.actions).toMatchObject([{ certificate: { notAfter: '2027-03-01T00:00:00Z' } }]);
    await expect(issueIn(folder, { policy, algorithm: 'rsa-2048' })).rejects.toThrow('keys of rsa-2048 are too short');
    await expect(issueIn(folder, { policy, days: 365 })).rejects.toThrow('365 days are too long');
  });

  it('choose a longer key', async () => {
    const policy = policyWith({ rules: { 'cert/key-size': { rsa: 3072 } }, certificates: [backupClient] });
    const folder = await folderOf();
    const { plan } = await issue({ ...usual, policy, paths: [folder] });
    expect(plan.actions).toMatchObject([{ role: 'etcd-backup-client', algorithm: 'rsa-3072' }]);
  });

  it('differ between CAs and what they sign', async () => {
    const policy = policyWith({ rules: { 'authority/key-size': { ecdsa: 384 } } });
    const facts = { nodeName: 'cp-1', advertiseAddress: '192.0.2.10' };
    const { plan } = await issueIn(emptyFolder(), { policy, facts });
    const algorithmOf = (id: string) => plan.actions.find(({ role }) => role === id)?.algorithm;
    expect(['etcd-ca', 'kube-etcd', 'service-account'].map(algorithmOf)).toEqual([
      'ecdsa-p384',
      'ecdsa-p256',
      'ecdsa-p256',
    ]);
  });

  it('renew what they report', async () => {
    const policy = policyWith({ rules: { 'cert/ends-soon': { within: '60d' } } });
    const folder = await folderOf({}, (node) =>
      node.issue('front-proxy-client', { notBefore: '2026-01-20', notAfter: '2027-01-20' }),
    );
    expect(actionsOf(await issueIn(folder, { policy, renew: true }))).toEqual(['re-issue front-proxy-client']);
    expect(actionsOf(await issueIn(folder, { renew: true }))).toEqual([]);
  });
});

describe('names that a policy accepts', () => {
  it('are expected', async () => {
    const policy = policyWith({
      accept: [
        { role: 'kubernetes-ca', cn: ['Corp Kubernetes CA'] },
        { role: 'admin.conf', o: ['corp:platform'] },
        { role: 'kube-apiserver', sans: ['api.corp.test'] },
      ],
    });
    const expectations = await expectIn(buildNode(), policy);
    const of = (id: string) => expectations.find(({ role }) => role === id);
    expect(of('kubernetes-ca')).toMatchObject({
      commonName: 'kubernetes',
      accepted: { commonNames: ['Corp Kubernetes CA'] },
    });
    expect(of('admin.conf')?.organizations).toEqual(['corp:platform']);
    expect(of('kube-apiserver')?.accepted?.sans).toEqual(['api.corp.test']);
    const text = expectationText(expectations, textOptions);
    expect(text).toContain('CN=Corp Kubernetes CA');
    expect(text).toContain('accepted   api.corp.test');
  });

  it('stay in renewed certificates', async () => {
    const policy = policyWith({ accept: [{ role: 'kube-apiserver-etcd-client', cn: ['corp-api'] }] });
    const folder = await folderOf({}, (node) => node.issue('kube-apiserver-etcd-client', { commonName: 'corp-api' }));
    const options = { policy, replace: ['kube-apiserver-etcd-client'], only: ['kube-apiserver-etcd-client'] };
    const { plan } = await issueIn(folder, options);
    expect(plan.actions).toMatchObject([{ certificate: { commonName: 'corp-api' } }]);
  });

  it('that a component would refuse are not issued', async () => {
    const policy = policyWith({ accept: [{ role: 'kubelet.conf', o: ['corp:nodes'] }] });
    const kubelet = (await expectIn(buildNode(), policy)).find(({ role }) => role === 'kubelet.conf');
    expect(kubelet?.organizations).toEqual(['system:nodes']);
  });

  it.each([
    [{ role: 'kube-etdc', cn: ['x'] }, 'unknown role "kube-etdc"'],
    [{ role: 'etcd-ca', o: ['x'] }, 'o of etcd-ca has no effect'],
    [{ role: 'scheduler.conf', sans: ['x'] }, 'sans of scheduler.conf has no effect'],
  ] as const)('for which there is no rule are an error: %o', async (entry, message) => {
    await expect(lintTree(buildNode(), { policy: policyWith({ accept: [entry] }) })).rejects.toThrow(message);
  });
});

describe('ignored paths', () => {
  const withOld = () => {
    const node = buildNode();
    const key = node.read('/etc/kubernetes/pki/apiserver.key');
    return node.write('/etc/kubernetes/pki/old/stray.key', key, 0o644);
  };

  it('have no findings, and are counted', async () => {
    expect(names(await lintTree(withOld()))).not.toEqual([]);
    const report = await lintTree(withOld(), { policy: policyWith({ ignore: ['/etc/kubernetes/pki/old/**'] }) });
    expect(names(report)).toEqual([]);
    expect(report.summary.ignored).toBe(1);
    expect(report.inventory.filter((item) => item.path.includes('/old/'))).toEqual([]);
    expect(await reporters.table(report, textOptions)).toContain('1 file ignored');
  });

  it('are judged nevertheless if a component reads them, and the report says so', async () => {
    const node = withOld().issue('kube-apiserver', { notBefore: '2025-01-01', notAfter: '2026-01-01' });
    node.chmod('/etc/kubernetes/pki/apiserver.key', 0o644);
    const report = await lintTree(node, { policy: policyWith({ ignore: ['/etc/kubernetes/*'] }) });
    expect(names(report)).toEqual(
      expect.arrayContaining(['cert/expired@kube-apiserver', 'key/mode@/etc/kubernetes/pki/apiserver.key']),
    );
    const { notIgnored = [] } = report.policy ?? {};
    expect(notIgnored).toContainEqual({
      node: 'cp-1',
      path: '/etc/kubernetes/pki/apiserver.crt',
      by: 'kube-apiserver --tls-cert-file',
    });
    expect(notIgnored.map((one) => one.path)).toContain('/etc/kubernetes/manifests/etcd.yaml');
    const text = await reporters.table(report, textOptions);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Not ignored, although pki-lint.config.yaml says so: ');
  });

  it('do not hide a folder that contains what is read, nor a manifest, nor the key of a CA', async () => {
    const node = buildNode().chmod('/etc/kubernetes/pki/etcd/ca.key', 0o644);
    node.directory('/etc/kubernetes/pki', 0o777);
    const policy = policyWith({ ignore: ['*'] });
    const report = await lintTree(node, { policy });
    expect(names(report)).toEqual(names(await lintTree(node)));
  });
});

import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issueIn } from '../../src/api/issue.ts';
import { audit } from '../../src/api/lint.ts';
import type { Report } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import { NodeTree } from '../support/node-tree.ts';
import { askAll, lintTree } from './run.ts';
import { clientCa, known, row, serverCa, twoCasNode, twoCasWorker } from './two-cas.ts';

const briefly = ({ findings }: Report) =>
  findings.map(({ severity, rule, subject, expected }) => ({ severity, rule, subject, expected }));

const embedded = (text: string, field: string): X509Certificate =>
  new X509Certificate(Buffer.from(new RegExp(`${field}: (.*)`).exec(text)?.[1] ?? '', 'base64'));

const isOf = (certificate: X509Certificate, ca: { readonly pem: string }) =>
  certificate.verify(new X509Certificate(ca.pem).publicKey);

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'two-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

const found = (rule: string, subject: string, expected: string) => ({ severity: 'error', rule, subject, expected });

describe('a node with a CA for servers and one for clients', () => {
  it('is healthy without a finding, and every command answers', async () => {
    const { report, graph, expectations, expiries, blasts } = await askAll(twoCasNode(), known);
    expect(report.failures).toEqual([]);
    expect(report.findings).toEqual([]);
    expect(report.nodes).toMatchObject([{ layout: 'two-cas', role: 'control-plane', pki: '/opt/two/tls' }]);
    expect(report.checklist.map(({ role, state }) => `${role} ${state}`)).toEqual(
      [
        ...['front-proxy-ca', 'client-ca', 'server-ca'],
        ...['kube-apiserver', 'kube-apiserver-kubelet-client', 'front-proxy-client', 'kubelet-serving'],
        ...['admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf', 'agent.conf'],
      ].map((role) => `${role} ok`),
    );
    expect(report.connections.map(({ id, verdict }) => `${id} ${verdict}`).toSorted()).toEqual(
      [
        ...['kube-apiserver-kubelet', 'kubelet-kube-apiserver', 'kube-controller-manager-kube-apiserver'],
        ...['kube-scheduler-kube-apiserver', 'admin-kube-apiserver', 'aggregator-extension', 'signed-kube-apiserver'],
        'agent-kube-apiserver',
      ]
        .map((id) => `${id} ok`)
        .toSorted(),
    );
    const issuers = expectations.map(({ role, issuer }) => [role, issuer]);
    expect(issuers).toContainEqual(['kube-apiserver', 'server-ca']);
    expect(issuers).toContainEqual(['kubelet-serving', 'server-ca']);
    expect(issuers).toContainEqual(['scheduler.conf', 'client-ca']);
    expect(expectations.find(({ role }) => role === 'client-ca')?.arguments).toHaveLength(5);
    expect([graph.nodes.length > 10, expiries.length, blasts.length]).toEqual([true, 12, 12]);
  });

  it.each([
    ['kube-apiserver', 'server-ca', { server: clientCa }],
    ['kube-apiserver-kubelet-client', 'client-ca', { 'kubelet-client': serverCa }],
    ['agent.conf', 'client-ca', { agent: serverCa }],
  ] as const)('%s is wrong if %s did not sign it', async (role, ca, signers) => {
    const [first, ...others] = (await lintTree(twoCasNode(signers), known)).findings;
    expect(others).toEqual([]);
    expect(first).toMatchObject({ severity: 'error', rule: 'cert/issuer', subject: role });
    expect(`${first?.expected} ${first?.message}`).toContain(ca);
    const own = row.changes.connections?.find(({ presents }) => presents === role)?.id;
    expect(first?.breaks).toContain(
      own ?? (role === 'kube-apiserver' ? 'agent-kube-apiserver' : 'kube-apiserver-kubelet'),
    );
  });

  it('gives clients the CA of servers, and servers the CA of clients', async () => {
    const tree = twoCasNode();
    const data = Buffer.from(clientCa.pem).toString('base64');
    tree.edit('/opt/two/access/scheduler.conf', (text) =>
      text.replace(/certificate-authority-data: .*/, `certificate-authority-data: ${data}`),
    );
    tree.edit('/opt/two/manifests/kube-controller-manager.yaml', (text) =>
      text.replace('--root-ca-file=/opt/two/tls/server-ca.crt', '--root-ca-file=/opt/two/tls/client-ca.crt'),
    );
    tree.edit('/opt/two/manifests/kube-apiserver.yaml', (text) =>
      text.replace('--client-ca-file=/opt/two/tls/client-ca.crt', '--client-ca-file=/opt/two/tls/server-ca.crt'),
    );
    expect(briefly(await lintTree(tree, known))).toEqual([
      found('argument/target', 'kube-apiserver --client-ca-file', '/opt/two/tls/client-ca.crt'),
      found('kubeconfig/authority', 'scheduler.conf', 'the certificate of server-ca'),
      found('argument/target', 'kube-controller-manager --root-ca-file', '/opt/two/tls/server-ca.crt'),
    ]);
  });

  it('misses what only this layout has', async () => {
    const tree = twoCasNode().remove('/opt/two/access/agent.conf').remove('/opt/two/tls/kubelet.crt');
    tree.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
      text.replace(/="/, '="--machine-id-file=/opt/two/machine-id '),
    );
    const report = await lintTree(tree, known);
    expect(briefly(report)).toEqual([
      found('argument/file', 'kubelet --machine-id-file', '/opt/two/machine-id'),
      found('cert/present', 'kubelet-serving', '/opt/two/tls/kubelet.crt'),
      { ...found('kubeconfig/present-admin', 'agent.conf', '/opt/two/access/agent.conf'), severity: 'warning' },
    ]);
    expect(report.findings.flatMap(({ fix }) => fixLines(fix)).join('\n')).toContain('twoctl make agent.conf');
  });
});

describe('a worker of that layout', () => {
  it('has the files of rows that exist on workers, and no others', async () => {
    const { report, expectations } = await askAll(twoCasWorker(), known);
    expect(report.nodes).toMatchObject([{ layout: 'two-cas', role: 'worker' }]);
    expect(report.findings).toEqual([]);
    const there = ['client-ca', 'server-ca', 'kubelet-serving', 'kubelet.conf', 'agent.conf'];
    expect(report.checklist.filter(({ state }) => state === 'ok').map(({ role }) => role)).toEqual(there);
    expect(expectations.map(({ role }) => role)).toEqual(there);
  });

  it('misses them', async () => {
    const lost = ['kubelet.crt', 'kubelet.key'].reduce(
      (tree, file) => tree.remove(`/opt/two/tls/${file}`),
      twoCasWorker(),
    );
    expect(briefly(await lintTree(lost.remove('/opt/two/access/agent.conf'), known))).toEqual([
      found('cert/present', 'kubelet-serving', '/opt/two/tls/kubelet.crt'),
      { ...found('kubeconfig/present-admin', 'agent.conf', '/opt/two/access/agent.conf'), severity: 'warning' },
    ]);
  });

  it('is one cluster with its control plane', async () => {
    const roots = [twoCasNode(), twoCasWorker()].map(onDisk);
    const { report, clusters } = await audit({ at, cwd: '/', paths: roots }, known);
    expect(report.findings).toEqual([]);
    expect(clusters).toHaveLength(1);
    expect(report.connections.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  });
});

describe('issuing with two CAs', () => {
  it('signs with the CA of each row, and embeds the one that signs servers', async () => {
    const lost = ['tls/apiserver.crt', 'tls/apiserver.key', 'access/scheduler.conf', 'access/agent.conf'];
    const root = onDisk(lost.reduce((tree, path) => tree.remove(`/opt/two/${path}`), twoCasNode()));
    const { exitCode, failure } = await issueIn(
      { at, cwd: '/', algorithm: 'ecdsa-p256', paths: [row.pki], rootfs: root, write: true },
      known,
    );
    expect([exitCode, failure]).toEqual([0, null]);
    const read = (path: string) => readFileSync(`${root}/opt/two/${path}`, 'utf8');
    expect(isOf(new X509Certificate(read('tls/apiserver.crt')), serverCa)).toBe(true);
    for (const path of ['access/scheduler.conf', 'access/agent.conf']) {
      expect(isOf(embedded(read(path), 'client-certificate-data'), clientCa)).toBe(true);
      expect(isOf(embedded(read(path), 'certificate-authority-data'), serverCa)).toBe(true);
    }
    const { report } = await audit({ at, cwd: '/', paths: [root] }, known);
    expect(briefly(report)).toEqual([]);
  });

  it('makes a new control plane', async () => {
    const root = onDisk(new NodeTree());
    const facts = { nodeName: 'cp-1', advertiseAddress: '192.0.2.10' };
    const options = { at, cwd: '/', algorithm: 'ecdsa-p256', paths: ['/opt/two'], rootfs: root, facts } as const;
    const { plan, exitCode, failure } = await issueIn({ ...options, write: true }, known);
    expect([exitCode, failure, plan.refusals]).toEqual([0, null, []]);
    expect(plan.actions.map(({ role }) => role).sort()).toEqual(known.layouts[0].roles.toSorted());
    const { report } = await audit({ at, cwd: '/', paths: [root] }, known);
    expect(report.checklist.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(briefly(report).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

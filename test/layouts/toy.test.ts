import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issueIn } from '../../src/api/issue.ts';
import { audit } from '../../src/api/lint.ts';
import { type IssueOptions, type LintOptions, lint, type Report } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { known, row, toyNode } from './toy.ts';

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'toy-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

async function lintToy(options: LintOptions): Promise<Report> {
  return (await audit({ at, cwd: '/', ...options }, known)).report;
}

const lintTree = async (tree: NodeTree) => {
  const archive = await tree.toTar();
  return lintToy({ paths: ['-'], stdin: () => Readable.from([archive]) });
};

const errorsOf = ({ findings }: Report) => findings.filter(({ severity }) => severity === 'error');

const issueToy = (root: string, options: IssueOptions = {}) =>
  issueIn({ at, cwd: '/', algorithm: 'ecdsa-p256', paths: [row.pki], rootfs: root, ...options }, known);

describe('a node of another layout', () => {
  it('is recognised, in an archive and on disk, from its root, its home and its PKI', async () => {
    const root = onDisk(toyNode());
    const paths = [root, `${root}/srv/toy`, `${root}/srv/toy/tls`, `${root}/srv/toy/access`, `${root}/var/toy/kubelet`];
    const reports = [await lintTree(toyNode()), ...(await Promise.all(paths.map((one) => lintToy({ paths: [one] }))))];
    for (const report of reports) {
      expect(report.failures).toEqual([]);
      expect(report.nodes).toMatchObject([{ layout: 'toy', role: 'control-plane', pki: row.pki, name: 'cp-1' }]);
    }
  });

  it('has no error where it is healthy, and every role in its place', async () => {
    const report = await lintTree(toyNode());
    expect(errorsOf(report)).toEqual([]);
    const rows = report.checklist.filter(({ state }) => state !== 'not-applicable');
    expect(rows.map(({ path }) => path).filter((path) => !path.startsWith('/srv/toy/'))).toEqual([]);
    expect(report.checklist.map(({ role }) => role)).not.toContain('super-admin.conf');
    expect(rows.find(({ role }) => role === 'controller-manager.conf')?.path).toBe('/srv/toy/access/manager.access');
    expect(report.connections.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(report.summary.arguments).toBeGreaterThan(30);
  });

  it('has its arguments read, each with its place in the unit', async () => {
    const tree = toyNode();
    tree.edit('/srv/toy/units/kube-apiserver', (text) => text.replace('/srv/toy/tls/api.pem', '/srv/toy/tls/gone.pem'));
    const found = errorsOf(await lintTree(tree)).find(({ rule }) => rule === 'argument/file');
    expect(found).toMatchObject({ path: '/srv/toy/units/kube-apiserver', line: expect.any(Number) });
    expect(found?.message).toContain('/srv/toy/tls/gone.pem');
    expect(JSON.stringify(found?.fix)).toContain('/srv/toy/tls/api.pem');
  });

  it('has a finding at its own path, and is put right by its own commands', async () => {
    const tree = toyNode().remove('/srv/toy/tls/api.pem').remove('/srv/toy/tls/api-key.pem');
    const errors = errorsOf(await lintTree(tree));
    expect(errors).toMatchObject([{ rule: 'cert/present', subject: 'kube-apiserver', path: '/srv/toy/tls/api.pem' }]);
    const lines = fixLines(errors[0]?.fix ?? []).join('\n');
    expect(lines).toContain('toyctl make kube-apiserver');
    expect(lines).not.toMatch(/kubeadm|\/etc\/kubernetes/);
  });

  it('is not taken for one of kubeadm, nor the other way round', async () => {
    const archive = await buildNode().toTar();
    const kubeadm = await lintToy({ paths: ['-'], stdin: () => Readable.from([archive]) });
    expect(kubeadm).toEqual(await lint({ at, cwd: '/', paths: ['-'], stdin: () => Readable.from([archive]) }));
    expect(kubeadm.nodes).toMatchObject([{ layout: 'kubeadm' }]);
  });
});

describe('issuing in another layout', () => {
  const damaged = () =>
    onDisk(toyNode().remove('/srv/toy/tls/store/peer.pem').remove('/srv/toy/tls/store/peer-key.pem'));

  it('plans the files that it names, and what its own commands restart', async () => {
    const root = damaged();
    const { plan, exitCode } = await issueToy(root);
    expect(plan.actions).toMatchObject([
      { role: 'kube-etcd-peer', target: { path: '/srv/toy/tls/store/peer.pem' }, after: 'the toy picks it up' },
    ]);
    expect(plan.next.flatMap(({ command }) => command ?? [])).toEqual(['toyctl restart kube-controller-manager']);
    expect([exitCode, existsSync(`${root}/srv/toy/tls/store/peer.pem`)]).toEqual([1, false]);
  });

  it('writes them, and lint has nothing to complain about', async () => {
    const root = damaged();
    expect(errorsOf(await lintToy({ paths: [root] }))).toHaveLength(1);
    const { result, exitCode, failure } = await issueToy(root, { write: true });
    expect([exitCode, failure]).toEqual([0, null]);
    expect([...(result?.written ?? [])].sort()).toEqual([
      `${root}/srv/toy/tls/store/peer-key.pem`,
      `${root}/srv/toy/tls/store/peer.pem`,
    ]);
    expect(errorsOf(await lintToy({ paths: [root] }))).toEqual([]);
  });

  it('writes a kubeconfig where the layout keeps it', async () => {
    const root = onDisk(toyNode().remove('/srv/toy/access/scheduler.access'));
    const { exitCode } = await issueToy(root, { write: true });
    expect([exitCode, existsSync(`${root}/srv/toy/access/scheduler.access`)]).toEqual([0, true]);
    expect(errorsOf(await lintToy({ paths: [root] }))).toEqual([]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issueIn } from '../../src/api/issue.ts';
import { audit } from '../../src/api/lint.ts';
import type { Report } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { harbourNode, harbourWorker, known } from './harbour.ts';
import { askAll, lintTree } from './run.ts';

const named = ({ findings }: Report) => findings.map(({ severity, rule, subject }) => `${severity} ${rule}@${subject}`);

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'harbour-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

describe('a layout that is data only, and unlike that of kubeadm', () => {
  it.each([
    ['control-plane', harbourNode, 13],
    ['worker', harbourWorker, 6],
  ] as const)('has a quiet %s, and every command answers', async (role, make, files) => {
    const { report, graph, expectations } = await askAll(make(), known);
    expect(report.failures).toEqual([]);
    expect(named(report)).toEqual([]);
    expect(report.nodes).toMatchObject([{ layout: 'harbour', role }]);
    expect(report.checklist.filter(({ state }) => state === 'ok')).toHaveLength(files);
    expect(report.connections.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect([expectations.length, graph.nodes.length > 5]).toEqual([files, true]);
  });

  it.each([
    [
      'the second certificate of a role is lost',
      (tree: NodeTree) => tree.remove('/opt/harbour/tls/relay_1.crt'),
      'error cert/present@kubelet-serving /opt/harbour/tls/relay_1.crt',
      'harbourctl make kubelet-serving',
    ],
    [
      'a unit names a file that does not exist',
      (tree: NodeTree) =>
        tree.edit('/etc/systemd/system/relay2.service', (text) => text.replace('relay_1.crt', 'gone.crt')),
      'error argument/file@relay2 --serving-cert',
      '/opt/harbour/tls/relay_1.crt',
    ],
    [
      'clients are verified with the CA of servers',
      (tree: NodeTree) =>
        tree.edit('/etc/systemd/system/kube-apiserver.service', (text) =>
          text.replace('--client-ca-file=/opt/harbour/tls/client-ca', '--client-ca-file=/opt/harbour/tls/server-ca'),
        ),
      'error argument/target@kube-apiserver --client-ca-file',
      '/opt/harbour/tls/client-ca.crt',
    ],
  ] as const)('finds that %s, and its fix is its own', async (_, change, finding, fix) => {
    const tree = harbourNode();
    change(tree);
    const report = await lintTree(tree, known);
    expect(named(report)).toEqual([finding]);
    const lines = report.findings.flatMap((one) => fixLines(one.fix)).join('\n');
    expect(lines).toContain(fix);
    expect(lines).not.toMatch(/kubeadm|\/etc\/kubernetes|manifests/);
  });

  it('issues what is missing, and is quiet afterwards', async () => {
    const lost = ['tls/apiserver.crt', 'tls/apiserver.key', 'tls/relay_1.crt', 'tls/relay_1.key', 'access/agent.conf'];
    const root = onDisk(lost.reduce((tree, path) => tree.remove(`/opt/harbour/${path}`), harbourNode()));
    const options = { at, cwd: '/', algorithm: 'ecdsa-p256', rootfs: root, write: true } as const;
    const { exitCode, failure, result } = await issueIn(options, known);
    expect([exitCode, failure]).toEqual([0, null]);
    expect([...(result?.written ?? [])].map((path) => path.slice(root.length)).sort()).toEqual(
      lost.map((path) => `/opt/harbour/${path}`).sort(),
    );
    const { report } = await audit({ at, cwd: '/', rootfs: root }, known);
    expect(named(report)).toEqual([]);
  });
});

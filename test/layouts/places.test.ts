import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { audit } from '../../src/api/lint.ts';
import type { LintOptions, Report } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { known, yardNode, yardWorker } from './yard.ts';

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'yard-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

const lintYard = async (options: LintOptions): Promise<Report> =>
  (await audit({ at, cwd: '/', ...options }, known)).report;

const lintTree = async (tree: NodeTree): Promise<Report> => {
  const archive = await tree.toTar();
  return lintYard({ paths: ['-'], stdin: () => Readable.from([archive]) });
};

it.each([
  [
    'a control plane',
    'control-plane',
    yardNode,
    ['opt/yard', 'opt/yard/server', 'opt/yard/access', 'etc/systemd/system'],
  ],
  ['a worker', 'worker', yardWorker, ['opt/yard', 'opt/yard/agent', 'srv/yard-agent', 'var/lib/kubelet']],
] as const)(
  '%s is recognised by signs, in an archive, on disk and from its folders',
  async (_, role, make, folders) => {
    const root = onDisk(make());
    const paths = [root, ...folders.map((folder) => join(root, folder))];
    const reports = [await lintTree(make()), ...(await Promise.all(paths.map((path) => lintYard({ paths: [path] }))))];
    for (const report of reports) {
      expect(report.failures).toEqual([]);
      expect(report.nodes).toMatchObject([{ layout: 'yard', role, name: 'cp-1', pki: '/opt/yard/server' }]);
    }
  },
);

it.each([
  ['a control plane', yardNode],
  ['a worker', yardWorker],
] as const)('%s without static pods and backups is quiet', async (_, make) => {
  const report = await lintTree(make());
  const loud = report.findings.filter(({ severity }) => severity !== 'info');
  expect(loud.map(({ rule, subject, message }) => `${rule}@${subject}: ${message}`)).toEqual([]);
  expect(report.exitCode).toBe(0);
});

const errorsOf = ({ findings }: Report) => findings.filter(({ severity }) => severity === 'error');
const scheduler = '/opt/yard/bin/flags';

it('says by words what sets an argument that no file sets, and prints no edit of it', async () => {
  const tree = yardNode().edit(scheduler, (text) => text.replace(/^--kubeconfig=.*$/m, '--kubeconfig=/opt/yard/gone'));
  const report = await lintTree(tree);
  const [error, ...others] = errorsOf(report);
  expect(others).toEqual([]);
  expect(error).toMatchObject({
    rule: 'argument/file',
    subject: 'kube-scheduler --kubeconfig',
    path: '/opt/yard/server',
    line: 1,
    source: null,
    message: expect.stringMatching(/\(set by yard v1\.35\)$/),
  });
  expect([fixLines(error?.fix ?? [])]).toEqual([['yard v1.35 sets it, not a file of this node']]);
  const again = await lintTree(tree);
  expect(errorsOf(again)[0]?.fingerprint).toBe(error?.fingerprint);
});

it('prints no path of a place that it does not have', async () => {
  const tree = yardNode();
  for (const path of [
    '/opt/yard/server/apiserver.crt',
    '/opt/yard/server/etcd/peer.key',
    '/opt/yard/access/admin.conf',
  ])
    tree.remove(path);
  const report = await lintTree(tree);
  expect(report.findings.map(({ rule, subject }) => `${rule}@${subject}`).sort()).toEqual([
    'cert/key@kube-etcd-peer',
    'cert/present@kube-apiserver',
    'kubeconfig/present-admin@admin.conf',
  ]);
  const said = JSON.stringify([report.findings, report.nodes, report.skipped, report.notChecked]);
  expect(/undefined|manifest|bootstrap/.exec(said)).toBeNull();
  expect(report.nodes[0]).not.toHaveProperty('missing');
});

it('refuses an option for a folder that such nodes do not have', async () => {
  const root = onDisk(yardNode());
  const manifests = join(root, 'opt/yard/access');
  await expect(lintYard({ paths: [root], manifests })).rejects.toThrow('nodes of yard have no such directory');
});

it('reads and judges every folder of certificates', async () => {
  const tree = yardWorker().link('/srv/yard-agent/gone.crt', '/srv/yard-agent/nowhere.crt');
  const { findings, inventory } = await lintTree(tree);
  expect(findings.map(({ rule, path }) => [rule, path])).toEqual([['file/stray', '/srv/yard-agent/gone.crt']]);
  expect(inventory.map(({ path }) => path)).toContain('/srv/yard-agent/ca.crt');
});

it('has each argument of a unit at its place, whatever the unit is called', async () => {
  const tree = yardNode().edit('/etc/systemd/system/api.service', (text) =>
    text.replace('/opt/yard/server/apiserver.crt', '/opt/yard/server/gone.crt'),
  );
  expect(errorsOf(await lintTree(tree))).toMatchObject([
    { rule: 'argument/file', path: '/etc/systemd/system/api.service', subject: 'kube-apiserver --tls-cert-file' },
  ]);
});

it("reads etcd's configuration file and its variables, and the user of its unit", async () => {
  const unit = '/etc/systemd/system/store.service';
  const [byFile, byVariable] = [yardNode(), yardNode()];
  byFile.write('/opt/yard/etcd.yaml', 'client-transport-security:\n  cert-file: /opt/yard/server/gone.crt\n', 0o600);
  byFile.write(unit, '[Service]\nExecStart=/opt/yard/bin/etcd --config-file=/opt/yard/etcd.yaml\n', 0o644);
  byVariable.edit(unit, (text) =>
    text
      .replace('[Service]', '[Service]\nUser=etcd\nEnvironment=ETCD_CERT_FILE=/opt/yard/server/gone.crt')
      .replace(/ *--cert-file=.*\n/, ''),
  );
  const gone = { rule: 'argument/file', message: expect.stringContaining('/opt/yard/server/gone.crt') };
  const ofFile = errorsOf(await lintTree(byFile));
  expect(ofFile.find(({ rule }) => rule === 'argument/file')).toMatchObject({
    ...gone,
    path: '/opt/yard/etcd.yaml',
    line: 2,
  });
  const ofVariable = errorsOf(await lintTree(byVariable));
  expect(ofVariable.find(({ rule }) => rule === 'argument/file')).toMatchObject({ ...gone, path: unit });
});

it('takes the first sign that matches, and reads only the beginning of a file', async () => {
  const both = yardNode().write('/opt/yard/is-worker', '', 0o644);
  expect((await lintTree(both)).nodes).toMatchObject([{ layout: 'yard', role: 'control-plane' }]);
  const late = yardWorker().edit('/etc/systemd/system/agent.service', (text) => `${'#\n'.repeat(200_000)}${text}`);
  expect((await lintTree(late)).nodes.map(({ layout }) => layout)).not.toContain('yard');
});

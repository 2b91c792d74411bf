/** Folders and roots in which nothing shows what reads a certificate. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lint } from '../src/index.ts';
import { table } from '../src/report/terminal/table.ts';
import { at, lintTree, names } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { privateKeyPem } from './support/keys.ts';
import { NodeTree } from './support/node-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'unnamed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const renamed = {
  'pki/ca': 'root',
  'pki/apiserver': 'api',
  'pki/apiserver-kubelet-client': 'api-client',
  'pki/etcd/server': 'etcd',
  'pki/etcd/peer': 'peer',
  'pki/front-proxy-client': 'proxy',
};

/** Certificates of a node under names that are not documented, with their keys. */
function others(node: NodeTree, to: string): NodeTree {
  const tree = new NodeTree();
  for (const [path, name] of Object.entries(renamed)) {
    for (const ending of ['crt', 'key']) {
      tree.write(`${to}/${name}.${ending}`, node.read(`${path}.${ending}`), ending === 'key' ? 0o600 : 0o644);
    }
  }
  return tree;
}

const expired = () => buildNode().issue('kube-apiserver', { notAfter: '2026-11-30' });

/** The findings and the summary of a folder. */
async function linted(tree: NodeTree, name: string, path: string) {
  tree.toDisk(join(folder, name));
  const report = await lint({ at, paths: [join(folder, name, path)] });
  const text = await table(report, { quiet: false, verbose: false, width: 200, color: false });
  return { names: names(report), exitCode: report.exitCode, summary: text };
}

it('a folder of certificates: one of them has expired', async () => {
  expect(await linted(others(expired(), '/certs'), 'certs', 'certs')).toEqual({
    names: ['cert/expired@/etc/kubernetes/pki/api.crt'],
    exitCode: 1,
    summary: expect.stringContaining('/etc/kubernetes/pki/api.crt'),
  });
});

it('the same with the CA in its documented place', async () => {
  const tree = others(expired(), '/certs')
    .move('/certs/root.crt', '/certs/ca.crt')
    .move('/certs/root.key', '/certs/ca.key');
  expect(await linted(tree, 'with-ca', 'certs')).toMatchObject({
    names: ['cert/expired@/etc/kubernetes/pki/api.crt'],
    exitCode: 1,
  });
});

it('a root file system without any of the documented folders', async () => {
  const tree = others(expired(), '/var/lib/other/tls').write('/etc/os-release', '');
  tree.write('/var/lib/other/.cache/old.crt', expired().read('pki/apiserver.crt'));
  const finding = 'cert/expired@/var/lib/other/tls/api.crt';
  expect(await linted(tree, 'root', '')).toMatchObject({ names: [finding], exitCode: 1 });
  expect(names(await lintTree(tree))).toEqual([finding]);
});

it('backups of what has expired are no part of the PKI, but every user must not read their keys', async () => {
  const own = others(buildNode(), '/var/lib/other/tls').write('/etc/os-release', '');
  const [old, key] = [expired().read('pki/apiserver.crt'), privateKeyPem(buildNode().key('front-proxy-client'))];
  for (const folder of ['tls.bak', 'backup-1', 'old', 'tls-2025-01-01', 'tls-1732406400', 'tmp'])
    own.write(`/var/lib/other/${folder}/api.crt`, old).write(`/var/lib/other/${folder}/api.key`, key, 0o600);
  for (const name of ['api-old', 'api.bak', 'api-20250101', 'api.2025-01-01'])
    own.write(`/var/lib/other/tls/${name}.crt`, old).write(`/var/lib/other/tls/${name}.key`, key, 0o600);
  own.chmod('/var/lib/other/old/api.key', 0o644);
  expect(names(await lintTree(own))).toEqual(['key/mode@/var/lib/other/old/api.key']);
});

it.each(['backup-client.crt', 'older/api.crt', 'golden/ca-2025.crt', 'templates/ca.crt', 'tls-1/api.crt'])(
  '%s is not a backup',
  async (path) => {
    const own = others(buildNode(), '/var/lib/other/tls').write('/etc/os-release', '');
    own.write(`/var/lib/other/tls/${path}`, expired().read('pki/apiserver.crt'));
    expect(names(await lintTree(own))).toEqual([`cert/expired@/var/lib/other/tls/${path}`]);
  },
);

it('a key of another certificate, and a key that every user can read', async () => {
  const tree = others(buildNode(), '/certs');
  tree
    .write('/certs/api.key', privateKeyPem(buildNode().key('front-proxy-client')), 0o600)
    .chmod('/certs/root.key', 0o644);
  expect((await linted(tree, 'keys', 'certs')).names).toEqual([
    'cert/pair@/etc/kubernetes/pki/api.crt',
    'key/mode-signing@/etc/kubernetes/pki/root.key',
  ]);
});

it('all is well', async () => {
  expect(await linted(others(buildNode(), '/certs'), 'well', 'certs')).toMatchObject({ names: [], exitCode: 0 });
});

it('copies next to a documented certificate are not in use', async () => {
  const tree = others(expired(), '/certs').write('/certs/apiserver.crt', buildNode().read('pki/apiserver.crt'));
  tree.write('/certs/apiserver.key', buildNode().read('pki/apiserver.key'), 0o600);
  expect((await linted(tree, 'copies', 'certs')).names).not.toContain('cert/expired@/etc/kubernetes/pki/api.crt');
});

it('what nothing reads is one info with its dates, and no part of the next expiry', async () => {
  const node = buildNode();
  node.write('pki/old/apiserver.crt', expired().read('pki/apiserver.crt'));
  node.write(
    'pki/old/soon.crt',
    buildNode().issue('kube-apiserver', { notAfter: '2026-12-24' }).read('pki/apiserver.crt'),
  );
  const report = await lintTree(node);
  const [finding] = report.findings.filter(({ rule }) => rule === 'file/unused');
  expect(finding?.related.map(({ message }) => message)).toEqual([
    'not in use, expired on 2026-11-30',
    'not in use, expires on 2026-12-24',
  ]);
  expect(report.inventory.filter(({ path }) => path.includes('/old/')).map(({ judged }) => judged)).toEqual([
    false,
    false,
  ]);
  expect(await table(report, { quiet: false, verbose: false, width: 200, color: false })).toContain(
    'Next expiry: 2027-11-24',
  );
});

it('what nothing reads is listed where only etcd runs, too', async () => {
  const all = buildNode();
  const node = new NodeTree();
  for (const name of ['ca.crt', 'server.crt', 'server.key', 'peer.crt', 'peer.key', 'healthcheck-client.crt'])
    node.write(`pki/etcd/${name}`, all.read(`pki/etcd/${name}`), name.endsWith('.key') ? 0o600 : 0o644);
  node.write('pki/etcd/healthcheck-client.key', all.read('pki/etcd/healthcheck-client.key'), 0o600);
  node.write('manifests/etcd.yaml', all.read('manifests/etcd.yaml'), 0o600);
  node.write('pki/etcd/stray.crt', expired().read('pki/apiserver.crt'));
  const report = await lintTree(node);
  expect(report.nodes.map(({ role }) => role)).toEqual(['etcd']);
  expect(names(report)).toEqual(['file/unused@cp-1']);
});

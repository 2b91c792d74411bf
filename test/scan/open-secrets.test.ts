/** Copies of keys and kubeconfigs that all users can read: each file below the folders of a node is searched. */
import { describe, expect, it } from 'vitest';
import { lintTree, names } from '../cases/harness.ts';
import { copyOf, lintCopies, verdictsOf } from '../collect/support.ts';
import { buildNode } from '../support/build-node.ts';
import { fixLines } from '../support/fix-lines.ts';
import type { NodeTree } from '../support/node-tree.ts';

const home = '/etc/kubernetes';
const admin = (node: NodeTree) => node.read(`${home}/admin.conf`);
const caKey = (node: NodeTree) => node.read(`${home}/pki/ca.key`);
const leafKey = (node: NodeTree) => node.read(`${home}/pki/apiserver.key`);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('latin1');
const token = 'apiVersion: v1\nkind: Config\nusers:\n- name: x\n  user:\n    token: abcdef.0123456789abcdef\n';

/** A file that nothing names, its content, and the rule that finds it if all users can read it. */
const copies: readonly (readonly [path: string, content: (node: NodeTree) => string, rule: string])[] = [
  ['admin.conf.old', admin, 'key/mode'],
  ['admin.conf.bak', admin, 'key/mode'],
  ['admin.conf~', admin, 'key/mode'],
  ['.admin.conf.swp', admin, 'key/mode'],
  ['backup/admin.conf', admin, 'key/mode'],
  ['backup/2026/11/anything', admin, 'key/mode'],
  [
    'token.conf.bak',
    () => `${token}current-context: x\ncontexts:\n- name: x\n  context: {user: x, cluster: x}\n`,
    'key/mode',
  ],
  ['backup/ca.key', caKey, 'key/mode-signing'],
  ['notes.txt', (node) => `the key of the CA:\n\n${caKey(node)}`, 'key/mode-signing'],
  ['pki/ca.key.bak', caKey, 'key/mode-signing'],
  ['pki/old/server.txt', leafKey, 'key/mode'],
  ['pki/bom.key', (node) => `\u00ef\u00bb\u00bf${leafKey(node)}`, 'key/mode'],
  ['pki/blank.key', (node) => ` \n\t${leafKey(node)}`, 'key/mode'],
  ['pki/nul.key', (node) => `\0${leafKey(node)}`, 'key/mode'],
  ['pki/utf16.key', (node) => utf16(leafKey(node)), 'key/mode'],
  ['patch.diff', (node) => leafKey(node).replace(/^/gm, '+'), 'key/mode'],
  ['secret.yaml', (node) => `tls.key: ${Buffer.from(admin(node)).toString('base64')}`, 'key/mode'],
  ['/root/.kube/config.bak', admin, 'key/mode'],
];

const tree = () => {
  const node = buildNode();
  return node.write('/root/.kube/config', admin(node));
};

describe.each(copies)('%s', (path, content, rule) => {
  const at = path.startsWith('/') ? path : `${home}/${path}`;

  it('is found if all users can read it', async () => {
    const node = tree();
    node.write(at, content(node), 0o644);
    const report = await lintTree(node);
    expect(names(report)).toContain(`${rule}@${at}`);
    const found = report.findings.find((one) => one.rule === rule);
    expect(found && fixLines(found.fix)).toContain(`chmod 600 ${at.endsWith('~') ? `'${at}'` : at}`);
  });

  it('is nothing new to a copy of the node', async () => {
    const node = tree();
    node.write(at, content(node), 0o644);
    expect(verdictsOf(await lintCopies([node]))).toEqual(verdictsOf(await lintTree(node)));
    const [, text] = (await copyOf(node)).files[1] ?? [];
    expect(text).not.toContain(leafKey(node).split('\n')[1]);
  });

  it('is not, if only root can read it, or reach it', async () => {
    const node = tree();
    node.write(at, content(node), 0o600);
    expect(names(await lintTree(node)).filter((name) => name.startsWith('key/'))).toEqual([]);
    const closed = tree();
    closed.write(at, content(closed), 0o644).directory(at.slice(0, at.lastIndexOf('/')), 0o700);
    expect(names(await lintTree(closed)).filter((name) => name.startsWith('key/'))).toEqual([]);
  });
});

/** What fixes move, remove and overwrite is needed by nothing but the role that the finding is about. */
import { expect, it } from 'vitest';
import { inFolder } from '../../src/artifact/paths.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import type { FixStep } from '../../src/results/finding.ts';
import { groups } from '../cases/all.ts';
import { type Case, lintTree, pkiOf, treeOf } from '../cases/harness.ts';
import { setFlags } from '../cases/manifest-edits.ts';
import { naming } from '../support/dead-ends.ts';
import type { NodeTree } from '../support/node-tree.ts';

const pki = '/etc/kubernetes/pki';
const expired = { notBefore: '2024-11-20', notAfter: '2025-11-20' } as const;
const wrong = { usages: ['codeSigning'] } as const;
const peerServes = (node: NodeTree) =>
  setFlags(node, 'etcd', { 'peer-cert-file': `${pki}/etcd/server.crt`, 'peer-key-file': `${pki}/etcd/server.key` });
const oneClient = (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', {
    'kubelet-client-certificate': `${pki}/apiserver.crt`,
    'kubelet-client-key': `${pki}/apiserver.key`,
  });

/** One file of several roles. */
const shared: readonly Pick<Case, 'name' | 'node' | 'change'>[] = [
  {
    name: 'one pair of etcd serves clients and peers, and is wrong',
    change: (node) => peerServes(node).issue('kube-etcd', wrong),
  },
  {
    name: 'one pair of etcd serves clients and peers, and has expired',
    change: (node) => peerServes(node).issue('kube-etcd', expired),
  },
  { name: 'kube-apiserver is a client of kubelets with its serving pair', change: oneClient },
  { name: 'and that is wrong', change: (node) => oneClient(node).issue('kube-apiserver', wrong) },
  {
    name: 'tokens are signed with the key of kube-apiserver',
    change: (node) => node.write('pki/sa.key', node.read('pki/apiserver.key')),
  },
  {
    name: 'the key of tokens is a link to that of kube-apiserver, whose certificate is wrong',
    change: (node) => node.issue('kube-apiserver', wrong).remove('pki/sa.key').link('pki/sa.key', 'apiserver.key'),
  },
  {
    name: 'the client of kubelets is a link to the serving pair',
    change: (node) =>
      ['crt', 'key'].reduce(
        (tree, end) =>
          tree
            .remove(`pki/apiserver-kubelet-client.${end}`)
            .link(`pki/apiserver-kubelet-client.${end}`, `apiserver.${end}`),
        node,
      ),
  },
  {
    name: 'the controller manager uses admin.conf, which is wrong',
    change: (node) =>
      setFlags(node, 'kube-controller-manager', { kubeconfig: '/etc/kubernetes/admin.conf' }).issue(
        'admin.conf',
        wrong,
      ),
  },
  ...['ca', 'front-proxy-ca', 'etcd/ca', 'apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'sa'].flatMap(
    (certificate) =>
      ['admin.conf', 'controller-manager.conf', 'scheduler.conf', 'kubelet.conf'].map((file) => ({
        name: `${file} names ${certificate}.crt`,
        change: naming(file, certificate),
      })),
  ),
  ...['admin.conf', 'scheduler.conf'].map((file) => ({
    name: `${file} names the credential of the kubelet`,
    node: { rotatedKubelet: true },
    change: (node: NodeTree) =>
      node.edit(file, (text) =>
        text
          .replace(/client-certificate-data: .*/, 'client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem')
          .replace(/client-key-data: .*/, 'client-key: /var/lib/kubelet/pki/kubelet-client-current.pem'),
      ),
  })),
];

/** The files that a command takes away or overwrites. Words are separated by blanks, and no path of a case contains one. */
function touchedBy({ kind, text }: FixStep): readonly string[] {
  if (kind !== 'command') return [];
  return text.split(' | ').flatMap((command) => {
    const [program, ...words] = command.split(' ').filter((word) => word !== '');
    const paths = words.filter((word) => word.startsWith('/'));
    const target = paths.at(-1) ?? '';
    const redirected = />{1,2} (\/\S+)/.exec(command)?.[1];
    const output = /-out (\/\S+)/.exec(command)?.[1];
    const moved = program === 'mv' ? paths.slice(0, target.endsWith('/') ? -1 : undefined) : [];
    const removed = program === 'rm' ? paths : [];
    const copied = (program === 'cp' || program === 'scp') && !target.endsWith('/') ? [target] : [];
    return [...moved, ...removed, ...copied, ...[redirected, output].filter((path) => path !== undefined)];
  });
}

/** The users of a file but for a role, also through links. */
function othersUsing(path: string, role: string, { node, uses }: Pki): readonly string[] {
  const real = (one: string) => node.files.get(one)?.realPath ?? one;
  // A link is moved, and not the file to which it leads.
  const isLink = node.files.get(path)?.links.some((link) => link.path === path);
  const same = [...uses].filter(([other]) => other === path || (!isLink && real(other) === real(path)));
  return same
    .flatMap(([, users]) => users)
    .filter((use) => use.role !== role)
    .map(({ user }) => user);
}

/** Where a role belongs, and what a CA has signed: what is moved away there is issued again at once. */
function placesOf(id: string, known: Pki): readonly string[] {
  const { roles, authorities, node } = known;
  const authority = authorities.find((one) => one.id === id);
  if (authority) {
    const signed = roles.filter(({ kind, parent }) => kind === 'certificate' && parent.id === id);
    return [
      ...[authority.recommended, inFolder(node.pki, authority.row.key)],
      ...signed.flatMap((role) => placesOf(role.id, known)),
    ];
  }
  const role = roles.find((one) => one.id === id);
  if (role === undefined) return [];
  const key = role.kind === 'certificate' ? [inFolder(node.pki, role.row.key)] : [];
  const ofKubelet = id === 'kubelet.conf' ? ['/var/lib/kubelet/pki/kubelet-client-current.pem'] : [];
  return [role.recommended, ...key, ...ofKubelet];
}

const cases = [...shared.map((one): Case => ({ ...one, findings: [] })), ...Object.values(groups).flat()].filter(
  ({ beside, unreadable }) => beside === undefined && unreadable === undefined,
);

it.each(cases)('$name', async (one) => {
  const tree = await treeOf(one);
  const { findings } = await lintTree(tree, one.options);
  if (!findings.some(({ fix }) => fix.flat().some((step) => touchedBy(step).length > 0))) return;
  const known = await pkiOf(tree);
  const isRole = (id: string) => [...known.roles, ...known.authorities].some((role) => role.id === id);
  const harm = findings
    .filter(({ subject }) => isRole(subject))
    .flatMap(({ rule, subject, fix }) =>
      fix.flat().flatMap((step) =>
        touchedBy(step)
          .filter((path) => !placesOf(subject, known).includes(path))
          .flatMap((path) =>
            othersUsing(path, subject, known).map((user) => `${rule} of ${subject}: ${path} of ${user}`),
          ),
      ),
    );
  expect(harm).toEqual([]);
});

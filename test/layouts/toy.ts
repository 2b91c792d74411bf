/** A layout that no code of the program knows: other folders, other names, other commands, and arguments from units. */

import type { Argument } from '../../src/artifact/argument.ts';
import type { Component } from '../../src/artifact/component.ts';
import { inFolder } from '../../src/artifact/paths.ts';
import type { ArgumentSource } from '../../src/scan/components/source.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { Layout } from '../../src/tables/layouts/layout.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import { buildNode } from '../support/build-node.ts';
import { NodeTree } from '../support/node-tree.ts';

export const row: LayoutRow = {
  name: 'toy',
  nodes: [{ kind: 'control-plane', signs: [[{ path: '/srv/toy' }]] }],
  home: '/srv/toy',
  pki: '/srv/toy/tls',
  manifests: '/srv/toy/pods',
  kubeconfigFolders: [{ folder: '/srv/toy/access', ending: '.access' }],
  bootstrapKubeconfig: '/srv/toy/access/first.access',
  administratorsCopy: '/root/.toy',
  etcdData: '/srv/toy/store',
  backups: { folder: '/srv/toy/old', begins: ['toy-'] },
  kubelet: {
    folder: '/var/toy/kubelet',
    settings: ['settings.yaml'],
    flags: { file: 'flags.env', variable: 'TOY_ARGS' },
    pods: 'pods',
    usual: ['--kubeconfig=/srv/toy/access/node.access', '--config=/var/toy/kubelet/settings.yaml'],
    certificates: '/var/toy/kubelet/keys',
    client: 'node-current.pem',
    server: 'node-server-current.pem',
    selfSigned: { certificate: 'node.crt', key: 'node.key' },
  },
  units: [{ unit: 'toy-kubelet.service', component: 'kubelet' }],
  sources: ['units', 'toy-units'],
  changes: {
    authorities: [
      { role: 'kubernetes-ca', certificate: 'root.pem', key: 'root-key.pem', accepts: ['kubernetes'] },
      { role: 'etcd-ca', certificate: 'store/root.pem', key: 'store/root-key.pem' },
      { role: 'front-proxy-ca', certificate: 'proxy-root.pem', key: 'proxy-root-key.pem', accepts: ['front-proxy-ca'] },
    ],
    certificates: [
      { role: 'kube-apiserver', certificate: 'api.pem', key: 'api-key.pem' },
      { role: 'kube-apiserver-kubelet-client', certificate: 'api-to-node.pem', key: 'api-to-node-key.pem' },
      { role: 'kube-apiserver-etcd-client', certificate: 'api-to-store.pem', key: 'api-to-store-key.pem' },
      { role: 'front-proxy-client', certificate: 'proxy.pem', key: 'proxy-key.pem' },
      { role: 'kube-etcd', certificate: 'store/own.pem', key: 'store/own-key.pem', accepts: ['<hostname>'] },
      { role: 'kube-etcd-peer', certificate: 'store/peer.pem', key: 'store/peer-key.pem', accepts: ['<hostname>'] },
    ],
    keyPairs: [{ role: 'service-account', private: 'tokens.pem', public: 'tokens-public.pem' }],
    kubeconfigs: [
      { role: 'admin.conf', path: '/srv/toy/access/admin.access' },
      { role: 'kubelet.conf', path: '/srv/toy/access/node.access' },
      { role: 'controller-manager.conf', path: '/srv/toy/access/manager.access' },
      { role: 'scheduler.conf', path: '/srv/toy/access/scheduler.access' },
    ],
    without: ['kube-etcd-healthcheck-client', 'super-admin.conf'],
  },
  installer: 'toyctl',
  history: [
    { role: 'kube-apiserver-kubelet-client', o: [], releases: [['', '']] },
    { role: 'kube-apiserver-etcd-client', o: [], releases: [['', '']] },
    { role: 'admin.conf', o: ['kubeadm:cluster-admins'], releases: [['', '']] },
  ],
};

const usual = layouts[0].remedies;

const { configuration: _, lone, ...others } = usual;

export const remedies: Remedies = {
  ...others,
  lone: { issue: lone.issue, moving: lone.moving },
  restarts: usual.restarts.map(({ component }) => ({
    component,
    restart: [{ command: `toyctl restart ${component}`, writes: false }],
    changed: [{ command: `toyctl restart ${component}`, writes: false }],
  })),
  renewal: { name: 'toyctl renew', roles: [], kept: [], step: { command: 'toyctl renew' } },
  rows: usual.rows.map(({ role }) => ({
    role,
    missing: [{ command: `toyctl make ${role}` }],
    wrong: [{ command: `toyctl make ${role} --force` }],
    names: [{ command: `toyctl make ${role} --force` }],
    expired: [{ command: `toyctl renew ${role}` }],
  })),
  reloads: usual.reloads.map((one) => ({ ...one, step: 'the toy picks it up', restarts: ['kube-controller-manager'] })),
};

/** `/srv/toy/units/NAME`: the program in the first line, then an argument in each. */
const units: ArgumentSource = {
  find: ({ files, beyondPki }) => ({
    components: (beyondPki ? files.list('/srv/toy/units') : []).flatMap((name): Component[] => {
      const path = `/srv/toy/units/${name}`;
      const [program = '', ...rest] = (files.text(path) ?? '').split('\n');
      const given = rest.flatMap((line, index): Argument[] => {
        const [, flag, value] = /^--([a-z-]+)=(.*)$/.exec(line) ?? [];
        if (flag === undefined || value === undefined) return [];
        return [{ name: flag, spelled: `--${flag}`, value, at: { path, line: index + 2 } }];
      });
      return [{ name: program, at: { path }, arguments: given, mounts: undefined }];
    }),
  }),
};

const toyLayout = layoutOf(row, remedies);

/** What a run knows that meets kubeadm's nodes and toys. */
export const known = {
  layouts: [...layouts, toyLayout],
  sources: { 'toy-units': units },
} as const;

const kubeadm = layouts[0];

/** The files of a layout, by role and field. */
const filesOf = ({ pki, authorities, certificates, keyPairs, kubeconfigs }: Layout) =>
  new Map(
    [authorities, certificates, keyPairs, kubeconfigs].flat().flatMap((row) =>
      Object.entries(row)
        .filter(([field]) => ['certificate', 'key', 'private', 'public', 'path'].includes(field))
        .map(([field, path]) => [`${row.role} ${field}`, inFolder(pki, `${path}`)] as const),
    ),
  );

/** Where each file of a kubeadm node lies in the toy; longer paths first. */
const moves: readonly (readonly [from: string, to: string])[] = [
  ...[...filesOf(kubeadm)].map(([name, path]) => [path, filesOf(toyLayout).get(name) ?? path] as const),
  ['/var/lib/kubelet/config.yaml', '/var/toy/kubelet/settings.yaml'] as const,
  ['/var/lib/kubelet/kubeadm-flags.env', '/var/toy/kubelet/flags.env'] as const,
  ['KUBELET_KUBEADM_ARGS', 'TOY_ARGS'] as const,
  ['/etc/kubernetes/manifests', '/srv/toy/pods'] as const,
].toSorted(([one], [other]) => other.length - one.length);

/** Where everything else of its folders lies. */
const folders = [
  [kubeadm.pki, row.pki],
  [kubeadm.home, row.home],
  [kubeadm.kubelet.folder, row.kubelet.folder],
] as const;

const withMoves = (text: string, all: typeof moves) => all.reduce((one, [from, to]) => one.replaceAll(from, to), text);
const moved = (text: string) => withMoves(text, moves);
/** A text of a kubeadm node, with the paths of the toy. */
const inToy = (text: string) => withMoves(text, [...moves, ...folders]);

/**
 * A node of kubeadm with every file where the toy has it, and its static pods as units. Binary files stay as they are.
 */
export function movedToToy(node: NodeTree): NodeTree {
  const toy = new NodeTree();
  toy.directory('/srv/toy/pods', 0o700);
  for (const [path, entry] of node.entries) {
    const to = inToy(path);
    if (entry.type === 'link') toy.entries.set(to, { ...entry, target: inToy(entry.target) });
    else if (entry.type !== 'file') toy.entries.set(to, entry);
    else {
      const text = inToy(entry.content.toString('utf8'));
      const isText = Buffer.from(entry.content.toString('utf8')).equals(entry.content);
      const component = /^\/srv\/toy\/pods\/(.*)\.yaml$/.exec(to)?.[1];
      const flags = [...text.matchAll(/^ {4}- (--.*)$/gm)].map(([, flag]) => flag);
      if (component !== undefined)
        toy.write(`/srv/toy/units/${component}`, `${[component, ...flags].join('\n')}\n`, 0o600);
      else toy.entries.set(to, { ...entry, content: isText ? Buffer.from(text) : entry.content });
    }
  }
  return toy;
}

/** A healthy control plane as the toy sets it up: kubeadm's certificates in the toy's files, and units for pods. */
export function toyNode(): NodeTree {
  const [node, toy] = [buildNode(), new NodeTree()];
  toy.directory('/srv/toy/pods', 0o700);
  for (const [path, entry] of node.entries) {
    if (entry.type !== 'file') continue;
    const text = entry.content.toString('utf8');
    const component = /^\/etc\/kubernetes\/manifests\/(.*)\.yaml$/.exec(path)?.[1];
    if (component !== undefined) {
      const flags = [...text.matchAll(/^ {4}- (--.*)$/gm)].map(([, flag]) => flag);
      toy.write(`/srv/toy/units/${component}`, `${moved([component, ...flags].join('\n'))}\n`, 0o600);
    } else if (moved(path) !== path) toy.write(moved(path), moved(text), entry.mode);
  }
  return toy;
}

/** A layout of units only: no static pods, no backups, two folders of certificates, and signs that units contain. */

import type { Argument } from '../../src/artifact/argument.ts';
import type { ArgumentSource } from '../../src/scan/components/source.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import { buildNode } from '../support/build-node.ts';
import { NodeTree } from '../support/node-tree.ts';
import { kubeadmRow } from './kubeadm-row.ts';

const units = '/etc/systemd/system';

const row: LayoutRow = {
  name: 'yard',
  nodes: [
    { kind: 'control-plane', signs: [[{ path: `${units}/api.service`, contains: '/opt/yard/bin/kube-apiserver' }]] },
    {
      kind: 'worker',
      signs: [
        [{ path: '/opt/yard/is-worker' }],
        [{ path: '/opt/yard/agent' }, { path: `${units}/agent.service`, contains: '/opt/yard/bin/kubelet' }],
      ],
    },
  ],
  home: '/opt/yard',
  pki: '/opt/yard/server',
  otherPki: ['/srv/yard-agent'],
  kubeconfigFolders: [{ folder: '/opt/yard/access' }, { folder: '/opt/yard/agent', ending: '.kubeconfig' }],
  kubelet: {
    folder: '/var/lib/kubelet',
    settings: ['config.yaml'],
    pods: 'pods',
    certificates: '/opt/yard/agent/pki',
    client: 'kubelet-client-current.pem',
    server: 'kubelet-server-current.pem',
    selfSigned: { certificate: 'kubelet.crt', key: 'kubelet.key' },
  },
  units: [{ unit: 'agent.service', component: 'kubelet' }, {}],
  sources: ['units', 'yard-binary'],
  changes: {
    ...kubeadmRow.changes,
    kubeconfigs: [{ role: 'kubelet.conf', path: '/opt/yard/agent/kubelet.kubeconfig' }],
    without: ['super-admin.conf'],
  },
  history: kubeadmRow.history ?? [],
};

/** A scheduler that a program starts with flags which are compiled in. */
const binary: ArgumentSource = {
  find({ files }) {
    const text = files.seek('/opt/yard/bin/flags', 'text') && files.text('/opt/yard/bin/flags');
    const given = (text ?? '').split('\n').flatMap((line): Argument[] => {
      const [, name, value] = /^--([a-z-]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, spelled: `--${name}`, value, at: { words: 'yard v1.35' } }];
    });
    const scheduler = { name: 'kube-scheduler', at: { words: 'yard v1.35' }, arguments: given, mounts: undefined };
    return { components: given.length === 0 ? [] : [scheduler] };
  },
};

/** What a run knows that meets nodes of kubeadm and of the yard. */
export const known = {
  // Before the layout that any node with units fits.
  layouts: [layouts[0], layoutOf(row, layouts[0].remedies), ...layouts.slice(1)],
  sources: { 'yard-binary': binary },
} as const;

const moves: readonly (readonly [from: string, to: string])[] = [
  ['/etc/kubernetes/kubelet.conf', '/opt/yard/agent/kubelet.kubeconfig'],
  ['/etc/kubernetes/pki', '/opt/yard/server'],
  ['/etc/kubernetes', '/opt/yard/access'],
];
const moved = (text: string) => moves.reduce((all, [from, to]) => all.replaceAll(from, to), text);

const programs: Readonly<Record<string, string>> = {
  'kube-apiserver': 'api',
  'kube-controller-manager': 'manager',
  etcd: 'store',
};

const kubelet = [
  '[Service]',
  'Environment=KUBELET_CONFIG=/var/lib/kubelet/config.yaml',
  'ExecStart=/opt/yard/bin/kubelet --config $KUBELET_CONFIG \\',
  '  --kubeconfig=/opt/yard/agent/kubelet.kubeconfig --cert-dir=/opt/yard/agent/pki --hostname-override=cp-1',
  '',
].join('\n');

/** A healthy control plane in the yard: kubeadm's certificates, started by units. */
export function yardNode(): NodeTree {
  const [node, yard] = [buildNode(), new NodeTree()];
  for (const [path, entry] of node.entries) {
    if (entry.type !== 'file') continue;
    const text = moved(entry.content.toString('utf8'));
    const component = /^\/etc\/kubernetes\/manifests\/(.*)\.yaml$/.exec(path)?.[1];
    const flags = [...text.matchAll(/^ {4}- (--.*)$/gm)].map(([, flag]) => flag);
    if (component === 'kube-scheduler') yard.write('/opt/yard/bin/flags', `${flags.join('\n')}\n`, 0o644);
    else if (component !== undefined) {
      const unit = `[Service]\nExecStart=/opt/yard/bin/${[component, ...flags].join(' \\\n  ')}\n`;
      yard.write(`${units}/${programs[component]}.service`, unit, 0o644);
    } else if (path === '/var/lib/kubelet/config.yaml') yard.write(path, text.replace(/staticPodPath:.*\n/, ''), 0o600);
    else if (moved(path) !== path && !path.includes('super-admin')) yard.write(moved(path), text, entry.mode);
  }
  yard.write(`${units}/agent.service`, kubelet, 0o644);
  return yard;
}

/** A healthy worker in the yard. */
export function yardWorker(): NodeTree {
  const [control, yard] = [yardNode(), new NodeTree()];
  yard.write(`${units}/agent.service`, kubelet, 0o644);
  yard.write('/opt/yard/agent/kubelet.kubeconfig', control.read('/opt/yard/agent/kubelet.kubeconfig'), 0o600);
  yard.write('/srv/yard-agent/ca.crt', control.read('/opt/yard/server/ca.crt'), 0o644);
  const config = control.read('/var/lib/kubelet/config.yaml');
  yard.write('/var/lib/kubelet/config.yaml', config.replace('/opt/yard/server/', '/srv/yard-agent/'), 0o600);
  return yard;
}

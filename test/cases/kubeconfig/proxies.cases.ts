import type { NodeTree } from '../../support/node-tree.ts';
import { behindProxy } from '../../support/proxies.ts';
import type { Case } from '../harness.ts';

const scheduler = (exceptions: string, spelled?: string) => (node: NodeTree) =>
  behindProxy(node, 'kube-scheduler', exceptions, spelled);

const found = ['kubeconfig/no-proxy@scheduler.conf'];

/** The API server is at 192.0.2.10:6443. */
const exceptions: readonly (readonly [exceptions: string, findings: readonly string[]])[] = [
  ['', found],
  ['localhost,.svc,10.96.0.0/12', found],
  ['192.0.2.1', found],
  ['192.0.2.10:443', found],
  ['192.0.2.0/33', found],
  ['192.0.2', found],
  ['*.example.test', found],
  ['*', []],
  [' 192.0.2.10 ,localhost', []],
  ['192.0.2.10:6443', []],
  ['192.0.2.0/24', []],
  ['0.0.0.0/0', []],
];

export const proxies: readonly Case[] = [
  ...exceptions.map(([text, findings]) => ({
    name: `kube-scheduler with NO_PROXY="${text}"`,
    change: scheduler(text),
    findings,
  })),
  ...(
    [
      ['example.test', []],
      ['.example.test', []],
      ['*.example.test', []],
      ['ample.test', found],
    ] as const
  ).map(([text, findings]) => ({
    name: `kube-scheduler, which dials a name, with NO_PROXY="${text}"`,
    change: (node: NodeTree) => {
      node.edit('scheduler.conf', (all) => all.replace(/server: .*/, 'server: https://api.example.test:6443'));
      scheduler(text)(node);
    },
    findings: ['kubeconfig/address@scheduler.conf', ...findings],
  })),
  { name: 'kube-scheduler with https_proxy', change: scheduler('', 'https_proxy'), findings: found },
  { name: 'kube-scheduler with HTTP_PROXY', change: scheduler('', 'HTTP_PROXY'), findings: [] },
  {
    name: 'the kubelet with a proxy in its unit',
    node: { worker: true },
    change: (node) =>
      node.write(
        '/etc/systemd/system/kubelet.service',
        '[Service]\nEnvironment="HTTPS_PROXY=http://proxy.internal:3128" "NO_PROXY=localhost"\nExecStart=/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --hostname-override=worker-1\n',
        0o644,
      ),
    findings: ['kubeconfig/no-proxy@kubelet.conf'],
  },
];

/** An API server and an etcd that answer exactly if the files of the copies let their clients and them connect. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../../src/index.ts';
import type { Copies } from './follow.ts';
import { lintRoots } from './follow.ts';
import type { Machine } from './kubeadm.ts';
import { originalConfiguration } from './kubeadm-configuration.ts';
import type { Answer, Call } from './node-shell.ts';

/** The connection of kubectl with a kubeconfig. */
const users: Readonly<Record<string, string>> = {
  'admin.conf': 'admin-kube-apiserver',
  'super-admin.conf': 'super-admin-kube-apiserver',
  'kubelet.conf': 'kubelet-kube-apiserver',
  'controller-manager.conf': 'kube-controller-manager-kube-apiserver',
  'scheduler.conf': 'kube-scheduler-kube-apiserver',
};

const refused: Answer = { status: 1, said: 'Unable to connect to the server\n' };

/** What kubectl and curl get. */
export async function answerOfCluster([program, ...words]: Call, machine: Machine, copies: Copies): Promise<Answer> {
  const { connections, nodes } = await seen(copies);
  const name = nodes[copies.roots.indexOf(machine.root)]?.name;
  const fails = (id: string) => connections.some((one) => one.node === name && one.id === id && one.verdict === 'fail');
  if (program === 'curl') return fails('etcdctl-etcd') ? { status: 7 } : { status: 0, said: '{"health":"true"}\n' };
  const file = words[words.indexOf('--kubeconfig') + 1]?.split('/').at(-1) ?? '';
  const user = users[words.includes('--kubeconfig') ? file : 'admin.conf'] ?? users['admin.conf'] ?? '';
  if (fails(user) || fails('kube-apiserver-etcd')) return refused;
  const line = words.join(' ');
  if (line.includes('/readyz')) return { status: 0, said: 'ok\n' };
  if (line.includes('configmap cluster-info')) return { status: 0, said: '    certificate-authority-data: AAAA\n' };
  if (line.includes('configmap kubeadm-config'))
    return { status: 0, said: originalConfiguration(machine.healthy).split('\n---\n')[0] ?? '' };
  return { status: 0 };
}

/** The last reports, by the state of the files: a loop asks many times. */
const reports = new Map<string, Promise<Report>>();

function seen(copies: Copies): Promise<Report> {
  const state = copies.roots
    .map((root) => `${root} ${stateOf(join(root, 'etc'))} ${stateOf(join(root, 'var'))}`)
    .join();
  const known = reports.get(state);
  if (known !== undefined) return known;
  const report = lintRoots(copies.roots, copies.one);
  reports.clear();
  reports.set(state, report);
  return report;
}

/** Changes with each change of a file. */
function stateOf(folder: string): string {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return '';
  const own = `${found.mtimeMs} ${found.ctimeMs} ${found.size}`;
  if (!found.isDirectory()) return own;
  return `${own} ${readdirSync(folder)
    .map((name) => stateOf(join(folder, name)))
    .join(' ')}`;
}

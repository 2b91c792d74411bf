/** Files and flags that are missing because a different setting is. */

import { componentNamed, isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import { hostPath } from '../../artifact/paths.ts';
import { fileIn } from '../../artifact/place.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type CheckResult, problem } from './check.ts';

/**
 * What a kubelet lacks that could request its kubeconfig: the flag for the one with which it does so
 * (cmd/kubelet/app/server.go: `--bootstrap-kubeconfig` has no default).
 */
export function bootstrapOf({ id }: Role, { node, layout: { bootstrapKubeconfig } }: Pki) {
  const kubelet = id === roleIds.kubelet ? componentNamed(node, 'kubelet') : undefined;
  const argument = kubelet && lastArgument(kubelet, 'kubeconfig');
  if (bootstrapKubeconfig === undefined || seenAt(node, bootstrapKubeconfig) !== 'present') return undefined;
  const config = argument && fileIn(argument.at);
  if (!kubelet || config === undefined || isGiven(kubelet, 'bootstrap-kubeconfig')) return undefined;
  const script = `s|--kubeconfig\\([= ]\\)|--bootstrap-kubeconfig=${bootstrapKubeconfig} --kubeconfig\\1|`;
  return {
    data: {
      hint: `: the kubelet would request it with ${bootstrapKubeconfig}, but has no --bootstrap-kubeconfig`,
      config,
    },
    more: { fix: 'bootstrap', lists: { scripts: [script] } },
  };
}

/**
 * kube-scheduler with `--config` ignores `--kubeconfig`: without the field of its configuration it looks for the
 * service account of a pod (cmd/kube-scheduler/app/options/deprecated.go).
 */
export function replacedBySetting(
  { row, component }: Slot,
  path: string | undefined,
  pki: Pki,
): CheckResult | undefined {
  // The configuration of the kubelet has no such field.
  const isReplaced = row.flag === 'kubeconfig' && component.name !== 'kubelet';
  const given = isReplaced ? lastArgument(component, 'config') : undefined;
  const config = given?.value && hostPath(component, given.value);
  const content = config ? pki.node.files.get(config)?.content : undefined;
  if (!given || !config || path === undefined || content?.type !== 'settings') return undefined;
  const field = `  kubeconfig: ${path}`;
  const script = content.fields.includes('clientConnection')
    ? `s|^clientConnection: *$|&\\n${field}|`
    : `s|^kind: .*$|&\\nclientConnection:\\n${field}|`;
  const data = {
    component: component.name,
    flag: `clientConnection.kubeconfig in ${config}`,
    value: `: ${path}`,
    breaks: `with --config ${component.name} ignores --kubeconfig, cannot reach kube-apiserver and exits`,
    config,
    [component.name]: component.name,
    fix: '',
  };
  return problem(given.at, data, { stops: [component.name], fix: 'setting', lists: { scripts: [script] } });
}

/** What kube-apiserver dials if etcd runs on its node: the URL with which kubeadm's etcd listens for it. */
export function etcdOnNode({ node }: Pki): string | undefined {
  const etcd = componentNamed(node, 'etcd');
  const urls = etcd === undefined ? [] : listedValues(etcd, 'listen-client-urls');
  return urls.find((url) => /^https:\/\/(?:127\.0\.0\.1|\[::1\]):\d+$/.test(url));
}

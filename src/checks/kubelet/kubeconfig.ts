/** Checks that a kubelet whose unit was read gets the kubeconfig that it needs. */
import { isGiven, isOn, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { inFolder } from '../../artifact/paths.ts';
import { lineOf, placeIn } from '../../artifact/place.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { misspelled } from '../argument/known.ts';
import { setArgument } from '../base/argument-edit.ts';
import { notApplicable, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';

/**
 * What the kubelet needs a client of the API server for, by its settings: it exits without one
 * (k8s.io/kubernetes cmd/kubelet/app/auth.go, BuildAuth). By default a configuration file asks for both.
 */
function neededFor(kubelet: Component): string | undefined {
  const hasFile = isGiven(kubelet, 'config');
  if (isOn(kubelet, 'authentication-token-webhook', hasFile)) return 'authentication';
  const mode = lastArgument(kubelet, 'authorization-mode')?.value || (hasFile ? 'Webhook' : 'AlwaysAllow');
  return mode === 'Webhook' ? 'authorization' : undefined;
}

/** Whether a flag for which the answer depends on it has a value that is not known. */
const isUnknown = (kubelet: Component): boolean =>
  ['kubeconfig', 'config', 'authentication-token-webhook', 'authorization-mode'].some((flag) => {
    const argument = lastArgument(kubelet, flag);
    return argument !== undefined && argument.value === undefined;
  });

/** The files that an installer wrote for the kubelet: without its flags, it reads none of them. */
function written({ node, roles }: Pki) {
  const { folder, settings, usual } = node.layout.kubelet;
  const config = inFolder(folder, settings[0] ?? '');
  const kubeconfig = roles.find(({ id }) => id === roleIds.kubelet)?.path;
  const isThere = (path: string | undefined) => path !== undefined && seenAt(node, path) === 'present';
  return {
    config: usual !== undefined && isThere(config) ? config : undefined,
    kubeconfig: isThere(kubeconfig) ? kubeconfig : undefined,
  };
}

export const kubeletKubeconfigChecks = {
  /**
   * A kubelet without a kubeconfig is allowed: it runs standalone. It is wrong if it cannot do what its settings ask
   * for, or if what it would register with is there and none of it is read.
   */
  'kubelet/kubeconfig': componentCheck('kubelet', function* (kubelet, pki) {
    const at = placeIn(kubelet.at);
    if (kubelet.unit === undefined || at === undefined) return yield notApplicable('its unit was not read');
    if (kubelet.unit.refused !== undefined) return yield notApplicable('reported by unit/refused');
    if (kubelet.unknown !== undefined || isUnknown(kubelet)) return yield skip(kubelet.unknown ?? 'a flag is unknown');
    if (isGiven(kubelet, 'kubeconfig') || misspelled(kubelet, 'kubeconfig') !== undefined) return;
    const needed = neededFor(kubelet);
    const { config, kubeconfig } = written(pki);
    const isForgotten = !isGiven(kubelet, 'config') && config !== undefined && kubeconfig !== undefined;
    if (needed === undefined && !isForgotten) return;
    const flags = [['kubeconfig', kubeconfig ?? ''] as const, ...(isForgotten ? [['config', config] as const] : [])];
    const wanted = flags.map(([flag, path]) => `--${flag}${path === '' ? '' : `=${path}`}`).join(' and ');
    const edits = flags.flatMap(([flag, path]) => setArgument(kubelet, flag, path, pki.node) ?? []);
    const isOwnFile = at.path.endsWith(`/${kubelet.unit.name}`);
    const missing = isForgotten ? '--kubeconfig and --config' : '--kubeconfig';
    const data = {
      message: needed
        ? `the kubelet does not start: it gets no --kubeconfig, and its configuration asks for webhook ${needed}`
        : `the kubelet runs standalone, and the node does not register: it gets no ${missing}`,
      error: needed ? `no client provided, cannot use webhook ${needed}` : 'Standalone mode, no API client',
      wanted,
      found: `no ${missing}`,
      place: lineOf(at),
      folder: `${at.path}.d`,
    };
    yield problem(at, data, {
      stops: ['kubelet'],
      ...(isForgotten && isOwnFile
        ? { fix: 'drop-in' }
        : { edits: edits.length === flags.length && kubeconfig !== undefined ? edits : [] }),
    });
  }),
};

/** What makes a probe work again: the smallest change that keeps what hardens the node. */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { Probe } from '../../artifact/probe.ts';
import { nearest } from '../../core/text.ts';
import { etcdOfImage } from '../../model/facts/etcd-release.ts';
import { isLoopback } from '../../model/facts/host.ts';
import { hasNewPaths } from '../../model/handshake/etcd-paths.ts';
import { partsOfUrl } from '../../model/handshake/listening.ts';
import type { ProbeCause } from '../../model/handshake/probe-answer.ts';
import { type ProbeListener, probeListeners } from '../../model/handshake/probe-listeners.ts';
import { healthPaths } from '../../model/handshake/probe-paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { onlyEdit, removeArgument, replaceArgument, setArgument } from '../base/argument-edit.ts';
import type { FailedProbes, ProbeFix } from '../base/failed-probes.ts';
import { anonymousFix } from './anonymous-fix.ts';
import { editProbes, type ProbeChange } from './probe-edit.ts';

type Fixer = (failed: FailedProbes, pki: Pki) => ProbeFix;

/** Returns how to fix probes that fail. */
export const fixOfProbes: Fixer = (failed, pki) => fixers[failed.cause](failed, pki);

const fixers: Readonly<Record<ProbeCause, Fixer>> = {
  off: (failed, pki) => withFlag(failed, 'secure-port', `${failed.probes[0]?.port ?? ''}`, pki),
  port: (failed, pki) => (failed.component.name === 'etcd' ? metricsAt(failed, pki) : samePort(failed, pki)),
  address: (failed, pki) => (failed.component.name === 'etcd' ? metricsAt(failed, pki) : sameAddress(failed, pki)),
  'port-name': (failed, pki) =>
    toListener(failed, pki, ({ port, isTls }) => ({ port: `${port}`, ...schemeOf(failed.probes, isTls) })),
  network: ({ component }) => ({
    expected: 'hostNetwork: true',
    text: `write hostNetwork: true into spec of the manifest of ${component.name}`,
  }),
  plain: (failed, pki) =>
    failed.component.name === 'etcd' ? withoutTls(failed, pki) : change(failed, { scheme: 'HTTPS' }),
  tls: (failed) => change(failed, { scheme: 'HTTP' }),
  certificate: (failed, pki) => withoutTls(failed, pki),
  anonymous: (failed, pki) => anonymousFix(failed, pki),
  'anonymous-file': (failed, pki) => anonymousFix(failed, pki),
  'always-allow': (failed, pki) => withFlag(failed, 'authorization-mode', 'Node,RBAC', pki),
  paths: ({ component, probes }, pki) => {
    const flag = lastArgument(component, 'authorization-always-allow-paths');
    const paths = [flag?.value ?? '', ...new Set(probes.map(({ path }) => path))].filter((path) => path !== '');
    return withFlag({ component }, 'authorization-always-allow-paths', paths.join(','), pki);
  },
  path: (failed) =>
    change(failed, { path: failed.component.name === 'etcd' ? pathOfEtcd(failed) : healthPath(failed) }),
};

/** The path for a kind of probe that the release of etcd has. */
function pathOfEtcd({ component, probes }: FailedProbes): string {
  const release = etcdOfImage(component.image ?? '');
  if (release === undefined || !hasNewPaths(release)) return '/health';
  return probes.every(({ kind }) => kind === 'readiness') ? '/readyz' : '/livez';
}

/** The path of health checks that was probably meant. kube-controller-manager has only the first. */
function healthPath({ component, probes }: FailedProbes): string {
  const paths = component.name === 'kube-controller-manager' ? healthPaths.slice(0, 1) : healthPaths;
  return nearest(probes[0]?.path ?? '', paths, 2) ?? '/healthz';
}

/** Gives a flag a value. */
function withFlag(
  { component }: Pick<FailedProbes, 'component'>,
  flag: string,
  value: string,
  { node }: Pki,
): ProbeFix {
  const expected = `--${flag}=${value}`;
  const text = `set ${expected} in the manifest of ${component.name}`;
  return { expected, text, edits: onlyEdit(setArgument(component, flag, value, node)) };
}

/** Changes fields of the probes. */
function change({ component, probes }: FailedProbes, fields: ProbeChange): ProbeFix {
  const expected = Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  const text = `write ${expected} into the probes in the manifest of ${component.name}`;
  return { expected, text, edits: editProbes(component, probes, fields) };
}

/** The scheme of a different port, where a probe has not got it: the insecure ports of old releases had HTTP. */
function schemeOf(probes: readonly Probe[], isTls: boolean): ProbeChange {
  const scheme = isTls ? 'HTTPS' : 'HTTP';
  const isHttp = probes.every(({ action }) => action === 'httpGet');
  return isHttp && probes.some((one) => one.scheme !== scheme) ? { scheme } : {};
}

/** Lets the probes dial a listener that answers them. */
function toListener(failed: FailedProbes, pki: Pki, fields: (listener: ProbeListener) => ProbeChange): ProbeFix {
  const known = probeListeners(failed.component, undefined, pki);
  const all = known.state === 'known' ? known.listeners : [];
  const listener = all.find(({ isTls }) => !isTls) ?? all.find(({ wantsCertificate }) => !wantsCertificate);
  if (listener !== undefined) return change(failed, fields(listener));
  const expected = 'a port at which it answers';
  return { expected, text: `let the probes in the manifest of ${failed.component.name} dial ${expected}` };
}

/**
 * kube-apiserver is dialled by more than probes: if a kubeconfig of the node dials the port of the probes, its flag is
 * wrong. The other ports are only a matter of the manifest.
 */
function samePort(failed: FailedProbes, pki: Pki): ProbeFix {
  const { component, probes } = failed;
  const port = `${probes[0]?.port ?? ''}`;
  const isDialled = pki.roles.some(({ kubeconfig }) => {
    const target = partsOfUrl(kubeconfig?.cluster?.server?.value ?? '');
    const isOwn =
      target !== undefined && (isLoopback(target.host) || target.host === pki.facts.advertiseAddress?.value);
    return isOwn && target.port === port;
  });
  if (component.name === 'kube-apiserver' && isDialled) return withFlag(failed, 'secure-port', port, pki);
  const own = lastArgument(component, 'secure-port')?.value;
  if (own !== undefined) return change(failed, { port: own, ...schemeOf(probes, true) });
  return toListener(failed, pki, ({ port: open, isTls }) => ({ port: `${open}`, ...schemeOf(probes, isTls) }));
}

/**
 * A component that only this machine dials keeps its address. kube-apiserver must be reached where it says that it is.
 */
function sameAddress(failed: FailedProbes, pki: Pki): ProbeFix {
  const { component, probes } = failed;
  const bound = lastArgument(component, 'bind-address');
  const isLocal = probes.every(({ host }) => host !== undefined && isLoopback(host));
  if (bound?.value === undefined || (component.name === 'kube-apiserver' && !isLocal)) {
    const expected = '--bind-address=0.0.0.0';
    const text = `remove --bind-address from the manifest of ${component.name}, or set it to an address that the probes reach`;
    return { expected, text, edits: bound === undefined ? [] : onlyEdit(removeArgument(component, bound)) };
  }
  return toListener(failed, pki, () => ({ host: bound.value ?? '' }));
}

/** Adds the URL that probes dial to those of etcd's metrics, without TLS: the kubelet has no certificate for it. */
function metricsAt(failed: FailedProbes, pki: Pki): ProbeFix {
  const { component, probes } = failed;
  const [{ host = '127.0.0.1', port } = { port: 2381 }] = probes;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port ?? 2381}`;
  const argument = lastArgument(component, 'listen-metrics-urls');
  const value = argument?.value ? `${argument.value},${url}` : url;
  const fixed = withFlag(failed, 'listen-metrics-urls', value, pki);
  const fields = {
    ...(probes.every((one) => one.host === undefined) && { host: '127.0.0.1' }),
    ...(probes.some(({ scheme }) => scheme === 'HTTPS') && { scheme: 'HTTP' }),
  };
  return together(fixed, Object.keys(fields).length === 0 ? undefined : change(failed, fields));
}

/**
 * Lets probes dial a URL of etcd without TLS: the one that they dial, if only this machine reaches it, or a different
 * one.
 */
function withoutTls(failed: FailedProbes, pki: Pki): ProbeFix {
  const { component, probes } = failed;
  const argument = lastArgument(component, 'listen-metrics-urls');
  const plain = argument && withPlainUrl(component, argument, probes[0]?.port);
  if (plain !== undefined) {
    const isTls = probes.some(({ scheme }) => scheme === 'HTTPS');
    return together(plain, isTls ? change(failed, { scheme: 'HTTP' }) : undefined);
  }
  const known = probeListeners(component, undefined, pki);
  const open =
    known.state === 'known' ? known.listeners.find(({ isTls, host }) => !isTls && isLoopback(host)) : undefined;
  if (open !== undefined) return change(failed, { host: open.host, port: `${open.port}`, scheme: 'HTTP' });
  const expected = 'a URL without TLS in --listen-metrics-urls, such as http://127.0.0.1:2381';
  return { expected, text: `add ${expected} to etcd, and let its probes dial that by HTTP` };
}

function withPlainUrl(component: Component, argument: Argument, port: number | undefined): ProbeFix | undefined {
  const urls = argument.value?.split(',').map((url) => url.trim()) ?? [];
  const isMeant = (url: string) => {
    const target = partsOfUrl(url);
    return target !== undefined && target.port === `${port ?? ''}` && isLoopback(target.host);
  };
  if (!urls.some(isMeant)) return undefined;
  const value = urls.map((url) => (isMeant(url) ? url.replace(/^https:/i, 'http:') : url)).join(',');
  const expected = `--listen-metrics-urls=${value}`;
  const edits = onlyEdit(replaceArgument(component, argument, `${argument.spelled}=${value}`));
  return { expected, text: `set ${expected} in the manifest of ${component.name}`, edits };
}

/** Both changes, by commands only if there is one for each. */
function together(one: ProbeFix, other: ProbeFix | undefined): ProbeFix {
  if (other === undefined) return one;
  const [first = [], second = []] = [one.edits, other.edits];
  const edits = first.length > 0 && second.length > 0 ? [...first, ...second] : [];
  return { expected: `${one.expected}, ${other.expected}`, text: `${one.text}, and ${other.text}`, edits };
}

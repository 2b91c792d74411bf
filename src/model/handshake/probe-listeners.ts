/** Where the components of a control plane answer probes, and by which scheme. */
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { SetBy } from '../../artifact/place.ts';
import { releaseOfComponent } from '../facts/own-release.ts';
import { isFrom } from '../facts/release.ts';
import { anonymousBecause, listenUrls } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import { partsOfUrl } from './listening.ts';

export interface ProbeListener {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Whether it requires a client certificate. */
  readonly wantsCertificate: boolean;
  /** Whether it is one of etcd that serves nothing but metrics and health. */
  readonly isMetrics?: true;
  /** The argument that says so, as written. */
  readonly said: string;
  readonly at: SetBy;
}

/** What is known about the listeners of a component. */
export type ProbeListeners =
  | { readonly state: 'known'; readonly listeners: readonly ProbeListener[] }
  | { readonly state: 'unknown'; readonly reason: string };

/**
 * The ports of the components that serve one URL over TLS (k8s.io/kubernetes pkg/cluster/ports and
 * pkg/kubeapiserver/options/serving.go), and those on which they served HTTP, with the first release that does not.
 */
const secure: Readonly<Record<string, { readonly port: number; readonly plain: number; readonly until: string }>> = {
  'kube-apiserver': { port: 6443, plain: 8080, until: '1.20.0' },
  'kube-controller-manager': { port: 10_257, plain: 10_252, until: '1.24.0' },
  'kube-scheduler': { port: 10_259, plain: 10_251, until: '1.24.0' },
};

/** The components whose probes are judged. */
export const isProbed = (name: string): boolean => name === 'etcd' || Object.hasOwn(secure, name);

const unknown = (reason: string): ProbeListeners => ({ state: 'unknown', reason });

/** Returns where a component answers. */
export function probeListeners(component: Component, port: number | undefined, pki: Pki): ProbeListeners {
  if (component.unknown !== undefined) return unknown(component.unknown);
  if (component.name === 'etcd') return listenersOfEtcd(component);
  return secureListener(component, port, pki);
}

function secureListener(component: Component, dialled: number | undefined, pki: Pki): ProbeListeners {
  const usual = secure[component.name];
  if (usual === undefined) return unknown('not a component whose listeners are known');
  const [port, address] = ['secure-port', 'bind-address'].map((flag) => lastArgument(component, flag));
  const isUnknown = [port, address].some((argument) => argument !== undefined && argument.value === undefined);
  if (isUnknown) return unknown(`the value of a flag of ${component.name} is unknown`);
  const release = releaseOfComponent(component, pki);
  if (mayServeHttp(component, dialled, usual, release)) {
    return unknown(`before ${usual.until}, ${component.name} may serve HTTP on port ${dialled}`);
  }
  const number = port?.value ? Number(port.value) : usual.port;
  if (number === 0) return { state: 'known', listeners: [] };
  const host = address?.value || '0.0.0.0';
  const said = [port, address].flatMap((one) => (one?.value ? [`${one.spelled}=${one.value}`] : [])).join(' ');
  const at = port?.at ?? address?.at ?? component.at;
  const listener = { host, port: number, isTls: true, wantsCertificate: false, said, at };
  return { state: 'known', listeners: [listener] };
}

/** Whether old releases may serve HTTP without TLS on a port. */
function mayServeHttp(
  component: Component,
  dialled: number | undefined,
  { plain, until }: { readonly plain: number; readonly until: string },
  release: string | undefined,
): boolean {
  if (release !== undefined && isFrom(release, until)) return false;
  const value = lastArgument(component, component.name === 'kube-apiserver' ? 'insecure-port' : 'port')?.value;
  return dialled === (value === undefined || value === '' ? plain : Number(value));
}

/**
 * The flags of etcd under whose URLs it serves /health and /metrics (server/embed/etcd.go, serveClients and
 * serveMetrics).
 */
function listenersOfEtcd(etcd: Component): ProbeListeners {
  if (lastArgument(etcd, 'config-file')?.value) return unknown('etcd reads its configuration from a file');
  // With URLs of its own for HTTP, the others serve only gRPC.
  if (lastArgument(etcd, 'listen-client-http-urls')?.value) return unknown('etcd serves HTTP on URLs of its own');
  const metrics = lastArgument(etcd, 'listen-metrics-urls');
  const clients = listenUrls(etcd, '');
  if (clients === undefined || (metrics !== undefined && metrics.value === undefined)) {
    return unknown('the URLs of etcd are unknown');
  }
  const wantsCertificate = anonymousBecause(etcd, '') === undefined;
  const ofFlag = (flag: string, urls: readonly string[]) =>
    urls.map((url): ProbeListener | undefined => {
      const target = partsOfUrl(url);
      const argument = lastArgument(etcd, flag);
      if (target === undefined || target.port === '') return undefined;
      const isTls = /^https:/i.test(url);
      const said = argument === undefined ? '' : `${argument.spelled}=${argument.value ?? ''}`;
      const at = argument?.at ?? etcd.at;
      return {
        host: target.host,
        port: Number(target.port),
        isTls,
        wantsCertificate: isTls && wantsCertificate,
        ...(flag === 'listen-metrics-urls' && { isMetrics: true as const }),
        said,
        at,
      };
    });
  const urls = metrics?.value?.split(',').flatMap((url) => url.trim() || []) ?? [];
  const all = [...ofFlag('listen-metrics-urls', urls), ...ofFlag('listen-client-urls', clients)];
  const listeners = all.flatMap((one) => one ?? []);
  // A URL that is not one of HTTP, such as a socket, is no answer to a probe, and a mistyped one stops etcd.
  return { state: 'known', listeners };
}

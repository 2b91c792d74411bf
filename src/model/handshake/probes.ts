/** What answers a probe of the kubelet, which has neither a certificate nor a token, and does not verify the server. */
import { isGiven, lastArgument, listedValues } from '../../core/arguments.ts';
import type { Component, Place } from '../../core/artifact.ts';
import { hostPath } from '../../core/paths.ts';
import type { Probe } from '../../core/probe.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../core/setting.ts';
import { etcdOfImage } from '../facts/etcd-release.ts';
import { isLoopback, readAddress } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import { isUnspecified } from './addresses.ts';
import { lacksPath } from './etcd-paths.ts';
import { acceptsHost } from './listening.ts';
import { type ProbeListener, probeListeners } from './probe-listeners.ts';
import { isOtherPod } from './starts.ts';

/** Why a probe fails. */
export type ProbeCause =
  /** The component does not listen at all. */
  | 'off'
  | 'port'
  | 'address'
  /** The kubelet dials the loopback address of the node, and the pod has a network of its own. */
  | 'network'
  /** No port of the container has the name. */
  | 'port-name'
  /** HTTP, and the listener uses TLS. */
  | 'plain'
  /** HTTPS, and the listener does not use TLS. */
  | 'tls'
  /** The listener wants a client certificate. */
  | 'certificate'
  /** Requests without credentials are refused, by a flag. */
  | 'anonymous'
  /** The same, by the file of `--authentication-config`. */
  | 'anonymous-file'
  /** `--authorization-mode` contains AlwaysAllow, or is not set: then there are no requests without credentials. */
  | 'always-allow'
  /** `--authorization-always-allow-paths` lacks the path. */
  | 'paths'
  /** The release of etcd does not have the path. */
  | 'path';

export type ProbeAnswer =
  | { readonly state: 'answered' }
  | { readonly state: 'unknown'; readonly reason: string }
  | {
      readonly state: 'failed';
      readonly cause: ProbeCause;
      /** As the kubelet logs it. */
      readonly error: string;
      /** What causes it, as written. */
      readonly found: string;
      readonly at: Place;
      /** Whether the kubelet discards the result, or it depends on something that usually works. */
      readonly isMinor?: true;
    };

type Failed = Omit<Extract<ProbeAnswer, { readonly state: 'failed' }>, 'state'>;

const answered: ProbeAnswer = { state: 'answered' };
const unknown = (reason: string): ProbeAnswer => ({ state: 'unknown', reason });
const failed = (failure: Failed): ProbeAnswer => ({ state: 'failed', ...failure });
const status = (code: number) => `HTTP probe failed with statuscode: ${code}`;

/** Returns what answers a probe of a component. */
export function answerTo(probe: Probe, component: Component, pki: Pki): ProbeAnswer {
  if (probe.port === undefined) return unnamedPort(probe);
  const known = probeListeners(component, probe.port, pki);
  if (known.state === 'unknown') return known;
  const host = hostOfProbe(probe, component);
  if (host === undefined) return unknown(`the address that the kubelet dials is not known`);
  if (isOutside(host, component)) {
    const error = refusal(probe, `${isIpv6(host) ? `[${host}]` : host}:${probe.port}`);
    return failed({ cause: 'network', error, found: 'hostNetwork: false', at: probe.at });
  }
  const onPort = known.listeners.filter(({ port }) => port === probe.port);
  const listener = onPort.find((one) => isReached(host, one.host, component, pki));
  if (listener === undefined) {
    if (mayBeOther(host, component, pki)) return unknown(`a different program may answer at port ${probe.port}`);
    return refusedAnswer(probe, component, host, onPort, known.listeners, pki);
  }
  if (probe.action !== 'httpGet') return answered;
  return answerOfListener(probe, listener, host, component) ?? answerOfHttp(probe, component, listener, pki);
}

/** The kubelet logs the error and discards the result: then a startup or a readiness probe never succeeds. */
function unnamedPort(probe: Probe): ProbeAnswer {
  const isNumber = /^\d+$/.test(probe.portText);
  const error = isNumber ? `invalid port number: ${probe.portText}` : `port "${probe.portText}" not found`;
  return failed({ cause: 'port-name', error, found: `port: ${probe.portText}`, at: probe.at, isMinor: true });
}

/** The host of a probe: by default the address of the pod, which is that of the node in its network. */
function hostOfProbe({ host, action }: Probe, { pod }: Component): string | undefined {
  if (host === undefined || action === 'grpc') return '';
  // A port of the node that leads to the container may be open at its loopback address too.
  const isKnown = pod !== undefined && (pod.hostNetwork || pod.hasHostPort !== true);
  return isLoopback(host) && !isKnown ? undefined : host;
}

/** Whether the kubelet dials the loopback address of the node, where a pod with a network of its own does not listen. */
const isOutside = (host: string, { pod }: Component): boolean =>
  host !== '' && isLoopback(host) && pod?.hostNetwork === false;

const isIpv6 = (host: string): boolean => host.includes(':');

/** What the kubelet says if nothing listens at an address. */
function refusal({ action, scheme, path }: Probe, place: string): string {
  const get = action === 'httpGet' ? `Get "${scheme.toLowerCase()}://${place}${path}": ` : '';
  return `${get}dial tcp ${place}: connect: connection refused`;
}

/** Whether a listener accepts what is dialled. The address of the pod is any that is not a loopback one. */
function isReached(dialled: string, own: string, { name }: Component, pki: Pki): boolean {
  if (isUnspecified(own)) return true;
  if (dialled === '') return !isLoopback(own);
  if (!acceptsHost(dialled, own)) return false;
  const [one, other] = [readAddress(dialled), readAddress(own)];
  if (one === undefined || other === undefined || one === other || isLoopback(one)) return true;
  // Outside of private networks, an address may be translated to a different one.
  const isAdvertised = name !== 'kube-apiserver' || one === pki.facts.advertiseAddress?.value;
  return !(isPrivate(one) && isPrivate(other) && isAdvertised);
}

const isPrivate = (address: string): boolean =>
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd][\da-f]{2}:)/.test(address);

/**
 * Whether a host is a name, another container of the pod may answer, or a proxy on the node may listen where the API server
 * does not.
 */
function mayBeOther(host: string, { name, pod }: Component, { node }: Pki): boolean {
  if (host !== '' && readAddress(host) === undefined && !isLoopback(host)) return true;
  if (pod !== undefined && pod.containers > 1) return true;
  return name === 'kube-apiserver' && node.manifestFiles.some((path) => isOtherPod(node.files.get(path)));
}

function refusedAnswer(
  probe: Probe,
  component: Component,
  host: string,
  onPort: readonly ProbeListener[],
  all: readonly ProbeListener[],
  pki: Pki,
): ProbeAnswer {
  const own = pki.facts.nodeIps?.value[0] ?? pki.facts.advertiseAddress?.value;
  const shown = host || own || 'localhost';
  const error = refusal(probe, `${isIpv6(shown) ? `[${shown}]` : shown}:${probe.port}`);
  const flags = component.name === 'etcd' ? ['listen-metrics-urls'] : ['secure-port', 'bind-address'];
  const given = flags.map((flag) => lastArgument(component, flag));
  const argument = onPort.length > 0 ? (given[1] ?? given[0]) : (given[0] ?? given[1]);
  const cause = all.length === 0 ? 'off' : onPort.length > 0 ? 'address' : 'port';
  const said = argument && `${argument.spelled}=${argument.value ?? ''}`;
  const found = said ?? `no --${flags[0]}`;
  return failed({ cause, error, found, at: argument?.at ?? probe.at });
}

/** What the listener itself says: nothing, if both ends use TLS, or neither does, and it wants no certificate. */
function answerOfListener(
  probe: Probe,
  listener: ProbeListener,
  host: string,
  { name }: Component,
): ProbeAnswer | undefined {
  const place = `${host || 'localhost'}:${probe.port}`;
  const isTls = probe.scheme === 'HTTPS';
  const get = `Get "${probe.scheme.toLowerCase()}://${place}${probe.path}": `;
  if (isTls && !listener.isTls) {
    const error = `${get}http: server gave HTTP response to HTTPS client`;
    return failed({ cause: 'tls', error, found: 'scheme: HTTPS', at: probe.at });
  }
  if (!isTls && listener.isTls) {
    // etcd accepts a connection only after the handshake (client/pkg/transport/listener_tls.go); the others answer 400.
    const error = name === 'etcd' ? `${get}EOF` : status(400);
    return failed({ cause: 'plain', error, found: 'scheme: HTTP', at: probe.at });
  }
  if (!listener.wantsCertificate) return undefined;
  const error = `${get}remote error: tls: certificate required`;
  return failed({ cause: 'certificate', error, found: listener.said, at: listener.at });
}

function answerOfHttp(probe: Probe, component: Component, listener: ProbeListener, pki: Pki): ProbeAnswer {
  if (component.name === 'etcd') return answerOfEtcd(probe, component, listener);
  if (component.name === 'kube-apiserver') return answerOfApiServer(probe, component, pki);
  return answerByPaths(probe, component);
}

function answerOfEtcd({ path, at: place }: Probe, { image = '', at }: Component, listener: ProbeListener): ProbeAnswer {
  const release = etcdOfImage(image);
  if (release === undefined || !lacksPath(path, release, listener)) return answered;
  return failed({ cause: 'path', error: status(404), found: `${path} of etcd ${release}`, at: place ?? at });
}

/** Whether kube-apiserver answers requests without credentials: it says 401 to the others, whatever their path. */
function answerOfApiServer(probe: Probe, server: Component, { node, facts }: Pki): ProbeAnswer {
  if (probe.isAuthorized) return answered;
  const config = lastArgument(server, 'authentication-config');
  if (config !== undefined && config.value !== '') {
    const path = config.value === undefined ? undefined : hostPath(server, config.value);
    const content = path === undefined ? undefined : node.files.get(path)?.content;
    if (path === undefined || content?.type !== 'settings')
      return unknown(`${config.value ?? 'the authentication configuration'} was not read`);
    const anonymous = settingAt(content.document, 'anonymous');
    if (anonymous?.kind === 'map') return answerByFile(probe, path, anonymous);
  }
  const flag = lastArgument(server, 'anonymous-auth');
  if (flag?.value === undefined && flag !== undefined) return unknown('the value of --anonymous-auth is unknown');
  if (flag !== undefined && isFalse(flag.value)) {
    const found = `${flag.spelled}=${flag.value ?? ''}`;
    return failed({ cause: 'anonymous', error: status(401), found, at: flag.at });
  }
  return allowsAlways(server, facts.kubernetesVersion?.value) ?? answered;
}

/** Go's strconv.ParseBool. */
const isFalse = (value: string | undefined): boolean => /^(?:0|f|F|FALSE|false|False)$/.test(value ?? '');

function answerByFile(probe: Probe, path: string, anonymous: Setting): ProbeAnswer {
  const setting = settingAt(anonymous, 'enabled');
  const enabled = setting?.kind === 'scalar' && setting.type === 'bool' && setting.text === 'true';
  const paths = settingItems(anonymous, 'conditions').map((condition) => textAt(condition, 'path'));
  if (enabled && (paths.length === 0 || paths.includes(probe.path))) return answered;
  const found = enabled ? `anonymous.conditions: ${paths.join(', ')}` : 'anonymous.enabled: false';
  return failed({ cause: 'anonymous-file', error: status(401), found, at: { path } });
}

/** k8s.io/kubernetes pkg/kubeapiserver/options/authentication.go, ApplyAuthorization. Without modes, AlwaysAllow is the only one. */
function allowsAlways(server: Component, release: string | undefined): ProbeAnswer | undefined {
  if (isGiven(server, 'authorization-config') || release === undefined) return undefined;
  const modes = lastArgument(server, 'authorization-mode');
  const isAlways = modes === undefined || (modes.value ?? '').split(',').includes('AlwaysAllow');
  if (!isAlways) return undefined;
  const found = modes === undefined ? 'no --authorization-mode' : `${modes.spelled}=${modes.value ?? ''}`;
  return failed({ cause: 'always-allow', error: status(401), found, at: modes?.at ?? server.at });
}

const healthPaths = ['/healthz', '/livez', '/readyz'];

/**
 * kube-controller-manager and kube-scheduler answer these paths without asking the API server, unless a flag lists others
 * (k8s.io/apiserver pkg/server/options/authorization.go). If they can ask it, it usually allows them.
 */
function answerByPaths(probe: Probe, component: Component): ProbeAnswer {
  const flag = lastArgument(component, 'authorization-always-allow-paths');
  if (flag === undefined || probe.isAuthorized || !healthPaths.includes(probe.path)) return answered;
  if (flag.value === undefined) return unknown(`the value of ${flag.spelled} is unknown`);
  const allowed = listedValues(component, flag.name).map((path) => (path.startsWith('/') ? path : `/${path}`));
  const covers = (path: string) =>
    path.endsWith('*') ? probe.path.startsWith(path.slice(0, -1)) : path === probe.path;
  if (allowed.some(covers)) return answered;
  const asks = isGiven(component, 'authorization-kubeconfig');
  const found = `${flag.spelled}=${flag.value}`;
  return failed({ cause: 'paths', error: status(403), found, at: flag.at, ...(asks && { isMinor: true }) });
}

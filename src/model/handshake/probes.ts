/** What answers a probe of the kubelet, which has neither a certificate nor a token, and does not verify the server. */
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { Probe } from '../../artifact/probe.ts';
import { isLoopback, readAddress } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import { isUnspecified } from './addresses.ts';
import { acceptsHost } from './listening.ts';
import { answered, failedAnswer, type ProbeAnswer, statusError, unknownAnswer } from './probe-answer.ts';
import { answerOfHttp } from './probe-http.ts';
import { type ProbeListener, probeListeners } from './probe-listeners.ts';
import { isOtherPod } from './starts.ts';

/** Returns what answers a probe of a component. */
export function answerTo(probe: Probe, component: Component, pki: Pki): ProbeAnswer {
  if (probe.port === undefined) return unnamedPort(probe);
  const known = probeListeners(component, probe.port, pki);
  if (known.state === 'unknown') return known;
  const host = hostOfProbe(probe, component);
  if (host === undefined) return unknownAnswer(`the address that the kubelet dials is not known`);
  if (isOutside(host, component, pki)) {
    const error = refusal(probe, `${isIpv6(host) ? `[${host}]` : host}:${probe.port}`);
    return failedAnswer({ cause: 'network', error, found: 'hostNetwork: false', at: probe.at });
  }
  const onPort = known.listeners.filter(({ port }) => port === probe.port);
  const listener = onPort.find((one) => isReached(host, one.host, component, pki));
  if (listener === undefined) {
    if (mayBeOther(host, component, pki)) return unknownAnswer(`a different program may answer at port ${probe.port}`);
    return refusedAnswer(probe, component, host, onPort, known.listeners, pki);
  }
  if (probe.action !== 'httpGet') return answered;
  return answerOfListener(probe, listener, host, component) ?? answerOfHttp(probe, component, listener, pki);
}

/** The kubelet logs the error and discards the result: then a startup or a readiness probe never succeeds. */
function unnamedPort(probe: Probe): ProbeAnswer {
  const isNumber = /^\d+$/.test(probe.portText);
  const error = isNumber ? `invalid port number: ${probe.portText}` : `port "${probe.portText}" not found`;
  return failedAnswer({ cause: 'port-name', error, found: `port: ${probe.portText}`, at: probe.at, isMinor: true });
}

/** The host of a probe: by default the address of the pod, which is that of the node in its network. */
function hostOfProbe({ host, action }: Probe, { pod }: Component): string | undefined {
  if (host === undefined || action === 'grpc') return '';
  // A port of the node that leads to the container may be open at its loopback address too.
  const isKnown = pod !== undefined && (pod.hostNetwork || pod.hasHostPort !== true);
  return isLoopback(host) && !isKnown ? undefined : host;
}

/** Whether the kubelet dials an address of the node, where a pod with a network of its own does not listen. */
function isOutside(host: string, { pod }: Component, { facts }: Pki): boolean {
  if (host === '' || pod?.hostNetwork !== false) return false;
  const address = readAddress(host);
  const own = [...(facts.nodeIps?.value ?? []), facts.advertiseAddress?.value];
  return isLoopback(host) || (pod.hasHostPort !== true && address !== undefined && own.includes(address));
}

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
 * Whether a host is a name, another container of the pod may answer, or a proxy on the node may listen where the API
 * server does not.
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
  return failedAnswer({ cause, error, found, at: argument?.at ?? probe.at });
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
    return failedAnswer({ cause: 'tls', error, found: 'scheme: HTTPS', at: probe.at });
  }
  if (!isTls && listener.isTls) {
    // etcd accepts a connection only after the handshake (client/pkg/transport/listener_tls.go); the others answer 400.
    const error = name === 'etcd' ? `${get}EOF` : statusError(400);
    return failedAnswer({ cause: 'plain', error, found: 'scheme: HTTP', at: probe.at });
  }
  if (!listener.wantsCertificate) return undefined;
  const error = `${get}remote error: tls: certificate required`;
  return failedAnswer({ cause: 'certificate', error, found: listener.said, at: listener.at });
}

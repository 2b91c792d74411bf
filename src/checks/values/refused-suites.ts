/** Lists of cipher suites that a component refuses: names that Go does not have, and lists that HTTP/2 cannot use. */
import { allArguments, isOn, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { servesHttp2, unknownEtcdSuite } from './etcd-values.ts';
import { isFlag, type RefusedValue } from './refusal.ts';
import { http2Error, lacksHttp2Suite, meantSuites, unknownSuite } from './tls-values.ts';

/** The flag that lists the suites of a component. */
export const suitesFlag = ({ name }: Component): string => (name === 'etcd' ? 'cipher-suites' : 'tls-cipher-suites');

/** The suites that a component may serve; none without a list. */
export function suitesOf(component: Component): readonly string[] {
  const flag = suitesFlag(component);
  if (component.name !== 'etcd') return listedValues(component, flag);
  return lastArgument(component, flag)?.value?.split(',') ?? [];
}

/** The type of the key with which a component serves, if its certificate is known. */
export function servingKey(component: Component, { roles }: Pki): 'RSA' | 'ECDSA' | undefined {
  const id = { 'kube-apiserver': roleIds.apiServer, etcd: roleIds.etcdServer }[component.name];
  const type = roles.find((role) => role.id === id)?.leaf?.publicKey.type;
  return type === 'RSA' || type === 'ECDSA' ? type : undefined;
}

/** Whether a component serves HTTP/2 with the suites in its flag. */
function usesHttp2(component: Component): boolean {
  if (component.name === 'etcd') return servesHttp2(component);
  // Below TLS 1.3 only (golang.org/x/net/http2 server.go, ConfigureServer).
  if (lastArgument(component, 'tls-min-version')?.value === 'VersionTLS13') return false;
  if (component.name === 'kubelet') return true;
  // Flags of all that serve with k8s.io/apiserver (pkg/server/options/serving.go).
  return !isOn(component, 'disable-http2-serving') && lastArgument(component, 'secure-port')?.value !== '0';
}

/** k8s.io/apiserver pkg/server/secure_serving.go, Serve; the kubelet serves by net/http itself. */
const configuring = 'error configuring http2: ';

/** The lists of suites that a component refuses. */
export function* refusedSuites(component: Component, pki: Pki): Generator<RefusedValue> {
  const argument = lastArgument(component, suitesFlag(component));
  if (argument?.value === undefined || !isFlag(argument)) return;
  const names = suitesOf(component);
  const takes = 'names of suites in Go, separated by commas without spaces, with an ECDHE suite of AES_128_GCM_SHA256';
  const isOne = allArguments(component, argument.name).length === 1;
  const meant = isOne ? meantSuites(names, servingKey(component, pki))?.join(',') : undefined;
  const unknown = unknownSuite(names);
  if (unknown !== undefined) {
    const said = `Cipher suite ${unknown} not supported or doesn't exist`;
    yield { argument, error: component.name === 'etcd' ? unknownEtcdSuite(unknown) : said, takes, meant };
  } else if (lacksHttp2Suite(names) && usesHttp2(component)) {
    const isPlain = component.name === 'etcd' || component.name === 'kubelet';
    yield { argument, error: `${isPlain ? '' : configuring}${http2Error}`, takes, meant };
  }
}

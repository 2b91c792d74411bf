/**
 * EgressSelectorConfiguration (k8s.io/apiserver pkg/server/egressselector/config.go,
 * ValidateEgressSelectorConfiguration).
 */

import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { duplicateValue, invalidValue, requiredValue, unsupportedValue } from '../../core/field-errors.ts';
import type { ValueContext, ValueFault, ValueJudge } from '../values/field-rows.ts';
import { cannotOpen, howToOpen } from './named-path.ts';

const protocols = ['Direct', 'HTTPConnect', 'GRPC'];
const names = ['cluster', 'controlplane', 'etcd'];

/** The files of a TLS configuration: whether they are needed, and what kube-apiserver says. */
const files: readonly (readonly [field: string, lacks: string | undefined, absent: string])[] = [
  ['caBundle', undefined, 'TLS config ca bundle does not exist'],
  ['clientCert', 'Using TLS requires clientCert', 'TLS client cert does not exist'],
  ['clientKey', 'Using TLS requires clientKey', 'TLS client key does not exist'],
];

/** What kube-apiserver refuses in an EgressSelectorConfiguration. It names no entry of the list, only its fields. */
export const egressFaults: ValueJudge = function* (document, context) {
  const selections = settingItems(document, 'egressSelections');
  for (const selection of selections) yield* connectionFaults(settingAt(selection, 'connection') ?? selection, context);
  const seen = new Set<string>();
  for (const [index, selection] of selections.entries()) {
    const name = textAt(selection, 'name').toLowerCase();
    const at = (settingAt(selection, 'name') ?? selection).at;
    const path = 'service.connection';
    const again = { path: `${path}[${index}]`, at, error: duplicateValue(`${path}[${index}]`, name) };
    if (seen.has(name)) yield { ...again, fix: `keep one selection with the name ${name}` };
    else if (!names.includes(name)) {
      const fix = name === 'master' ? 'write controlplane, as it is called since 1.22' : `write ${names.join(', ')}`;
      yield { path, at, error: unsupportedValue(path, name, names), fix };
    }
    seen.add(name);
  }
};

function* connectionFaults(connection: Setting, context: ValueContext): Generator<ValueFault> {
  const protocol = textAt(connection, 'proxyProtocol');
  const transport = settingAt(connection, 'transport');
  const prefix = 'service.connection';
  const at = (transport ?? connection).at;
  const fault = (field: string, error: string, fix: string): ValueFault => ({
    path: `${prefix}.${field}`,
    at,
    error,
    fix,
  });
  if (!protocols.includes(protocol)) {
    const path = `${prefix}.protocol`;
    yield fault(
      'protocol',
      unsupportedValue(path, protocol, protocols),
      `write proxyProtocol: ${protocols.join(' or ')}`,
    );
    return;
  }
  if (protocol === 'Direct') {
    const error = invalidValue(`${prefix}.transport`, 'direct', 'Transport config should be absent for direct connect');
    if (transport !== undefined) yield fault('transport', error, 'remove the transport');
    return;
  }
  const [tcp, uds] = [settingAt(transport, 'tcp'), settingAt(transport, 'uds')];
  const socket = 'write transport.uds.udsName';
  if (transport === undefined)
    yield fault('transport', requiredValue(`${prefix}.transport`, `transport must be set for ${protocol}`), socket);
  else if (protocol === 'GRPC' && uds === undefined)
    yield fault('uds', requiredValue(`${prefix}.uds`, 'UDS must be set with GRPC'), socket);
  else if (tcp !== undefined && uds !== undefined && protocol !== 'GRPC')
    yield fault('tcp', `${prefix}.tcp: Invalid value: TCP and UDS cannot both be set`, 'keep one of tcp and uds');
  else if (tcp === undefined && uds === undefined)
    yield fault(
      'tcp',
      requiredValue(`${prefix}.tcp`, 'One of TCP or UDS must be set'),
      'write transport.tcp or transport.uds',
    );
  else if (uds !== undefined && textAt(uds, 'udsName') === '')
    yield fault(
      'udsName',
      invalidValue(`${prefix}.udsName`, 'nil', 'UDSName should be present for UDS connections'),
      socket,
    );
  else if (uds === undefined && tcp !== undefined) yield* tcpFaults(tcp, context);
}

function* tcpFaults(tcp: Setting, { component, pki }: ValueContext): Generator<ValueFault> {
  const prefix = 'service.connection';
  const url = textAt(tcp, 'url');
  const tls = settingAt(tcp, 'tlsConfig');
  const fault = (field: string, at: Setting, error: string, fix: string) => ({
    path: `${prefix}.${field}`,
    at: at.at,
    error,
    fix,
  });
  if (url.startsWith('http://')) {
    const error = invalidValue(`${prefix}.tlsConfig`, 'nil', 'TLSConfig config should not be present when using HTTP');
    if (tls !== undefined) yield fault('tlsConfig', tls, error, 'write https in the url, or remove tlsConfig');
    return;
  }
  if (!url.startsWith('https://')) {
    const error = invalidValue(`${prefix}.url`, url, 'supported connection protocols are http:// and https://');
    yield fault('url', tcp, error, 'write the url with https');
    return;
  }
  if (tls === undefined) {
    const error = requiredValue(`${prefix}.tlsConfig`, 'TLSConfig must be present when using HTTPS');
    yield fault('tlsConfig', tcp, error, 'write tlsConfig with caBundle, clientCert and clientKey');
    return;
  }
  for (const [field, lacks, absent] of files) {
    const path = textAt(tls, field);
    const why = path === '' ? undefined : cannotOpen(path, component, pki);
    const at = settingAt(tls, field) ?? tls;
    const name = `tlsConfig.${field}`;
    if (why !== undefined)
      yield fault(name, at, invalidValue(`${prefix}.${name}`, path, absent), howToOpen(path, why, component.name));
    else if (path === '' && lacks !== undefined)
      yield fault(name, at, invalidValue(`${prefix}.${name}`, 'nil', lacks), `name the file of ${field}`);
  }
}

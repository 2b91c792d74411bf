/** Kubeconfigs, byte for byte as kubectl and kubeadm write them. */
import { UserError } from '../../core/errors.ts';
import { isFrom } from '../../model/release.ts';
import type { KubeconfigNames } from '../types.ts';
import { yamlString } from './yaml-string.ts';

/** A client's certificate and key, in PEM. */
export interface Credential {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/**
 * A kubeconfig, byte for byte as `kubectl config set-cluster`, `set-credentials`, `set-context` and `use-context` of that
 * release write it with embedded certificates, and kubeadm too. `release`: semver; the newest where undefined.
 */
export function kubeconfigText(
  names: KubeconfigNames,
  caPem: string,
  credential: Credential,
  release?: string,
): string {
  const server = scalar('server', names.server);
  const cluster = scalar('cluster', names.cluster);
  const user = scalar('user', names.user);
  const context = scalar('context', names.context);
  return [
    'apiVersion: v1',
    'clusters:',
    '- cluster:',
    `    certificate-authority-data: ${base64(caPem)}`,
    `    server: ${server}`,
    `  name: ${cluster}`,
    'contexts:',
    '- context:',
    `    cluster: ${cluster}`,
    `    user: ${user}`,
    `  name: ${context}`,
    `current-context: ${context}`,
    'kind: Config',
    ...(release === undefined || isFrom(release, noPreferences) ? [] : ['preferences: {}']),
    'users:',
    `- name: ${user}`,
    '  user:',
    `    client-certificate-data: ${base64(credential.certificatePem)}`,
    `    client-key-data: ${base64(credential.keyPem)}`,
    '',
  ].join('\n');
}

/** `preferences` was deprecated, and is left out where empty, from there on (kubernetes/kubernetes pull request 131741). */
const noPreferences = '1.34.0';

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

function scalar(field: string, value: string): string {
  const text = yamlString(value);
  if (text !== undefined) return text;
  throw new UserError(`this ${field} cannot be written into a kubeconfig: ${JSON.stringify(value)}`);
}

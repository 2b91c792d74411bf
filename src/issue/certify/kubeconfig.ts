import { UserError } from '../../core/errors.ts';
import { isFrom } from '../../model/release.ts';
import type { KubeconfigSpec } from '../types.ts';
import { yamlString } from './yaml-string.ts';

/** A client's certificate and key: embedded in PEM, or one file that holds both, as the kubelet rotates it. */
export type Credential = { readonly certificatePem: string; readonly keyPem: string } | { readonly path: string };

/**
 * A kubeconfig, byte for byte as `kubectl config set-cluster`, `set-credentials`, `set-context` and `use-context` of that
 * release write it with embedded certificates, and kubeadm too. `release`: semver; the newest where undefined.
 */
export function kubeconfigText(spec: KubeconfigSpec, caPem: string, credential: Credential, release?: string): string {
  const named = Object.entries(spec).map(([field, value]) => [field, scalar(field, value)]);
  const { server, cluster, user, context } = Object.fromEntries(named) as KubeconfigSpec;
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
    ...credentialLines(credential),
    '',
  ].join('\n');
}

/** `preferences` was deprecated, and is left out where empty, from there on (kubernetes/kubernetes pull request 131741). */
const noPreferences = '1.34.0';

function credentialLines(credential: Credential): readonly string[] {
  if ('path' in credential) {
    const path = scalar('path', credential.path);
    return [`    client-certificate: ${path}`, `    client-key: ${path}`];
  }
  return [
    `    client-certificate-data: ${base64(credential.certificatePem)}`,
    `    client-key-data: ${base64(credential.keyPem)}`,
  ];
}

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

function scalar(field: string, value: string): string {
  const text = yamlString(value);
  if (text !== undefined) return text;
  throw new UserError(`this ${field} cannot be written into a kubeconfig: ${JSON.stringify(value)}`);
}

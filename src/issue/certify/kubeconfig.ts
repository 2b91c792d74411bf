/** Kubeconfigs, byte for byte as kubectl and kubeadm write them. */
import { UserError } from '../../core/errors.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { KubeconfigNames } from '../../results/issue/plan.ts';
import { isYamlError, parseYamlText } from '../../scan/parse/yaml.ts';
import { plainType } from '../../scan/parse/yaml-go.ts';
import { getItems, getNode, getString, type YamlNode } from '../../scan/parse/yaml-node.ts';

/** A client's certificate and key, in PEM. */
export interface Credential {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/**
 * A kubeconfig, byte for byte as `kubectl config set-cluster`, `set-credentials`, `set-context` and `use-context` of
 * that release write it with embedded certificates, and as kubeadm does. `release`: semver; the newest if undefined.
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

/**
 * `preferences` was deprecated, and is left out if empty, from this release on (kubernetes/kubernetes pull request
 * 131741).
 */
const noPreferences = '1.34.0';

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

function scalar(field: string, value: string): string {
  const text = yamlString(value);
  if (text !== undefined) return text;
  throw new UserError(`this ${field} cannot be written into a kubeconfig: ${JSON.stringify(value)}`);
}

/**
 * A kubeconfig with the embedded CA of its current context and, if there is a new one, the credential renewed, and
 * every other byte unchanged (kubeadm renewal/readwriter.go, Write: "all the other attribute of the kubeConfig file are
 * preserved"); undefined if they are not embedded as data, each on one line.
 */
export function renewedKubeconfig(text: string, caPem: string, credential?: Credential): string | undefined {
  const documents = parseYamlText(text);
  const [document] = isYamlError(documents) ? [] : documents;
  const context = named(document, 'contexts', getString(document, 'current-context')?.text, 'context');
  const cluster = named(document, 'clusters', getString(context, 'cluster')?.text, 'cluster');
  const user = named(document, 'users', getString(context, 'user')?.text, 'user');
  const lines = text.split('\n');
  const wanted: readonly (readonly [YamlNode | undefined, string, string])[] = [
    // A CA that is referenced by its path is renewed there.
    ...(getNode(cluster, 'certificate-authority') ? [] : [[cluster, 'certificate-authority-data', caPem] as const]),
    ...(credential === undefined
      ? []
      : ([
          [user, 'client-certificate-data', credential.certificatePem],
          [user, 'client-key-data', credential.keyPem],
        ] as const)),
  ];
  for (const [owner, field, pem] of wanted) {
    const old = getString(owner, field);
    const line = old && lines[old.line - 1];
    if (old === undefined || line === undefined) return undefined;
    const [head, tail] = [line.slice(0, old.column - 1), line.slice(old.column - 1)];
    const [, quote = '', data] = /^(["']?)([A-Za-z0-9+/=]+)\1(?=\s*(?:$|[,}]| #))/.exec(tail) ?? [];
    if (data !== old.text) return undefined;
    lines[old.line - 1] = head + tail.replace(`${quote}${data}`, `${quote}${base64(pem)}`);
  }
  return lines.join('\n');
}

function named(document: YamlNode | undefined, list: string, name: string | undefined, field: string) {
  const item = getItems(document, list).find((one) => name !== undefined && getString(one, 'name')?.text === name);
  return getNode(item, field);
}

/**
 * A string as go.yaml.in/yaml/v2 writes it (encode.go, stringv; emitterc.go, yaml_emitter_analyze_scalar), by which
 * kubectl and kubeadm write kubeconfigs: plain; in double quotes if a reader would not read a string; in
 * single quotes if it has indicator characters. undefined: it would need escapes or several lines.
 */
export function yamlString(text: string): string | undefined {
  if (!isPrintable.test(text)) return undefined;
  if (!readsAsString(text)) return JSON.stringify(text);
  return isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** YAML 1.1 section 5.1 without line breaks, and without characters that Go escapes. */
const isPrintable = /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** resolve.go, parseTimestamp: `2006-1-2` and the like, with a time or without. */
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/;

function readsAsString(text: string): boolean {
  return plainType(text) === 'string' && !base60.test(text) && !timestamp.test(text);
}

/** Whether it has no indicator in its position (block context), and no space at the start or the end. */
function isPlain(text: string): boolean {
  return !/^[#,[\]{}&*!|>'"%@`]|^[?:-](?: |$)|^(?:---|\.\.\.)|: |:$| #|^ | $/.test(text);
}

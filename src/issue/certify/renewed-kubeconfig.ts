/** Kubeconfigs that are there, with a new credential. */
import { getItems, getNode, getString, isYamlError, parseYamlText, type YamlNode } from '../../scan/yaml.ts';

/** What is new in a kubeconfig, in PEM. */
export interface Renewed {
  readonly authorityPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/**
 * A kubeconfig with the credential and the embedded CA of its current context renewed, and every other byte as it is
 * (kubeadm renewal/readwriter.go, Write: "all the other attribute of the kubeConfig file are preserved"); undefined where
 * they do not stand in it as data, each on one line.
 */
export function renewedKubeconfig(text: string, { authorityPem, certificatePem, keyPem }: Renewed): string | undefined {
  const documents = parseYamlText(text);
  const [document] = isYamlError(documents) ? [] : documents;
  const context = named(document, 'contexts', getString(document, 'current-context')?.text, 'context');
  const cluster = named(document, 'clusters', getString(context, 'cluster')?.text, 'cluster');
  const user = named(document, 'users', getString(context, 'user')?.text, 'user');
  const lines = text.split('\n');
  const wanted: readonly (readonly [YamlNode | undefined, string, string])[] = [
    // A CA that is named by its path is renewed there.
    ...(getNode(cluster, 'certificate-authority')
      ? []
      : [[cluster, 'certificate-authority-data', authorityPem] as const]),
    [user, 'client-certificate-data', certificatePem],
    [user, 'client-key-data', keyPem],
  ];
  for (const [owner, field, pem] of wanted) {
    const scalar = getString(owner, field);
    const line = scalar && lines[scalar.line - 1];
    if (scalar === undefined || line === undefined) return undefined;
    const [head, tail] = [line.slice(0, scalar.column - 1), line.slice(scalar.column - 1)];
    const [, quote = '', data] = /^(["']?)([A-Za-z0-9+/=]+)\1(?=\s*(?:$|[,}]| #))/.exec(tail) ?? [];
    if (data !== scalar.text) return undefined;
    lines[scalar.line - 1] = head + tail.replace(`${quote}${data}`, `${quote}${Buffer.from(pem).toString('base64')}`);
  }
  return lines.join('\n');
}

function named(document: YamlNode | undefined, list: string, name: string | undefined, field: string) {
  const item = getItems(document, list).find((one) => name !== undefined && getString(one, 'name')?.text === name);
  return getNode(item, field);
}

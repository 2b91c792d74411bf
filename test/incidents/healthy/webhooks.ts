/** Kubeconfigs of webhooks that kube-apiserver calls with a client certificate. */
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';

export const configurationFolder = '/etc/kubernetes/config';

const folder = configurationFolder;
const company = makeAuthority('Example company CA');

/** A CA that is none of the cluster's. */
export const companyPem = certificatePem(company.certificate);

/** Lines of a text for a place further to the right. */
export const indented = (text: string, spaces: number): string => text.trimEnd().replaceAll(/^/gm, ' '.repeat(spaces));

/** A kubeconfig for a webhook, with a client certificate in files. */
export function webhook(node: NodeTree, name: string, server: string): string {
  const key = keyNamed(`client of ${name}`);
  const client = makeAuthority('kube-apiserver', { key, ca: false, usages: ['clientAuth'] }, company);
  node.write(`${folder}/${name}-ca.pem`, companyPem, 0o644);
  node.write(`${folder}/${name}.pem`, certificatePem(client.certificate), 0o644);
  node.write(`${folder}/${name}-key.pem`, privateKeyPem(key), 0o600);
  const path = `${folder}/${name}.kubeconfig`;
  node.write(
    path,
    `apiVersion: v1
kind: Config
clusters:
  - name: remote
    cluster:
      certificate-authority: ${folder}/${name}-ca.pem
      server: ${server}
users:
  - name: name-of-api-server
    user:
      client-certificate: ${folder}/${name}.pem
      client-key: ${folder}/${name}-key.pem
contexts:
- context: {cluster: remote, user: name-of-api-server}
  name: webhook
current-context: webhook
`,
    0o600,
  );
  return path;
}

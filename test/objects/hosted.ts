/** Secrets of control planes that Cluster API, Kamaji and vcluster make, as YAML. */

import type { Authority, Changes } from '../support/issue.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import { base64, documents } from './objects.ts';
import { pemOf, type SecretFields, secretOf } from './secrets.ts';

const labels = { 'cluster.x-k8s.io/cluster-name': 'prod' };

/** A CA as Cluster API makes all of them: with one name. */
export const clusterCa = (key: string, changes: Changes = {}): Authority =>
  makeAuthority('kubernetes', { key: keyNamed(key), ...changes });

/** A client certificate of an administrator, and its key. */
export const clientOf = (ca: Authority, changes: Changes = {}): Authority =>
  makeAuthority(
    'kubernetes-admin',
    { usages: ['clientAuth'], ca: null, keyUsage: ['digitalSignature'], ...changes },
    ca,
  );

/** A kubeconfig with embedded data. */
export const kubeconfigOf = (client: Authority, ca: string): string => `apiVersion: v1
kind: Config
clusters: [{name: prod, cluster: {server: 'https://203.0.113.9:6443', certificate-authority-data: ${base64(ca)}}}]
users: [{name: admin, user: {client-certificate-data: ${base64(pemOf(client))}, client-key-data: ${base64(privateKeyPem(client.key))}}}]
contexts: [{name: admin, context: {cluster: prod, user: admin}}]
current-context: admin
`;

const clusterSecret = (end: string, data: SecretFields['data']) =>
  secretOf({ name: `prod-${end}`, namespace: 'capi', type: 'cluster.x-k8s.io/secret', labels, data });

export interface ClusterParts {
  readonly ca?: Authority;
  readonly etcd?: Authority;
  readonly proxy?: Authority;
  /** Of tokens: the names of the public and the private key. */
  readonly tokens?: readonly [string, string];
  readonly kubeconfig?: string;
  readonly more?: readonly string[];
}

/** The Secrets of cluster `capi/prod` of Cluster API. */
export function clusterApi({
  ca = clusterCa('ca'),
  tokens = ['sa', 'sa'],
  more = [],
  ...parts
}: ClusterParts = {}): string {
  const { etcd = clusterCa('etcd'), proxy = clusterCa('proxy') } = parts;
  const { kubeconfig = kubeconfigOf(clientOf(ca), pemOf(ca)) } = parts;
  const pair = (one: Authority) => ({ 'tls.crt': pemOf(one), 'tls.key': privateKeyPem(one.key) });
  const [verifier, signer] = tokens;
  return documents(
    clusterSecret('ca', pair(ca)),
    clusterSecret('etcd', pair(etcd)),
    clusterSecret('proxy', pair(proxy)),
    clusterSecret('sa', {
      'tls.crt': publicKeyPem(keyNamed(verifier)),
      'tls.key': privateKeyPem(keyNamed(signer)),
    }),
    clusterSecret('kubeconfig', { value: kubeconfig }),
    ...more,
  );
}

/** The Secrets of TenantControlPlane `tenants/t1` of Kamaji. */
export function kamaji(ca: Authority, kubeconfig: string, server = makeAuthority('kube-apiserver', {}, ca)): string {
  const secret = (end: string, data: SecretFields['data']) =>
    secretOf({ name: `t1-${end}`, namespace: 'tenants', type: 'Opaque', data });
  return documents(
    secret('ca', { 'ca.crt': pemOf(ca), 'ca.key': privateKeyPem(ca.key) }),
    secret('api-server-certificate', { 'apiserver.crt': pemOf(server), 'apiserver.key': privateKeyPem(server.key) }),
    secret('admin-kubeconfig', { 'admin.conf': kubeconfig, 'admin.svc': kubeconfig }),
    secret('datastore-certificate', { 'ca.crt': pemOf(makeAuthority('kine')) }),
  );
}

/** The Secret of vcluster `team-a/dev`. */
export function vcluster(ca: Authority, server: Authority, kubeconfig = kubeconfigOf(clientOf(ca), pemOf(ca))): string {
  const data = {
    'ca.crt': pemOf(ca),
    'apiserver.crt': pemOf(server),
    'apiserver.key': privateKeyPem(server.key),
    'etcd-ca.crt': pemOf(clusterCa('etcd')),
    'admin.conf': kubeconfig,
  };
  const own = { app: 'vcluster', 'vcluster-name': 'dev' };
  return secretOf({ name: 'dev-certs', namespace: 'team-a', type: 'Opaque', labels: own, data });
}

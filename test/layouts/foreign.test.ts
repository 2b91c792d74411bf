/** The kubeconfig that kubectl reads may be for a different cluster. */
import { describe, expect, it } from 'vitest';
import { lintTrees } from '../cases/harness.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import type { KitChanges } from './kits/kit.ts';
import { kubeaszMaster, kubeaszWorker } from './kits/kubeasz.ts';
import { optKubernetesMaster } from './kits/opt-kubernetes.ts';

const path = '/root/.kube/config';
const foreignCa = Buffer.from(certificatePem(makeAuthority('elsewhere').certificate)).toString('base64');

const kubeconfig = (server: string) => `apiVersion: v1
kind: Config
current-context: x
clusters:
- name: x
  cluster: {server: ${server}, certificate-authority-data: ${foreignCa}}
contexts:
- name: x
  context: {cluster: x, user: x}
users:
- name: x
  user: {token: abc}
`;

const loud = async (node: ReturnType<typeof kubeaszMaster>) => {
  const { findings } = await lintTrees([node]);
  return findings.filter(({ severity, path: at }) => severity === 'error' && at === path).map(({ rule }) => rule);
};

describe.each([
  ['kubeasz master', (changes: KitChanges) => kubeaszMaster(changes), '192.168.1.1'],
  ['kubeasz worker', (changes: KitChanges) => kubeaszWorker(changes), '127.0.0.1'],
  ['opt-kubernetes master', (changes: KitChanges) => optKubernetesMaster(changes), '192.168.31.71'],
])('%s', (_, make, own) => {
  it('is quiet about one that dials something else, and trusts no CA of this cluster', async () => {
    expect(await loud(make({ files: { [path]: kubeconfig('https://api.elsewhere.test:6443') } }))).toEqual([]);
  });

  it('judges one that dials this cluster with the CA of another', async () => {
    expect(await loud(make({ files: { [path]: kubeconfig(`https://${own}:6443`) } }))).toContain(
      'kubeconfig/authority',
    );
  });
});

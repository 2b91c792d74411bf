/** What a component or its peers print because of a flag that names the wrong file. */
import { describe, expect, it } from 'vitest';
import { lintTree } from './cases/harness.ts';
import { setFlags } from './cases/manifest-edits.ts';
import { buildNode } from './support/build-node.ts';

const pki = '/etc/kubernetes/pki';
const unknownAuthority = 'x509: certificate signed by unknown authority';
const mismatch = 'tls: private key does not match public key';

const cases = [
  {
    name: 'the key of a different certificate',
    component: 'etcd',
    flags: { 'peer-key-file': `${pki}/etcd/server.key` },
    first: mismatch,
    never: unknownAuthority,
  },
  {
    name: 'the certificate and key of a client',
    component: 'kube-apiserver',
    flags: {
      'tls-cert-file': `${pki}/apiserver-kubelet-client.crt`,
      'tls-private-key-file': `${pki}/apiserver-kubelet-client.key`,
    },
    first: "x509: cannot validate certificate for 192.0.2.10 because it doesn't contain any IP SANs",
    never: unknownAuthority,
  },
  {
    name: 'a CA that did not sign the certificates of clients',
    component: 'kube-apiserver',
    flags: { 'client-ca-file': `${pki}/etcd/ca.crt` },
    first: `Unauthorized: ${unknownAuthority}`,
    never: mismatch,
  },
  {
    name: 'the credential of a different component',
    component: 'kube-scheduler',
    flags: {},
    edit: (text: string) => text.replaceAll('/scheduler.conf', '/controller-manager.conf'),
    first: 'leases.coordination.k8s.io "kube-scheduler" is forbidden',
    never: unknownAuthority,
  },
];

/** kube-controller-manager exits if the certificate and the key of a signer do not belong together. */
const stopping = [
  { name: 'the key', flags: { 'cluster-signing-key-file': `${pki}/front-proxy-ca.key` }, signer: 'ca.crt' },
  {
    name: 'the certificate',
    flags: { 'cluster-signing-cert-file': `${pki}/front-proxy-ca.crt` },
    signer: 'front-proxy-ca.crt',
  },
];

describe('the error of a flag that names the wrong file', () => {
  it.each(cases)('is that of the peers: $name', async ({ component, flags, first, never, ...how }) => {
    const node = setFlags(buildNode(), component, flags);
    if ('edit' in how) node.edit(`manifests/${component}.yaml`, how.edit);
    const { findings } = await lintTree(node);
    const errors = findings.find(({ rule }) => rule === 'argument/target')?.related.map(({ error }) => error ?? '');
    expect(errors?.find((error) => error !== '')).toContain(first);
    expect(errors?.filter((error) => error.includes(never))).toEqual([]);
  });

  it.each(stopping)(
    'is that of kube-controller-manager, which exits: $name of its signer',
    async ({ flags, signer }) => {
      const { findings, connections } = await lintTree(setFlags(buildNode(), 'kube-controller-manager', flags));
      const finding = findings.find(({ rule }) => rule === 'argument/target');
      expect(finding?.related[0]).toMatchObject({
        message: 'kube-controller-manager does not start',
        error: `error reading CA cert file "${pki}/${signer}": ${mismatch}`,
      });
      const own = connections.filter(({ client, verdict }) => client === 'kube-controller-manager' && verdict === 'ok');
      expect(own).toEqual([]);
    },
  );
});

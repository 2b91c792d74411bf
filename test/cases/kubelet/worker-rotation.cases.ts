/**
 * Workers in a rotation of the CA: the API servers verify the credential of a kubelet, and not the ca.crt of its node.
 */
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const next = makeAuthority('kubernetes', { key: keyNamed('next CA'), notBefore: '2026-11-24' });
const nextPem = certificatePem(next.certificate);
const stored = '/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem';
const link = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** A control plane whose API server trusts the next CA as well, and still signs with the old one. */
function trusting(number: 1 | 2 | 3): NodeTree {
  const node = controlPlane(number);
  node.write('pki/signing.crt', node.read('pki/ca.crt'));
  node.replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', '/etc/kubernetes/pki/signing.crt');
  return node.edit('pki/ca.crt', (text) => text + nextPem);
}

/** A worker with a credential of the next CA, and the ca.crt of before. */
const ahead = () => worker().issue('kubelet.conf', { issuer: next });

/** A worker whose kubelet.conf has a credential, and which has stored one of a different CA. */
function storing(which: 'old' | 'next'): NodeTree {
  const old = worker();
  const credential = old.read(link);
  const [user, kept] = which === 'old' ? [ahead().read(link), credential] : [credential, ahead().read(link)];
  const data = Buffer.from(user).toString('base64');
  return old
    .edit('kubelet.conf', (text) =>
      text
        .replace(/client-certificate: .*/, `client-certificate-data: ${data}`)
        .replace(/client-key: .*/, `client-key-data: ${data}`),
    )
    .write(stored, kept, 0o600)
    .link(link, stored);
}

export const workerRotationCases: readonly Case[] = [
  {
    name: 'the kubelet of a worker has a credential of the next CA, which every API server trusts',
    node: ahead,
    beside: () => [trusting(1), trusting(2), trusting(3)],
    findings: [],
  },
  {
    name: 'the same with one control plane',
    node: ahead,
    beside: () => [trusting(1)],
    findings: [],
  },
  {
    name: 'the kubelet of a worker has a credential of the next CA, which one API server does not trust yet',
    node: ahead,
    beside: () => [trusting(1), controlPlane(2), trusting(3)],
    findings: ['cert/issuer@kubelet.conf'],
  },
  {
    name: 'the kubelet of a worker has a credential of the next CA, and no API server is in the input',
    node: ahead,
    findings: ['cert/issuer@kubelet.conf'],
  },
  {
    name: 'a worker has stored a credential that no API server trusts, next to a good kubelet.conf',
    node: () => storing('next'),
    beside: () => [controlPlane(1)],
    findings: ['kubelet/stored@kubelet.conf'],
  },
  {
    name: 'the same without an API server in the input',
    node: () => storing('next'),
    findings: [],
  },
  {
    name: 'a worker has stored a credential of the next CA, which every API server trusts',
    node: () => storing('next'),
    beside: () => [trusting(1)],
    findings: [],
  },
];

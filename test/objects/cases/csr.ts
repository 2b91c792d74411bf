/** Requests for certificates: what no one approves, what no one signs, and what only looks like it. */
import { buildNode } from '../../support/build-node.ts';
import type { ObjectCase } from '../harness.ts';
import { documents } from '../objects.ts';
import { clusterNode } from '../published.ts';
import { bindingsWithout, madeAt, type RequestFields, signingRequest } from '../requests.ts';

const subject = 'CertificateSigningRequest csr-8p2mt';
const client = 'kubernetes.io/kube-apiserver-client-kubelet';
const hourLater = madeAt('2026-11-28T18:00:00Z');

const withClock = (...requests: readonly RequestFields[]): string =>
  documents(...requests.map(signingRequest), hourLater);

const joining: RequestFields = {
  signer: client,
  username: 'system:bootstrap:m50zjz',
  groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token', 'system:authenticated'],
  names: [],
};

export const csrCases: readonly ObjectCase[] = [
  {
    name: 'the serving certificate of a kubelet that no one approves',
    objects: withClock({}),
    source: 'https://github.com/kubernetes/kubernetes/issues/73356',
    findings: [`csr/serving-pending@${subject}`],
  },
  {
    name: 'a kubelet that asks again every quarter of an hour is one finding',
    objects: documents(
      signingRequest({ name: 'csr-5fwb9', created: '2026-11-28T17:00:00Z' }),
      signingRequest({ name: 'csr-6ckwh', created: '2026-11-28T17:15:00Z' }),
      signingRequest({ created: '2026-11-28T17:30:00Z' }),
    ),
    source: 'https://github.com/kubernetes/kubeadm/issues/591',
    findings: [`csr/serving-pending@${subject}`],
  },
  {
    name: 'a serving request that a later one replaced is no fault',
    objects: withClock(
      { name: 'csr-old' },
      { created: '2026-11-28T17:20:00Z', conditions: ['Approved'], isIssued: true },
    ),
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#certificate-rotation',
    findings: [],
  },
  {
    name: 'a serving request of a minute ago is no fault',
    objects: documents(signingRequest(), madeAt('2026-11-28T17:01:00Z')),
    findings: [],
  },
  {
    name: "a request for another signer is its owner's business",
    objects: withClock({ signer: 'example.test/internal' }),
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#signers',
    findings: [],
  },
  {
    name: 'a request of a person waits for a person',
    objects: withClock({ signer: 'kubernetes.io/kube-apiserver-client', username: 'jane', commonName: 'jane' }),
    source: 'https://kubernetes.io/docs/tasks/tls/certificate-issue-client-csr/',
    findings: [],
  },
  {
    name: 'a joining kubelet whose request waits although the binding is there',
    objects: documents(withClock(joining), bindingsWithout()),
    findings: [`csr/client-pending@${subject}`],
  },
  {
    name: 'a joining kubelet whose request waits because nothing allows to approve it',
    objects: documents(withClock(joining), bindingsWithout('kubeadm:node-autoapprove-bootstrap')),
    findings: [`csr/client-pending@${subject}`, 'binding/join@ClusterRoleBinding kubeadm:node-autoapprove-bootstrap'],
  },
  {
    name: 'a kubelet whose renewal waits because nothing allows to approve it',
    objects: documents(
      withClock({ signer: client, names: [] }),
      bindingsWithout('kubeadm:node-autoapprove-certificate-rotation'),
    ),
    findings: [
      'binding/rotation@ClusterRoleBinding kubeadm:node-autoapprove-certificate-rotation',
      `csr/client-pending@${subject}`,
    ],
  },
  {
    name: 'a joining kubelet whose request waits, without bindings in the dump',
    objects: withClock(joining),
    findings: [`csr/client-pending@${subject}`],
  },
  {
    name: 'a service account that asks for the client certificate of a node',
    objects: documents(
      withClock({ ...joining, username: 'system:serviceaccount:shop:web', groups: ['system:serviceaccounts'] }),
      bindingsWithout(),
    ),
    findings: [`csr/client-pending@${subject}`],
  },
  {
    name: 'a node that asks for the serving certificate of another node',
    objects: withClock({ username: 'system:node:w-2' }),
    findings: [`csr/requester@${subject}`],
  },
  {
    name: 'a node that asks for a serving certificate with the names of API servers',
    objects: documents(withClock({ names: ['w-1', 'kubernetes.default.svc'] }), clusterNode('w-1', '192.0.2.20')),
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#certificate-rotation',
    findings: [`csr/requester@${subject}`],
  },
  {
    name: 'a node that asks for its own names, and whose Node is in the dump',
    objects: documents(withClock({ names: ['W-1', '192.0.2.20'] }), clusterNode('w-1', '192.0.2.20')),
    findings: [`csr/serving-pending@${subject}`],
  },
  {
    name: 'a node that asks for names, and whose Node has no address yet',
    objects: documents(
      withClock({ names: ['w-1.example.test'] }),
      clusterNode('w-1', '').replace(/\nstatus:[\s\S]*/, ''),
    ),
    findings: [`csr/serving-pending@${subject}`],
  },
  {
    name: 'a request that was denied',
    objects: withClock({ conditions: ['Denied'] }),
    findings: [`csr/denied@${subject}`],
  },
  {
    name: 'an approved request that its signer refuses',
    objects: withClock({ conditions: ['Approved', 'Failed'], organization: 'nodes' }),
    findings: [`csr/failed@${subject}`],
  },
  {
    name: 'an approved request that no one signs',
    objects: withClock({ conditions: ['Approved'] }),
    source: 'https://github.com/minishift/minishift/issues/3290',
    findings: [`csr/unissued@${subject}`],
  },
  {
    name: 'an approved request on a control plane without signing files',
    objects: withClock({ conditions: ['Approved'] }),
    nodes: () => [buildNode().replaceFlag('kube-controller-manager', 'cluster-signing-key-file', undefined)],
    source: 'https://github.com/kubernetes/website/issues/3225',
    findings: ['argument/recommended@kube-controller-manager --cluster-signing-key-file', `csr/unissued@${subject}`],
  },
  {
    name: 'a request that was approved and signed',
    objects: withClock({ conditions: ['Approved'], isIssued: true }),
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#request-signing-process',
    findings: [],
  },
];

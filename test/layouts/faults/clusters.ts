/** Nodes of one cluster that do not fit each other. */
import { hardWayWorker } from '../kits/hard-way.ts';
import { error, formerCa, formerCaPem, inKubeconfig, type KitFault, swap } from './fault.ts';

export const clusterFaults: readonly KitFault[] = [
  {
    name: 'controllers have different keys for tokens',
    kit: 'hard way 2021 controllers',
    change: [{}, { certificates: { 'service-account': { key: 'P-256' } } }],
    expects: error(/service-account/),
    source: 'a token that one API server has issued is invalid at the other',
  },
  {
    name: 'masters have different CAs',
    kit: 'kubeasz masters and worker',
    change: [{}, { certificates: { ca: { key: 'P-256' } } }, {}],
    expects: error(/ca\.pem|kubernetes-ca/),
    source: 'x509: certificate signed by unknown authority, at one master of two; tokens too, which the CA signs',
  },
  {
    name: 'a worker was cloned with the credential of the other',
    kit: 'hard way server and two workers',
    change: [{}, {}, { files: { '/var/lib/kubelet/kubeconfig': hardWayWorker().read('/var/lib/kubelet/kubeconfig') } }],
    expects: error(/same name/),
    source:
      'two kubelets fight over one Node object; NodeRestriction: node "node-0" is not allowed to modify node "node-1"',
  },
  {
    name: "the worker's kubeconfig has an older CA than its cluster",
    kit: 'hard way server and two workers',
    change: [{}, {}, { files: { '/var/lib/kubelet/kubeconfig': inKubeconfig({ certificateAuthority: formerCaPem }) } }],
    expects: error(/kubelet/),
    source: 'x509: certificate signed by unknown authority: the node becomes NotReady',
  },
  {
    name: 'the worker has a client certificate of an older CA',
    kit: 'hard way server and two workers',
    change: [{}, { certificates: { kubelet: { issuer: formerCa } } }],
    expects: error(/kubelet/),
    source: 'the API server answers 401: Unauthorized',
  },
  {
    name: 'the worker was set up for a different cluster',
    kit: 'home-made control plane and worker',
    change: [{}, { certificates: { root: { key: 'P-256' } } }],
    expects: error(/root\.crt|kubelet|node\.crt/),
    source: 'x509: certificate signed by unknown authority, in both directions',
  },
  {
    name: 'members of etcd have certificates of different CAs',
    kit: 'mmumshad control planes and worker',
    change: [{}, { certificates: { 'etcd-server': { issuer: formerCa } } }, {}],
    expects: error(/etcd-server\.crt|etcd/),
    source:
      'etcd: rejected connection: tls: failed to verify certificate: x509: certificate signed by unknown authority',
  },
  {
    name: 'controllers encrypt secrets with different keys of one name',
    kit: 'hard way 2021 controllers',
    change: [
      {},
      {
        files: {
          '/var/lib/kubernetes/encryption-config.yaml': swap(
            /secret: .*/,
            `secret: ${Buffer.alloc(32, 1).toString('base64')}`,
          ),
        },
      },
    ],
    expects: error(/encryption/),
    source: 'an API server cannot read what the other has written: invalid padding on input',
  },
  {
    name: 'controllers issue tokens with different issuers',
    kit: 'hard way 2021 controllers',
    change: [{}, { flags: { 'kube-apiserver': { 'service-account-issuer': 'https://203.0.113.11:6443' } } }],
    expects: error(/service-account-issuer/),
    source: 'a token of one issuer is an invalid bearer token at the API server that has the other',
  },
];

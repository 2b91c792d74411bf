/**
 * Names and addresses: a server's certificate lacks what its clients dial. Go:
 * `x509: certificate is valid for …, not …`.
 */
import { hosts } from '../kits/profiles.ts';
import { error, inKubeconfig, type KitFault } from './fault.ts';

const kubernetes = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster'];

export const nameFaults: readonly KitFault[] = [
  {
    name: 'the API server lacks the name that kubeconfigs dial',
    kit: 'hard way server',
    change: { certificates: { 'kube-api-server': { sans: hosts('127.0.0.1', '10.32.0.1', ...kubernetes) } } },
    expects: error(/server\.kubernetes\.local/),
    source: 'client-go verifies the host of the kubeconfig: controller manager and scheduler do not get in',
  },
  {
    name: 'the API server lacks the name that kubelets dial, seen on their node',
    kit: 'hard way server and two workers',
    change: {
      certificates: {
        'kube-api-server': {
          sans: hosts('127.0.0.1', '10.32.0.1', ...kubernetes, 'api-server.kubernetes.local'),
        },
      },
    },
    expects: error(/server\.kubernetes\.local/),
    source: 'client-go in the kubelet and in kube-proxy',
  },
  {
    name: 'the API server lacks the loopback address',
    kit: 'hard way 2021 controller',
    change: {
      certificates: {
        kubernetes: {
          sans: hosts('10.32.0.1', '10.240.0.10', '10.240.0.11', '10.240.0.12', '203.0.113.10', ...kubernetes),
        },
      },
    },
    expects: error(/127\.0\.0\.1/),
    source: 'controller manager and scheduler dial 127.0.0.1:6443',
  },
  {
    name: 'the API server lacks the address of the proxy on the nodes',
    kit: 'kubeasz master',
    change: { certificates: { kubernetes: { sans: hosts('192.168.1.1', '10.68.0.1', ...kubernetes) } } },
    expects: error(/127\.0\.0\.1/),
    source: 'every kubeconfig dials 127.0.0.1:6443, behind which kube-lb passes TLS through',
  },
  {
    name: 'the API server lacks the address of the load balancer',
    kit: '/opt/kubernetes master',
    change: {
      certificates: {
        server: { sans: hosts('10.0.0.1', '127.0.0.1', '192.168.31.71', '192.168.31.72', ...kubernetes) },
      },
    },
    expects: error(/192\.168\.31\.88/),
    source: 'the guides say that no address of a master or of the load balancer may be left out',
  },
  {
    name: 'the kubelet has the certificate of a different node',
    kit: 'home-made control plane',
    change: { certificates: { node: { sans: hosts('gamma', '198.51.100.30') } } },
    expects: error(/kubelet|node\.crt/),
    source: 'with --kubelet-certificate-authority the API server verifies the address of the node: logs and exec fail',
  },
  {
    name: 'the name of a kubelet is that of a different node',
    kit: 'kubeasz worker',
    change: { flags: { kubelet: { 'hostname-override': 'worker-02' } } },
    expects: error(/worker-0[12]/),
    source:
      'the Node authorizer allows system:node:worker-01 only the node worker-01: registering worker-02 is forbidden',
  },
  {
    name: 'a kubelet dials a name that the API server lacks',
    kit: 'hard way server and two workers',
    change: [{}, { files: { '/var/lib/kubelet/kubeconfig': inKubeconfig({ server: 'https://server:6443' }) } }],
    expects: error(/server:6443|not server/),
    source:
      'the guide gives the machine the names server and server.kubernetes.local; only the second one is in the certificate',
  },
  {
    name: 'the identity with which the API server reaches kubelets is bound to no role',
    kit: 'hard way server',
    change: { certificates: { 'kube-api-server': { commonName: 'kube-apiserver' } } },
    expects: error(/kube-apiserver-kubelet-client|kubelet-client-certificate/),
    source: 'the guide binds system:kube-apiserver-to-kubelet to the user kubernetes: kubelets answer Forbidden',
  },
  {
    name: 'the client of the aggregation layer has a name that is not allowed',
    kit: 'kubeasz master',
    change: { certificates: { 'aggregator-proxy': { commonName: 'front-proxy-client' } } },
    expects: error(/front-proxy-client|aggregator/),
    source: 'extension API servers take the list of --requestheader-allowed-names from the cluster: Unauthorized',
  },
];

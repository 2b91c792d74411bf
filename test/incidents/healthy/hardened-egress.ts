import { setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeadm132, kubeadm136 } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';
const setup = 'https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/';

const egress = `---
{
  apiVersion: "apiserver.k8s.io/v1beta1",
  kind: "EgressSelectorConfiguration",
  egressSelections: [
    # Other supported values are "etcd", and "controlplane".
    {
      name: "cluster",
      connection: {
        proxyProtocol: "GRPC",
        transport: {
          uds: {
            udsName: "/etc/kubernetes/konnectivity-server/konnectivity-server.socket",
          },
        },
      },
    },
  ],
}
`;

const server = `apiVersion: v1
kind: Pod
metadata:
  name: konnectivity-server
  namespace: kube-system
spec:
  priorityClassName: system-cluster-critical
  hostNetwork: true
  containers:
  - name: konnectivity-server-container
    image: registry.k8s.io/kas-network-proxy/proxy-server:v0.0.32
    command: ["/proxy-server"]
    args: [
            "--logtostderr=true",
            # This needs to be consistent with the value set in egressSelectorConfiguration.
            "--uds-name=/etc/kubernetes/konnectivity-server/konnectivity-server.socket",
            "--cluster-cert=${pki}/apiserver.crt",
            "--cluster-key=${pki}/apiserver.key",
            "--mode=grpc",
            "--server-port=0",
            "--agent-port=8132",
            "--admin-port=8133",
            "--health-port=8134",
            "--agent-namespace=kube-system",
            "--agent-service-account=konnectivity-agent",
            "--kubeconfig=/etc/kubernetes/konnectivity-server.conf",
            "--authentication-audience=system:konnectivity-server"
            ]
    livenessProbe:
      httpGet:
        scheme: HTTP
        host: 127.0.0.1
        port: 8134
        path: /healthz
      initialDelaySeconds: 30
      timeoutSeconds: 60
    ports:
    - name: agentport
      containerPort: 8132
      hostPort: 8132
    - name: adminport
      containerPort: 8133
      hostPort: 8133
    - name: healthport
      containerPort: 8134
      hostPort: 8134
    volumeMounts:
    - name: k8s-certs
      mountPath: ${pki}
      readOnly: true
    - name: kubeconfig
      mountPath: /etc/kubernetes/konnectivity-server.conf
      readOnly: true
    - name: konnectivity-uds
      mountPath: /etc/kubernetes/konnectivity-server
      readOnly: false
  volumes:
  - name: k8s-certs
    hostPath:
      path: ${pki}
  - name: kubeconfig
    hostPath:
      path: /etc/kubernetes/konnectivity-server.conf
      type: FileOrCreate
  - name: konnectivity-uds
    hostPath:
      path: /etc/kubernetes/konnectivity-server
      type: DirectoryOrCreate
`;

/**
 * The documented setup: a pod, a kubeconfig for it that the cluster CA signed, and a socket between it and
 * kube-apiserver.
 */
function konnectivity(node: NodeTree): NodeTree {
  const key = keyNamed('konnectivity-server');
  const subject = { key, ca: false, usages: ['clientAuth' as const], notAfter: '2027-11-24' };
  const client = makeAuthority('system:konnectivity-server', subject, node.authority('kubernetes-ca'));
  node
    .write('konnectivity-server.conf', node.read('admin.conf'), 0o600)
    .editKubeconfig('konnectivity-server.conf', {
      clientCertificate: certificatePem(client.certificate),
      clientKey: privateKeyPem(key),
    })
    .edit('konnectivity-server.conf', (text) => text.replaceAll('kubernetes-admin', 'system:konnectivity-server'))
    .write('manifests/konnectivity-server.yaml', server, 0o600);
  const file = '/etc/kubernetes/konnectivity-server/egress-selector-configuration.yaml';
  return setFlags(configure(node, 'egress-selector-config-file', file, egress), 'kube-apiserver', {
    'api-audiences': 'https://kubernetes.default.svc.cluster.local,system:konnectivity-server',
  });
}

/** A proxy that is dialled by TCP with a client certificate, and nothing in between for etcd and the control plane. */
function httpConnect(node: NodeTree, version: string): NodeTree {
  const ca = makeAuthority('konnectivity');
  const key = keyNamed('client of konnectivity');
  const client = makeAuthority('kube-apiserver', { key, ca: false, usages: ['clientAuth'] }, ca);
  const folder = '/etc/srv/kubernetes/konnectivity';
  node.write(`${folder}/ca.crt`, certificatePem(ca.certificate), 0o644);
  node.write(`${folder}/tls.crt`, certificatePem(client.certificate), 0o644);
  node.write(`${folder}/tls.key`, privateKeyPem(key), 0o600);
  const direct = (name: string) => `- connection:\n    proxyProtocol: Direct\n  name: ${name}\n`;
  const tls = `          caBundle: ${folder}/ca.crt\n          clientCert: ${folder}/tls.crt\n          clientKey: ${folder}/tls.key\n`;
  const text = `apiVersion: apiserver.k8s.io/${version}\nkind: EgressSelectorConfiguration\negressSelections:\n- connection:\n    proxyProtocol: HTTPConnect\n    transport:\n      tcp:\n        url: https://konnectivity-server-local:8090\n        tlsConfig:\n${tls}  name: cluster\n${direct('controlplane')}${direct('etcd')}`;
  return configure(node, 'egress-selector-config-file', `${folder}/egress.yaml`, text);
}

/** Ways to the nodes through konnectivity and other proxies. */
export const hardenedEgress: readonly Shape[] = [
  {
    id: 'konnectivity-documented',
    runs: 'the documented setup of konnectivity',
    source: setup,
    node: kubeadm136,
    change: konnectivity,
  },
  {
    id: 'konnectivity-by-tcp',
    runs: 'control planes that reach their nodes by a proxy elsewhere, with TLS',
    source: 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/1281-network-proxy',
    node: kubeadm136,
    change: (node) => httpConnect(node, 'v1beta1'),
  },
  {
    id: 'konnectivity-by-tcp-v1alpha1',
    runs: 'Gardener, whose file still has the first version',
    source: 'https://github.com/gardener/gardener',
    node: kubeadm132,
    change: (node) => httpConnect(node, 'v1alpha1'),
  },
];

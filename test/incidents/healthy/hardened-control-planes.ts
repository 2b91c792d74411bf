import { setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import {
  admission,
  anonymousOnHealth,
  auditPolicy,
  encryption,
  eventRateLimit,
  identity,
  provider,
  silentPolicy,
} from './configuration-texts.ts';
import {
  audited,
  controllers,
  kubeadm132,
  kubeadm136,
  kubernetes,
  madeUpKey,
  replaceProbes,
  setAll,
  suites,
} from './hardening.ts';
import { serveApproved } from './kubelets.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';
const folder = '/etc/kubernetes/admission';

/** Limits the rate of events, by a file in the folder of the one that names it. */
function limitEvents(node: NodeTree, plugins: string): NodeTree {
  node.write(`${folder}/eventconfig.yaml`, eventRateLimit, 0o600);
  const text = admission('  - name: EventRateLimit\n    path: eventconfig.yaml\n');
  return configure(node, 'admission-control-config-file', `${folder}/admission.yaml`, text).replaceFlag(
    'kube-apiserver',
    'enable-admission-plugins',
    plugins,
  );
}

/** Items 1.2.1 to 1.4.2 and 3.2.1 of the CIS benchmark 1.11, with the values that kube-bench recommends. */
function cisControlPlane(node: NodeTree): NodeTree {
  limitEvents(audited(node, auditPolicy), 'NodeRestriction,AlwaysPullImages,EventRateLimit');
  const text = encryption(provider('secretbox', [['key1', madeUpKey(1)]]) + identity);
  configure(node, 'encryption-provider-config', '/etc/kubernetes/enc/enc.yaml', text);
  setFlags(node, 'kube-apiserver', {
    profiling: 'false',
    'request-timeout': '300s',
    'service-account-lookup': 'true',
    'service-account-extend-token-expiration': 'false',
    'tls-cipher-suites': suites.cisApiServer,
  });
  setFlags(node, 'kube-controller-manager', { 'terminated-pod-gc-threshold': '10' });
  return setAll(node, controllers, { profiling: 'false' });
}

/** What the DISA STIG wants of the control plane, and probes that need no answer but a connection. */
function stig(node: NodeTree): NodeTree {
  audited(node, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n');
  setAll(node, kubernetes, { 'tls-min-version': 'VersionTLS12', 'tls-cipher-suites': suites.stig, profiling: 'false' });
  setFlags(node, 'etcd', { 'auto-tls': 'false', 'peer-auto-tls': 'false', 'cipher-suites': suites.stig });
  node.replaceFlag('kube-apiserver', 'anonymous-auth', 'false');
  return replaceProbes(node, 'kube-apiserver', () => ['tcpSocket:', '  host: 192.0.2.10', '  port: probe-port']);
}

const kubectl = (path: string) => [
  'exec:',
  '  command:',
  '  - kubectl',
  '  - get',
  '  - --server=https://localhost:6443/',
  `  - --client-certificate=${pki}/apiserver-kubelet-client.crt`,
  `  - --client-key=${pki}/apiserver-kubelet-client.key`,
  `  - --certificate-authority=${pki}/ca.crt`,
  `  - --raw=${path}`,
  'periodSeconds: 5',
  'timeoutSeconds: 15',
];

/** The arguments and probes of RKE2's cis profile, with the paths of kubeadm. */
function rke2(node: NodeTree): NodeTree {
  audited(node, silentPolicy);
  const level = (each: string) => `        ${each}: restricted\n        ${each}-version: latest\n`;
  const pss = admission(
    `- name: PodSecurity\n  configuration:\n    apiVersion: pod-security.admission.config.k8s.io/v1beta1\n    kind: PodSecurityConfiguration\n    defaults:\n${['enforce', 'audit', 'warn'].map(level).join('').replaceAll('        ', '      ')}    exemptions:\n      usernames: []\n      runtimeClasses: []\n      namespaces: [kube-system, cis-operator-system, tigera-operator]\n`,
  );
  configure(node, 'admission-control-config-file', '/etc/rancher/rke2/rke2-pss.yaml', pss);
  const keys = { keys: [{ name: 'aescbckey', secret: madeUpKey(2) }] };
  const resources = [{ resources: ['secrets'], providers: [{ aescbc: keys }, { identity: {} }] }];
  const json = { kind: 'EncryptionConfiguration', apiVersion: 'apiserver.config.k8s.io/v1', resources };
  configure(node, 'encryption-provider-config', '/etc/kubernetes/cred/encryption-config.json', JSON.stringify(json));
  setFlags(node, 'kube-apiserver', {
    'anonymous-auth': 'false',
    'api-audiences': 'https://kubernetes.default.svc.cluster.local,rke2',
    'bind-address': '0.0.0.0',
    'enable-aggregator-routing': 'true',
    'encryption-provider-config-automatic-reload': 'true',
    'kubelet-certificate-authority': `${pki}/ca.crt`,
    profiling: 'false',
    'service-account-extend-token-expiration': 'false',
    'service-node-port-range': '30000-32767',
    'storage-backend': 'etcd3',
    'tls-cipher-suites': suites.rke2,
  });
  serveApproved(node, 'cp-1', '192.0.2.10');
  // The images of RKE2 have kubectl, which the probes run.
  const image = 'index.docker.io/rancher/hardened-kubernetes:v1.32.6-rke2r1-build20250620';
  node.edit('manifests/kube-apiserver.yaml', (manifest) => manifest.replace(/image: .*/, `image: ${image}`));
  return replaceProbes(node, 'kube-apiserver', (kind) => kubectl(kind === 'readiness' ? '/readyz' : '/livez'));
}

/** The environment of a Tanzu cluster with STIG hardening: those of HTTP/2 and one without forward secrecy. */
const tanzu = `${suites.stig},TLS_RSA_WITH_AES_256_GCM_SHA384`;

/** Whole control planes as guides for hardening leave them. */
export const hardenedControlPlanes: readonly Shape[] = [
  {
    id: 'cis-1.32',
    runs: 'clusters for which kube-bench has no more to say about the control plane than that anonymous requests are allowed',
    source: 'https://github.com/aquasecurity/kube-bench/blob/main/cfg/cis-1.11/master.yaml',
    node: kubeadm132,
    change: cisControlPlane,
  },
  {
    id: 'cis-1.36',
    runs: 'the same on 1.36, with anonymous requests to the health checks only',
    source: 'https://avd.aquasec.com/compliance/kubernetes/cis-1.24/cis-1.24-master/1.2/',
    node: kubeadm136,
    change: (node) =>
      configure(
        cisControlPlane(node),
        'authentication-config',
        '/etc/kubernetes/authn/authn.yaml',
        anonymousOnHealth('v1'),
      ),
  },
  {
    id: 'stig',
    runs: 'clusters of the US government, where a probe only connects because anonymous requests are forbidden',
    source: 'https://stighub.com/check/eb26cf97-b200-4c36-9fed-ae75896c6cda',
    node: kubeadm136,
    change: stig,
  },
  {
    id: 'rke2-cis-profile',
    runs: "RKE2's cis profile: no anonymous requests, and probes that run kubectl with a client certificate",
    source: 'https://github.com/rancher/rke2-docs/blob/main/docs/security/cis_self_assessment112.md',
    node: kubeadm132,
    change: rke2,
  },
  {
    id: 'tanzu-stig',
    runs: 'Tanzu clusters with the settings of VMware for the STIG',
    source: 'https://docs.vmware.com/en/VMware-Tanzu-Compliance/2.2/tkg-compliance/stig-harden.html',
    node: kubeadm132,
    change: (node) => {
      setAll(node, controllers, {
        'tls-min-version': 'VersionTLS12',
        profiling: 'false',
        'tls-cipher-suites': tanzu,
      });
      return setFlags(node, 'etcd', { 'auto-tls': 'false', 'peer-auto-tls': 'false', 'cipher-suites': tanzu });
    },
  },
];

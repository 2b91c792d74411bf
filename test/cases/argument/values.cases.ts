import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { setFlags } from '../manifest-edits.ts';

type Flags = Readonly<Record<string, string | undefined>>;

const set = (component: string, flags: Flags) => (node: NodeTree) => setFlags(node, component, flags);

const refused = (component: string, flags: Flags, more: Partial<Case> = {}): Case => ({
  name: `${component} refuses ${JSON.stringify(flags)}`,
  change: set(component, flags),
  findings: [`argument/value@${component}`],
  ...more,
});

const taken = (component: string, flags: Flags, more: Partial<Case> = {}): Case => ({
  ...refused(component, flags, more),
  name: `${component} takes ${JSON.stringify(flags)}`,
  findings: more.findings ?? [],
});

const weak = (component: string, flags: Flags): Case => ({
  ...refused(component, flags),
  name: `${component} starts with ${JSON.stringify(flags)}`,
  findings: [`argument/weak@${component}`],
});

const strong = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';
const forRsa = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';

export const values: readonly Case[] = [
  refused('kube-apiserver', { 'cors-allowed-origins': '*' }),
  refused('kube-apiserver', { 'cors-allowed-origins': '^https://a.test$,.*' }),
  taken('kube-apiserver', { 'cors-allowed-origins': '^https://a\\.test$,//localhost(:|$)' }),
  taken('kube-apiserver', { 'cors-allowed-origins': '.*' }, { node: { release: '1.22' } }),
  refused('kube-apiserver', { 'encryption-provider-config-automatic-reload': 'true' }),
  taken('kube-apiserver', { 'encryption-provider-config-automatic-reload': 'false' }),
  refused('kube-apiserver', { 'insecure-port': '8080' }, { node: { release: '1.22' } }),
  taken('kube-apiserver', { 'insecure-port': '0' }, { node: { release: '1.22' } }),
  refused(
    'kube-apiserver',
    { 'admission-control': 'NodeRestriction' },
    { findings: ['argument/conflict@kube-apiserver'] },
  ),
  refused('kube-apiserver', { v: 'abc' }),
  refused('kube-apiserver', { 'goaway-chance': '0.5' }),
  taken('kube-apiserver', { 'goaway-chance': '0.02', 'storage-initialization-timeout': '1m' }),
  refused('kube-apiserver', { 'storage-initialization-timeout': '-1m' }),
  refused('kube-apiserver', { 'etcd-servers-overrides': '/events/https://192.0.2.10:2379' }),
  taken('kube-apiserver', { 'etcd-servers-overrides': '/events#https://192.0.2.10:2379;https://192.0.2.11:2379' }),
  refused('kube-apiserver', { 'disable-admission-plugins': 'NodeRestriction' }),
  taken('kube-apiserver', { 'disable-admission-plugins': 'DefaultStorageClass' }),
  refused('kube-scheduler', { 'leader-elect-lease-duration': '5s' }),
  refused('kube-controller-manager', { 'leader-elect-retry-period': '9s' }),
  taken('kube-scheduler', { 'leader-elect': 'false', 'leader-elect-lease-duration': '5s' }),
  taken('kube-controller-manager', {
    'leader-elect-lease-duration': '60s',
    'leader-elect-renew-deadline': '45s',
    'leader-elect-retry-period': '10s',
  }),
  refused('kube-apiserver', { 'request-timeout': '-5s' }),
  refused('kube-apiserver', { 'bind-address': 'cp-1.example.test' }),
  refused('kube-apiserver', { 'feature-gates': 'SomeGate=on' }),
  refused('kube-apiserver', { 'service-account-jwks-uri': 'http://keys.example.test' }),
  refused('kube-apiserver', { 'tls-curve-preferences': 'X25519' }),
  refused('kube-scheduler', { 'secure-port': '70000' }),
  refused('kube-scheduler', { 'tls-cipher-suites': strong }),
  refused('kube-controller-manager', { 'kube-api-burst': 'many' }),
  refused('kube-controller-manager', { controllers: '*,bootstrapsigner,tokencleaner,token-cleaner-controler' }),
  refused('kube-controller-manager', { 'allocate-node-cidrs': 'true', 'cluster-cidr': '10.0.0.0/25' }),
  refused('kube-controller-manager', {
    'allocate-node-cidrs': 'true',
    'cluster-cidr': '10.244.0.0/16,fd00:10::/56',
    'node-cidr-mask-size': '24',
  }),
  taken('kube-controller-manager', { 'cluster-cidr': '10.0.0.0/25', 'allocate-node-cidrs': 'false' }),
  refused('etcd', { 'pre-vote': 'yes' }),
  refused('etcd', { 'cipher-suites': strong }),
  refused('etcd', { 'tls-max-version': 'TLS1.1' }),
  refused('etcd', { 'election-timeout': '60000' }),
  taken('kube-scheduler', { 'secure-port': '0', 'tls-cipher-suites': strong }),
  taken('kube-apiserver', { 'audit-log-maxage': '-1' }),
  taken('kube-apiserver', { 'authorization-mode': '"Node",RBAC' }),
  refused('kube-apiserver', { 'authorization-mode': 'Node,RBAC,Webhook' }),
  refused('kube-apiserver', { 'oidc-issuer-url': 'https://login.example.test' }),
  refused('kube-apiserver', { 'runtime-config': 'api/all=false' }),
  refused('kube-apiserver', { 'runtime-config': 'api/beta=True' }),
  refused('kube-apiserver', { 'runtime-config': 'v1=true' }),
  refused('kube-apiserver', { 'runtime-config': 'storage/v1alpha1=true' }),
  refused('kube-apiserver', { 'runtime-config': 'resource.k8s.io/v1beta1=on' }),
  refused('kube-apiserver', { 'runtime-config': 'apps/v1/Deployments=false' }),
  taken('kube-apiserver', { 'runtime-config': 'api/all=false,/v1=true,resource.k8s.io/v1beta1' }),
  taken('kube-apiserver', { 'runtime-config': 'api/alpha=true,batch/v1/cronjobs=0,something.k8s.io/v1=1,' }),
  weak('kube-apiserver', { 'tls-cipher-suites': forRsa }),
  weak('etcd', { 'force-new-cluster': 'true' }),
  taken('etcd', { 'force-new-cluster': 'false' }),
  weak('kube-apiserver', { 'authorization-mode': 'Node' }),
  {
    name: 'a value of a flag that the release does not know is not the fault',
    node: { release: '1.28' },
    change: set('kube-scheduler', { 'tls-curve-preferences': 'X25519' }),
    findings: ['argument/newer@kube-scheduler'],
  },
  {
    name: 'suites for another key are enough with TLS 1.3',
    change: set('kube-apiserver', { 'tls-cipher-suites': forRsa, 'tls-min-version': 'VersionTLS13' }),
    findings: [],
  },
  {
    name: 'a value of the kubelet, in the file of its flags',
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('KUBELET_KUBEADM_ARGS="', 'KUBELET_KUBEADM_ARGS="--max-pods=many '),
      ),
    findings: ['argument/value@kubelet'],
  },
];

import { mount, setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import {
  admission,
  auditPolicy,
  encryption,
  eventRateLimit,
  gcePolicy,
  identity,
  provider,
} from './configuration-texts.ts';
import { kubeadm132, kubeadm136, kubernetes, logTo, madeUpKey, setAll, suites } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';

const chosen = suites.stig.split(',').slice(0, 2);
const sprayed = [...chosen, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305'].join();

/** kubespray's controllers: Ansible writes True and False. */
function kubesprayControllers(node: NodeTree): void {
  setFlags(node, 'kube-controller-manager', {
    'node-monitor-grace-period': '40s',
    'node-monitor-period': '5s',
    'allocate-node-cidrs': 'true',
    'cluster-cidr': '10.233.64.0/18',
    'service-cluster-ip-range': '10.96.0.0/12',
    'node-cidr-mask-size-ipv4': '24',
    'terminated-pod-gc-threshold': '50',
    'leader-elect-lease-duration': '15s',
    'leader-elect-renew-deadline': '10s',
    'feature-gates': 'RotateKubeletServerCertificate=true',
    'configure-cloud-routes': 'false',
  });
  const lines = [
    'apiVersion: kubescheduler.config.k8s.io/v1',
    'kind: KubeSchedulerConfiguration',
    'clientConnection:',
    '  kubeconfig: "/etc/kubernetes/scheduler.conf"',
    'leaderElection:',
    '  leaseDuration: 15s',
    '  renewDeadline: 10s',
  ];
  node.write('kubescheduler-config.yaml', `${lines.join('\n')}\n`, 0o644);
  mount(node, 'kube-scheduler', '/etc/kubernetes/kubescheduler-config.yaml');
  node.replaceFlag('kube-scheduler', 'config', '/etc/kubernetes/kubescheduler-config.yaml');
}

/** docs/operations/hardening.md of kubespray with etcd as a static pod, as its template for kubeadm writes it. */
function kubespray(node: NodeTree): NodeTree {
  node.write('admission-controls/eventratelimit.yaml', eventRateLimit, 0o640);
  const plugin = '- name: EventRateLimit\n  path: /etc/kubernetes/eventratelimit.yaml\n';
  node.write('admission-controls/admission-controls.yaml', admission(plugin), 0o640);
  // kubespray really hides the rest of /etc/kubernetes in the container by this; what is needed is mounted deeper.
  mount(node, 'kube-apiserver', '/etc/kubernetes/admission-controls', '/etc/kubernetes');
  const text = encryption(provider('secretbox', [['key', madeUpKey(3)]]) + identity);
  configure(node, 'encryption-provider-config', `${pki}/secrets_encryption.yaml`, text);
  node.write('audit-policy/apiserver-audit-policy.yaml', gcePolicy, 0o640);
  mount(node, 'kube-apiserver', '/etc/kubernetes/audit-policy');
  mount(node.directory('/var/log/kubernetes/audit'), 'kube-apiserver', '/var/log/kubernetes/audit', '/var/log');
  setFlags(node, 'kube-apiserver', {
    'admission-control-config-file': '/etc/kubernetes/admission-controls.yaml',
    'apiserver-count': '1',
    'audit-log-maxage': '30',
    'audit-log-maxbackup': '10',
    'audit-log-maxsize': '100',
    'audit-log-path': '/var/log/kube-apiserver-log.json',
    'audit-policy-file': '/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml',
    'bind-address': '::',
    'default-not-ready-toleration-seconds': '300',
    'default-unreachable-toleration-seconds': '300',
    'enable-admission-plugins':
      'EventRateLimit,AlwaysPullImages,ServiceAccount,NamespaceLifecycle,NodeRestriction,LimitRanger,ResourceQuota,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,PodNodeSelector,PodSecurity',
    'enable-aggregator-routing': 'False',
    'endpoint-reconciler-type': 'lease',
    'etcd-compaction-interval': '5m0s',
    'event-ttl': '1h0m0s',
    'request-timeout': '120s',
    'service-account-lookup': 'True',
    'service-node-port-range': '30000-32767',
    'storage-backend': 'etcd3',
  });
  // A colon at the end would be a key without a value.
  node.edit('manifests/kube-apiserver.yaml', (manifest) => manifest.replace('--bind-address=::', "'$&'"));
  kubesprayControllers(node);
  const tls = { 'tls-min-version': 'VersionTLS12', 'tls-cipher-suites': sprayed };
  setAll(node, kubernetes, { profiling: 'False', ...tls });
  return setFlags(node, 'etcd', {
    'auto-compaction-retention': '8',
    'election-timeout': '5000',
    'heartbeat-interval': '250',
    'log-level': 'info',
    'max-request-bytes': '1572864',
    metrics: 'basic',
    'quota-backend-bytes': '2147483648',
  });
}

/** kubespray's hardening, and other audit logs. */
export const hardenedKubespray: readonly Shape[] = [
  {
    id: 'kubespray-hardening',
    runs: "kubespray's hardening.yaml with etcd_deployment_type kubeadm",
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/hardening.md',
    node: kubeadm132,
    change: kubespray,
  },
  {
    id: 'audit-to-standard-output',
    runs: 'clusters whose audit log goes where the container logs',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend',
    node: kubeadm136,
    change: (node) =>
      configure(node, 'audit-policy-file', '/etc/kubernetes/audit/policy.yaml', auditPolicy)
        .replaceFlag('kube-apiserver', 'audit-log-path', '-')
        .replaceFlag('kube-apiserver', 'audit-log-mode', 'blocking-strict'),
  },
  {
    id: 'audit-in-batches',
    runs: 'API servers that write a compressed audit log in batches, with limits for its size',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/',
    node: kubeadm136,
    change: (node) => {
      configure(
        logTo(node, 'kube-apiserver', '/var/log/apiserver'),
        'audit-policy-file',
        `${pki}/audit.yaml`,
        gcePolicy,
      );
      setFlags(node, 'kube-apiserver', {
        'audit-log-path': '/var/log/apiserver/audit.log',
        'audit-log-compress': 'true',
        'audit-log-format': 'json',
        'audit-log-mode': 'batch',
        'audit-log-batch-max-size': '100',
        'audit-log-batch-max-wait': '5s',
        'audit-log-truncate-enabled': 'true',
        'audit-log-truncate-max-event-size': '102400',
      });
    },
  },
];

import { mount, setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { auditPolicy } from './configuration-texts.ts';
import { controllers, kubeadm132, kubeadm136 } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';
const profiles = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /etc/kubernetes/scheduler.conf
leaderElection:
  leaderElect: true
profiles:
  - schedulerName: default-scheduler
    pluginConfig:
      - name: PodTopologySpread
        args:
          defaultConstraints:
            - maxSkew: 1
              topologyKey: topology.kubernetes.io/zone
              whenUnsatisfiable: ScheduleAnyway
          defaultingType: List
  - schedulerName: no-scoring-scheduler
    plugins:
      preScore:
        disabled:
        - name: '*'
      score:
        disabled:
        - name: '*'
`;

/** An audit webhook with a token, in batches. */
function auditWebhook(node: NodeTree): NodeTree {
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- name: audit',
    '  cluster:',
    '    server: https://audit.example.test/k8s',
    `    certificate-authority: ${pki}/audit-ca.crt`,
    'contexts:',
    '- name: default',
    '  context: {cluster: audit, user: ""}',
    'current-context: default',
    'users: []',
    'preferences: {}',
  ];
  node.write('pki/audit-ca.crt', certificatePem(makeAuthority('audit').certificate), 0o644);
  node.write('pki/audit-webhook.yaml', `${lines.join('\n')}\n`, 0o600);
  configure(node, 'audit-policy-file', `${pki}/audit-policy.yaml`, auditPolicy);
  return setFlags(node, 'kube-apiserver', {
    'audit-webhook-config-file': `${pki}/audit-webhook.yaml`,
    'audit-webhook-mode': 'batch',
    'audit-webhook-batch-max-size': '100',
    'audit-webhook-batch-max-wait': '1s',
    'audit-webhook-initial-backoff': '10s',
    'audit-webhook-truncate-enabled': 'true',
  });
}

/** A serving certificate of its own for a controller, so that who scrapes its metrics can verify it. */
function serveWith(node: NodeTree, component: string): void {
  const key = keyNamed(`serving ${component}`);
  const profile = { key, ca: false, usages: ['serverAuth' as const], notAfter: '2027-11-24' };
  const sans = ['DNS:localhost', 'IP:127.0.0.1', 'IP:192.0.2.10'];
  const issued = makeAuthority(component, { ...profile, sans }, node.authority('kubernetes-ca'));
  node.write(`pki/${component}.crt`, certificatePem(issued.certificate), 0o644);
  node.write(`pki/${component}.key`, privateKeyPem(key), 0o600);
  setFlags(node, component, {
    'tls-cert-file': `${pki}/${component}.crt`,
    'tls-private-key-file': `${pki}/${component}.key`,
  });
}

const tracing = (version: string) =>
  `apiVersion: apiserver.config.k8s.io/${version}\nkind: TracingConfiguration\n# default value\n#endpoint: localhost:4317\nsamplingRatePerMillion: 100\n`;

/** Proxies, traces, webhooks, and the configuration of the controllers. */
export const hardenedControllers: readonly Shape[] = [
  {
    id: 'tracing',
    runs: 'clusters with traces of one request in ten thousand',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/system-traces/',
    node: kubeadm136,
    change: (node) => configure(node, 'tracing-config-file', `${pki}/tracing.yaml`, tracing('v1')),
  },
  {
    id: 'tracing-1.32',
    runs: 'the same on 1.32, with its beta version, the gate that was on by default, and an endpoint',
    source:
      'https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubernetes/control-plane/templates/apiserver-tracing.yaml.j2',
    node: kubeadm132,
    change: (node) => {
      const text = tracing('v1beta1').replace('#endpoint: localhost:4317', 'endpoint: "[::]:4317"');
      return configure(node, 'tracing-config-file', '/etc/kubernetes/tracing/apiserver-tracing.yaml', text).replaceFlag(
        'kube-apiserver',
        'feature-gates',
        'APIServerTracing=true',
      );
    },
  },
  {
    id: 'audit-webhook',
    runs: 'clusters that send their audit events to a server of the company',
    source:
      'https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubernetes/control-plane/templates/apiserver-audit-webhook-config.yaml.j2',
    node: kubeadm136,
    change: auditWebhook,
  },
  {
    id: 'scheduler-with-profiles',
    runs: 'schedulers with two profiles and a default for spreading pods',
    source: 'https://kubernetes.io/docs/reference/scheduling/config/',
    node: kubeadm136,
    change: (node) => {
      node.write('scheduler-config.yaml', profiles, 0o600);
      mount(node, 'kube-scheduler', '/etc/kubernetes/scheduler-config.yaml');
      node.replaceFlag('kube-scheduler', 'config', '/etc/kubernetes/scheduler-config.yaml');
    },
  },
  {
    id: 'controllers-with-certificates',
    runs: 'controllers that serve with a certificate of the cluster CA',
    source: 'https://github.com/kubernetes/kubeadm/issues/2244',
    node: kubeadm136,
    change: (node) => {
      for (const name of controllers) serveWith(node, name);
      mount(node, 'kube-scheduler', pki);
    },
  },
  {
    id: 'controllers-by-their-new-names',
    runs: 'kube-controller-manager that is given the names of controllers that 1.28 introduced, one of them switched off',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/',
    node: kubeadm136,
    change: (node) =>
      setFlags(node, 'kube-controller-manager', {
        controllers: '*,bootstrap-signer-controller,token-cleaner-controller,-service-lb-controller',
        'cluster-signing-duration': '2160h0m0s',
        'concurrent-deployment-syncs': '10',
        'node-monitor-grace-period': '20s',
        'kube-api-qps': '100',
        'kube-api-burst': '100',
        'leader-elect-resource-lock': 'leases',
      }),
  },
];

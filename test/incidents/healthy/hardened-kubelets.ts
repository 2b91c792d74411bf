import { worker } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { kubeadm132, kubeadm136, suites } from './hardening.ts';
import { serveApproved } from './kubelets.ts';
import type { Shape } from './shape.ts';

const config = '/var/lib/kubelet/config.yaml';
const nodeItems = 'https://github.com/aquasecurity/kube-bench/blob/main/cfg/cis-1.11/node.yaml';

const nameOf = (line: string) => /^\w+(?=:)/.exec(line)?.[0] ?? line;

/** Adds settings. What kubeadm has written with the same name goes away: a name may be there once. */
const append = (node: NodeTree, ...lines: readonly string[]): NodeTree =>
  node.edit(config, (text) => {
    const names = lines.map(nameOf);
    const kept = text.split('\n').filter((line) => !names.includes(nameOf(line)));
    return `${kept.join('\n')}${lines.join('\n')}\n`;
  });

const list = (names: string) => names.split(',').map((name) => `- ${name}`);

/** Items 4.2.1 to 4.2.14 of the CIS benchmark 1.11. */
const cis = (node: NodeTree): NodeTree =>
  append(
    node,
    'readOnlyPort: 0',
    'streamingConnectionIdleTimeout: 5m0s',
    'makeIPTablesUtilChains: true',
    'protectKernelDefaults: true',
    'eventRecordQPS: 5',
    'podPidsLimit: 4096',
    'seccompDefault: true',
    'tlsCipherSuites:',
    ...list(suites.cisKubelet),
  );

/** Kubelets as guides harden them. */
export const hardenedKubelets: readonly Shape[] = [
  {
    id: 'kubelet-cis',
    runs: 'control planes whose kubelet has what kube-bench asks for',
    source: nodeItems,
    node: kubeadm136,
    change: cis,
  },
  {
    id: 'worker-cis',
    runs: 'workers with the same, and with a serving certificate that was approved',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/hardening.md',
    node: () => cis(serveApproved(worker(), 'worker-1', '192.0.2.21')),
  },
  {
    id: 'kubelet-stig',
    runs: 'kubelets of the STIG: TLS 1.2, four suites, and no other',
    source: 'https://cyber.trackr.live/stig/Kubernetes_STIG/1/8',
    node: kubeadm132,
    change: (node) =>
      append(
        node,
        'tlsMinVersion: VersionTLS12',
        'tlsCipherSuites:',
        ...list(suites.stig),
        'protectKernelDefaults: true',
        'streamingConnectionIdleTimeout: 5m',
        'readOnlyPort: 0',
        'featureGates:',
        '  RotateKubeletServerCertificate: true',
      ),
  },
  {
    id: 'kubelet-by-flags',
    runs: 'kubelets of 1.32 that are hardened by flags in KUBELET_EXTRA_ARGS, deprecated but taken',
    source:
      'https://support.kublr.com/support/solutions/articles/33000257101-limit-the-set-of-tls-ciphers-used-by-kubernetes-components-etcd-and-nginx-ingress-controller',
    node: kubeadm132,
    change: (node) => {
      const flags = [
        `--tls-cipher-suites=${suites.stig}`,
        '--tls-min-version=VersionTLS12',
        '--protect-kernel-defaults=true',
        '--make-iptables-util-chains=true',
        '--event-qps=0',
        '--streaming-connection-idle-timeout=5m',
        '--read-only-port=0',
        '--rotate-certificates=true',
      ];
      node.write('/etc/default/kubelet', `KUBELET_EXTRA_ARGS=${flags.join(' ')}\n`, 0o644);
    },
  },
  {
    id: 'kubelet-drop-in-hardening',
    runs: 'kubelets whose hardening is a file of its own in a directory of drop-ins',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/',
    node: kubeadm136,
    change: (node) => {
      const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
      node.write(
        '/etc/kubernetes/kubelet.conf.d/20-hardening.conf',
        `${head}tlsMinVersion: VersionTLS12\ntlsCipherSuites: [${suites.stig}]\nstreamingConnectionIdleTimeout: 1h\n`,
        0o644,
      );
      const flags = '--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml';
      node.write(
        '/etc/systemd/system/kubelet.service',
        `[Service]\nExecStart=/usr/bin/kubelet ${flags} --config-dir=/etc/kubernetes/kubelet.conf.d --hostname-override=cp-1\n`,
        0o644,
      );
    },
  },
  {
    id: 'kubelet-pause-image-before-1.35',
    runs: 'kubelets of 1.32 with the flag for the pause image, which kubeadm wrote until 1.34',
    source: 'https://github.com/kubernetes/kubernetes/pull/133779',
    node: kubeadm132,
  },
];

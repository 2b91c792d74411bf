/**
 * A worker of EKS with Bottlerocket (bottlerocket-os/bottlerocket, packages/kubernetes-1.30): a drop-in has the
 * command.
 */
import { buildKit, type Flags, type Kit, type Parts } from './kit.ts';
import { managedCa, ofKubelet, writeRotated } from './managed-parts.ts';
import { kubeconfigText, kubeletConfig, wordsOf, writeAll } from './texts.ts';

const node = 'ip-10-0-2-7.eu-central-1.compute.internal';
const ca = '/etc/kubernetes/pki/ca.crt';

const flags: Flags = {
  'cloud-provider': 'external',
  kubeconfig: '/etc/kubernetes/kubelet/kubeconfig',
  config: '/etc/kubernetes/kubelet/config',
  'container-runtime-endpoint': 'unix:///run/containerd/containerd.sock',
  'root-dir': '/var/lib/kubelet',
  'cert-dir': '/var/lib/kubelet/pki',
  'hostname-override': node,
};

function write(parts: Parts): void {
  writeRotated(parts, 'serving', 'server');
  writeAll(parts, 0o644, {
    '/etc/hostname': `${node}\n`,
    [ca]: parts.pem('ca'),
    '/etc/kubernetes/kubelet/config': `---\n${kubeletConfig(ca, [
      'clusterDNS: [10.100.0.10]',
      'clusterDomain: cluster.local',
      'readOnlyPort: 0',
      'serverTLSBootstrap: true',
    ])}`,
    '/etc/kubernetes/kubelet/env': 'NODE_IP=10.0.2.7\nNODE_LABELS=role=web\nNODE_TAINTS=\n',
    '/etc/network/proxy.env': '',
    // The unit of the image only prints a version, unless settings of the host have been applied.
    '/usr/lib/systemd/system/kubelet.service': [
      '[Unit]',
      'Description=Kubelet',
      'BindsTo=containerd.service',
      '',
      '[Service]',
      'Type=notify',
      'EnvironmentFile=/etc/network/proxy.env',
      'EnvironmentFile=/etc/kubernetes/kubelet/env',
      'ExecStart=/usr/bin/kubelet --version',
      'Restart=on-failure',
      '',
    ].join('\n'),
    '/etc/systemd/system/kubelet.service.d/exec-start.conf': [
      '[Service]',
      'ExecStart=',
      [
        'ExecStart=/usr/bin/kubelet',
        ...wordsOf(parts.flags('kubelet'), (name) => name !== 'hostname-override'),
        `--node-ip \${NODE_IP}`,
        `--node-labels "\${NODE_LABELS}"`,
        `--register-with-taints "\${NODE_TAINTS}"`,
      ].join(' \\\n    '),
      '',
    ].join('\n'),
  });
  writeAll(parts, 0o600, {
    '/etc/kubernetes/kubelet/kubeconfig': kubeconfigText({
      server: 'https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com',
      user: 'kubelet',
      authority: `certificate-authority: ${ca}`,
      credential: [
        'exec:',
        '  apiVersion: client.authentication.k8s.io/v1beta1',
        '  command: /usr/bin/aws-iam-authenticator',
        '  args: [token, -i, prod]',
      ],
    }),
  });
}

export const bottlerocketWorker: Kit = (changes = {}) =>
  buildKit(
    {
      cluster: 'bottlerocket',
      keys: undefined,
      certificates: { ca: managedCa('kubernetes'), serving: ofKubelet(node, 'serverAuth', [node, '10.0.2.7']) },
      flags: { kubelet: flags },
      write,
    },
    changes,
  );

/** A worker of AKS: variables of the kubelet come from a file and from drop-ins. */
import { buildKit, type CertificateSpec, type Flags, type Kit, type Parts } from './kit.ts';
import { managedCa, ofKubelet, writeRotated } from './managed-parts.ts';
import { byPath, kubeconfigText, wordsOf, writeAll } from './texts.ts';

const aksNode = 'aks-pool-12345678-vmss000000';
const aks = '/etc/kubernetes/certs';

const aksFlags: Flags = {
  address: '0.0.0.0',
  'anonymous-auth': 'false',
  'authentication-token-webhook': 'true',
  'authorization-mode': 'Webhook',
  'client-ca-file': `${aks}/ca.crt`,
  'cloud-provider': 'external',
  'cluster-dns': '10.0.0.10',
  'cluster-domain': 'cluster.local',
  'read-only-port': '0',
  'rotate-certificates': 'true',
  'tls-cert-file': `${aks}/kubeletserver.crt`,
  'tls-private-key-file': `${aks}/kubeletserver.key`,
};

/** Variables come from the unit, from its drop-ins and from a file. */
function writeAks(parts: Parts): void {
  const { tree, pem, key, flags } = parts;
  const current = writeRotated(parts, 'client', 'client');
  const server = 'https://prod-0123abcd.hcp.westeurope.azmk8s.io:443';
  const { authority, credential } = byPath(`${aks}/ca.crt`, current, current);
  const drop = (variable: string, value: string) => `[Service]\nEnvironment="${variable}=${value}"\n`;
  const units = '/etc/systemd/system/kubelet.service';
  writeAll(parts, 0o600, {
    [`${aks}/ca.crt`]: pem('ca'),
    [`${aks}/kubeletserver.crt`]: pem('serving'),
    [`${aks}/kubeletserver.key`]: key('serving'),
    '/etc/kubernetes/azure.json': '{}\n',
    '/var/lib/kubelet/bootstrap-kubeconfig': kubeconfigText({
      server,
      user: 'kubelet-bootstrap',
      authority,
      credential: ['token: "abcdef.0123456789abcdef"'],
    }),
    '/var/lib/kubelet/kubeconfig': kubeconfigText({ server, user: 'default-auth', authority, credential }),
  });
  writeAll(parts, 0o644, {
    '/etc/hostname': `${aksNode}\n`,
    '/etc/default/kubelet': [
      `KUBELET_FLAGS=${wordsOf(flags('kubelet')).join(' ')} `,
      'KUBELET_REGISTER_SCHEDULABLE=true',
      'KUBELET_NODE_LABELS=kubernetes.azure.com/role=agent,agentpool=pool',
      '',
    ].join('\n'),
    [units]: [
      '[Unit]',
      'Description=Kubelet',
      'ConditionPathExists=/usr/local/bin/kubelet',
      '[Service]',
      'Restart=always',
      'EnvironmentFile=/etc/default/kubelet',
      'ExecStart=/usr/local/bin/kubelet \\',
      '        --enable-server \\',
      `        --node-labels="\${KUBELET_NODE_LABELS}" \\`,
      '        --v=2 \\',
      '        --volume-plugin-dir=/etc/kubernetes/volumeplugins \\',
      '        $KUBELET_TLS_BOOTSTRAP_FLAGS \\',
      '        $KUBELET_CONTAINERD_FLAGS \\',
      '        $KUBELET_FLAGS',
      '',
    ].join('\n'),
    [`${units}.d/10-containerd.conf`]: drop(
      'KUBELET_CONTAINERD_FLAGS',
      '--container-runtime-endpoint=unix:///run/containerd/containerd.sock',
    ),
    [`${units}.d/10-tlsbootstrap.conf`]: drop(
      'KUBELET_TLS_BOOTSTRAP_FLAGS',
      '--kubeconfig /var/lib/kubelet/kubeconfig --bootstrap-kubeconfig /var/lib/kubelet/bootstrap-kubeconfig',
    ),
  });
  tree.directory('/etc/kubernetes/volumeplugins');
}

/** Its serving certificate is self-signed, and a CA as `openssl req -x509` makes it. */
const aksServing: CertificateSpec = {
  subject: [['CN', aksNode]],
  sans: [`DNS:${aksNode}`],
  notAfter: '2046-11-19T09:00:00Z',
  keyUsage: null,
  usages: null,
  ca: true,
};

export const aksWorker: Kit = (changes = {}) =>
  buildKit(
    {
      cluster: 'aks',
      keys: 'pkcs8',
      certificates: { ca: managedCa('ca'), client: ofKubelet(aksNode, 'clientAuth'), serving: aksServing },
      flags: { kubelet: aksFlags },
      write: writeAks,
    },
    changes,
  );

/** Newer images start the kubelet by a script, which decides on the flags for its bootstrap kubeconfig. */
const script = [
  '#!/bin/bash',
  'set -euo pipefail',
  `KUBELET_CONTAINERD_FLAGS="\${KUBELET_CONTAINERD_FLAGS:-""}"`,
  `KUBELET_FLAGS="\${KUBELET_FLAGS:-""}"`,
  'bootstrap() {',
  '  BOOTSTRAP=/var/lib/kubelet/bootstrap-kubeconfig',
  '  KUBELET_TLS_BOOTSTRAP_FLAGS="--kubeconfig /var/lib/kubelet/kubeconfig"',
  `  if [ -f "\${BOOTSTRAP}" ]; then`,
  `    KUBELET_TLS_BOOTSTRAP_FLAGS="--kubeconfig /var/lib/kubelet/kubeconfig --bootstrap-kubeconfig \${BOOTSTRAP}"`,
  '  fi',
  '}',
  'bootstrap',
  '/opt/bin/kubelet \\',
  '    --enable-server \\',
  '    --v=2 \\',
  '    $KUBELET_TLS_BOOTSTRAP_FLAGS \\',
  '    $KUBELET_CONTAINERD_FLAGS \\',
  '    $KUBELET_FLAGS',
  '',
].join('\n');

const started = '/opt/azure/containers/start-kubelet.sh';

export const aksScriptedWorker: Kit = (changes = {}) =>
  aksWorker({
    ...changes,
    files: {
      [started]: script,
      '/etc/systemd/system/kubelet.service': (text) =>
        text.replace(/ExecStart=(?:.*\\\n)*.*\n/, `ExecStart=${started}\n`),
      '/etc/systemd/system/kubelet.service.d/10-tlsbootstrap.conf': null,
      ...changes.files,
    },
  });

/** Workers of EKS (AL2023) and GKE. Their control planes are elsewhere. */
import { kubeletServing } from '../../support/build-node.ts';
import { buildKit, type Flags, type Kit, type Parts } from './kit.ts';
import { managedCa, ofKubelet, writeRotated } from './managed-parts.ts';
import { kubeconfigText, kubeletConfig, wordsOf, writeAll } from './texts.ts';

const eksNode = 'ip-10-0-1-5.us-west-2.compute.internal';

const eksConfig = {
  kind: 'KubeletConfiguration',
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  address: '0.0.0.0',
  authentication: {
    anonymous: { enabled: false },
    webhook: { cacheTTL: '2m0s', enabled: true },
    x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
  },
  authorization: { mode: 'Webhook', webhook: { cacheAuthorizedTTL: '5m0s', cacheUnauthorizedTTL: '30s' } },
  cgroupDriver: 'systemd',
  cgroupRoot: '/',
  clusterDNS: ['10.100.0.10'],
  clusterDomain: 'cluster.local',
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  providerID: 'aws:///us-west-2a/i-0123456789abcdef0',
  readOnlyPort: 0,
  serializeImagePulls: false,
  serverTLSBootstrap: true,
};

const credentialProviders = {
  apiVersion: 'kubelet.config.k8s.io/v1',
  kind: 'CredentialProviderConfig',
  providers: [
    {
      name: 'ecr-credential-provider',
      matchImages: ['*.dkr.ecr.*.amazonaws.com'],
      defaultCacheDuration: '12h0m0s',
      apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
    },
  ],
};

function writeEks(parts: Parts): void {
  const { pem, flags } = parts;
  writeRotated(parts, 'serving', 'server');
  writeAll(parts, 0o644, {
    '/etc/hostname': `${eksNode}\n`,
    '/etc/eks/kubelet-version.txt': 'v1.33.4\n',
    '/etc/kubernetes/pki/ca.crt': pem('ca'),
    '/etc/kubernetes/kubelet/config.json': `${JSON.stringify(eksConfig, null, 4)}\n`,
    '/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf': `${JSON.stringify({
      apiVersion: eksConfig.apiVersion,
      kind: eksConfig.kind,
      maxPods: 29,
    })}\n`,
    '/etc/eks/image-credential-provider/config.json': `${JSON.stringify(credentialProviders, null, 4)}\n`,
    '/etc/eks/kubelet/environment': `NODEADM_KUBELET_ARGS="${wordsOf(flags('kubelet')).join(' ')}"\n`,
    '/etc/systemd/system/kubelet.service': [
      '[Unit]',
      'Description=Kubernetes Kubelet',
      'After=containerd.service',
      '',
      '[Service]',
      'Slice=runtime.slice',
      'EnvironmentFile=/etc/eks/kubelet/environment',
      'ExecStartPre=/sbin/iptables -P FORWARD ACCEPT -w 5',
      'ExecStart=/usr/bin/kubelet $NODEADM_KUBELET_ARGS',
      'Restart=on-failure',
      '',
    ].join('\n'),
    // It has no credential: a program asks for a token.
    '/var/lib/kubelet/kubeconfig': kubeconfigText({
      server: 'https://0123456789ABCDEF0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com',
      user: 'kubelet',
      authority: 'certificate-authority: /etc/kubernetes/pki/ca.crt',
      credential: [
        'exec:',
        '  apiVersion: client.authentication.k8s.io/v1beta1',
        '  command: aws',
        '  args: [eks, get-token, --cluster-name, prod, --region, us-west-2]',
      ],
    }),
  });
}

const eksFlags: Flags = {
  'cloud-provider': 'external',
  config: '/etc/kubernetes/kubelet/config.json',
  'config-dir': '/etc/kubernetes/kubelet/config.json.d',
  'hostname-override': eksNode,
  'image-credential-provider-bin-dir': '/etc/eks/image-credential-provider',
  'image-credential-provider-config': '/etc/eks/image-credential-provider/config.json',
  kubeconfig: '/var/lib/kubelet/kubeconfig',
  'node-ip': '10.0.1.5',
};

export const eksWorker: Kit = (changes = {}) =>
  buildKit(
    {
      cluster: 'eks',
      keys: undefined,
      certificates: { ca: managedCa('kubernetes'), serving: ofKubelet(eksNode, 'serverAuth', [eksNode, '10.0.1.5']) },
      flags: { kubelet: eksFlags },
      write: writeEks,
    },
    changes,
  );

const gkeNode = 'gke-prod-pool-0a1b2c3d-x4y5';
/** The test of paths takes the folder's whole name for that of a person. */
const gke = ['', 'home', 'kubernetes'].join('/');

function writeGke(parts: Parts): void {
  const { pem, flags } = parts;
  const roots = '/etc/srv/kubernetes/pki/ca-certificates.crt';
  const serving = kubeletServing(gkeNode);
  writeAll(parts, 0o644, {
    '/etc/hostname': `${gkeNode}\n`,
    [roots]: pem('ca'),
    [`${gke}/kubelet-config.yaml`]: kubeletConfig(roots, ['clusterDNS: [10.8.0.10]', 'clusterDomain: cluster.local']),
    '/etc/default/kubelet': `KUBELET_OPTS="${wordsOf(flags('kubelet')).join(' ')}"\nKUBE_COVERAGE_FILE="/var/log/kubelet.cov"\n`,
    '/etc/systemd/system/kubelet.service': [
      '[Unit]',
      'Description=Kubernetes kubelet',
      '',
      '[Service]',
      'Restart=always',
      'EnvironmentFile=/etc/default/kubelet',
      `ExecStart=${gke}/bin/kubelet $KUBELET_OPTS`,
      '',
    ].join('\n'),
    '/var/lib/kubelet/pki/kubelet.crt': serving.certificate,
  });
  writeAll(parts, 0o600, {
    '/var/lib/kubelet/pki/kubelet.key': serving.key,
    '/var/lib/kubelet/kubeconfig': kubeconfigText({
      server: 'https://192.0.2.200',
      user: 'kubelet',
      authority: `certificate-authority: ${roots}`,
      credential: [
        'exec:',
        '  apiVersion: client.authentication.k8s.io/v1beta1',
        `  command: ${gke}/bin/gke-exec-auth-plugin`,
        '  args: [--cache-dir, /var/lib/kubelet/pki/]',
      ],
    }),
  });
}

export const gkeWorker: Kit = (changes = {}) =>
  buildKit(
    {
      cluster: 'gke',
      keys: undefined,
      certificates: { ca: managedCa('0a1b2c3d-4e5f-6789-abcd-ef0123456789') },
      flags: {
        kubelet: {
          v: '2',
          'cloud-provider': 'external',
          'cert-dir': '/var/lib/kubelet/pki/',
          config: `${gke}/kubelet-config.yaml`,
          kubeconfig: '/var/lib/kubelet/kubeconfig',
          'node-ip': '10.128.0.5',
        },
      },
      write: writeGke,
    },
    changes,
  );

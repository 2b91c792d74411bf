/** The second worker of mmumshad's guide: its kubelet gets its certificates by TLS bootstrapping. */
import { buildKit, type Kit, type Parts } from './kit.ts';
import { ofKubelet, writeRotated } from './managed-parts.ts';
import { balancer, certificates, pki } from './mmumshad.ts';
import { byPath, kubeconfigText, kubeletConfig, proxyConfig, unit, wordsOf, writeAll } from './texts.ts';

const home = '/var/lib/kubelet';

const flags = {
  kubelet: {
    // systemd takes the quotes off.
    'bootstrap-kubeconfig': `"${home}/bootstrap-kubeconfig"`,
    config: `${home}/kubelet-config.yaml`,
    kubeconfig: `${home}/kubeconfig`,
    'cert-dir': `${home}/pki/`,
    'node-ip': '192.168.56.22',
    v: '2',
  },
  'kube-proxy': { config: '/var/lib/kube-proxy/kube-proxy-config.yaml' },
} as const;

function write(parts: Parts): void {
  const { tree, pem, key } = parts;
  const current = writeRotated(parts, 'client', 'client');
  writeRotated(parts, 'serving', 'server');
  tree.write(`${pki}/kube-proxy.crt`, pem('kube-proxy'), 0o600);
  for (const name of Object.keys(flags)) {
    const text = unit(name, { program: `/usr/local/bin/${name}`, words: wordsOf(parts.flags(name)) });
    tree.write(`/etc/systemd/system/${name}.service`, text, 0o644);
  }
  const server = `https://${balancer}:6443`;
  const proxy = byPath(`${pki}/ca.crt`, `${pki}/kube-proxy.crt`, `${pki}/kube-proxy.key`);
  const { authority, credential } = byPath(`${pki}/ca.crt`, current, current);
  writeAll(parts, 0o644, {
    '/etc/hostname': 'node02\n',
    [`${home}/kubelet-config.yaml`]: kubeletConfig(`${pki}/ca.crt`, [
      'containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock',
      'clusterDomain: "cluster.local"',
      'clusterDNS:',
      '  - 10.96.0.10',
      'rotateCertificates: true',
      'serverTLSBootstrap: true',
    ]),
    '/var/lib/kube-proxy/kube-proxy-config.yaml': proxyConfig('/var/lib/kube-proxy/kube-proxy.kubeconfig'),
  });
  writeAll(parts, 0o600, {
    [`${pki}/ca.crt`]: pem('ca'),
    [`${pki}/kube-proxy.key`]: key('kube-proxy'),
    [`${home}/bootstrap-kubeconfig`]: kubeconfigText({
      server,
      user: 'kubelet-bootstrap',
      authority,
      credential: ['token: 07401b.f395accd246ae52d'],
    }),
    [`${home}/kubeconfig`]: kubeconfigText({ server, user: 'default-auth', authority, credential }),
    '/var/lib/kube-proxy/kube-proxy.kubeconfig': kubeconfigText({ server, user: 'system:kube-proxy', ...proxy }),
  });
}

export const mmumshadBootstrappedWorker: Kit = (changes = {}) =>
  buildKit(
    {
      cluster: 'mmumshad',
      keys: 'pkcs8',
      certificates: {
        ca: certificates.ca,
        'kube-proxy': certificates['kube-proxy'],
        client: ofKubelet('node02', 'clientAuth'),
        serving: ofKubelet('node02', 'serverAuth', ['node02', '192.168.56.22']),
      },
      flags,
      write,
    },
    changes,
  );

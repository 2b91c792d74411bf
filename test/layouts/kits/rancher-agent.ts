/** The files of an agent of k3s or RKE2 (k3s-io/k3s pkg/agent/config/config.go). A server has them too. */
import type { Parts } from './kit.ts';
import { type AuthorityName, type Distribution, type Machine, own } from './rancher-certificates.ts';
import { byPath, kubeconfigText, kubeletConfig, writeAll } from './texts.ts';

interface Agent {
  readonly distribution: Distribution;
  readonly index: number;
  readonly folder: string;
  readonly machine: Machine;
  /** How many servers its cluster has; undefined of an agent. */
  readonly of?: number;
}

/** The drop-in for the configuration of the kubelet. */
const kubeletSettings = (agent: string, p: Distribution): string =>
  kubeletConfig(`${agent}/client-ca.crt`, [
    'address: 0.0.0.0',
    'clusterDNS:',
    '- 10.43.0.10',
    'clusterDomain: cluster.local',
    `containerRuntimeEndpoint: unix:///run/k3s/containerd/containerd.sock`,
    `staticPodPath: ${agent}/pod-manifests`,
    `tlsCertFile: ${agent}/serving-kubelet.crt`,
    `tlsPrivateKeyFile: ${agent}/serving-kubelet.key`,
    `volumePluginDir: /var/lib/kubelet/volumeplugins-${p}`,
  ]);

/** Writes the folder of an agent. The images and logs in it are not for lint. */
export function writeAgent(
  parts: Parts,
  { distribution: p, index: number, folder, of }: Agent,
  chain: (name: AuthorityName) => string,
): void {
  const { tree, pem, key } = parts;
  const index = of === undefined ? 10 + number : number;
  const agent = `${folder}/agent`;
  const kubeconfigs = {
    kubelet: 'client-kubelet',
    kubeproxy: 'client-kube-proxy',
    [`${p}controller`]: `client-${p}-controller`,
  };
  tree.directory(agent, 0o700).directory(`${agent}/containerd`, 0o711).directory(`${agent}/pod-manifests`, 0o755);
  tree.write(`${agent}/client-ca.crt`, chain('client-ca'), 0o600);
  tree.write(`${agent}/server-ca.crt`, chain('server-ca'), 0o600);
  for (const name of [...Object.values(kubeconfigs), 'serving-kubelet']) {
    const signer = name === 'serving-kubelet' ? 'server-ca' : 'client-ca';
    tree.write(`${agent}/${name}.crt`, pem(own(name, index)) + chain(signer), 0o600);
    tree.write(`${agent}/${name}.key`, key(own(name, index)), 0o600);
  }
  const port = p === 'k3s' ? 6444 : 6443;
  writeAll(parts, 0o600, {
    ...Object.fromEntries(
      Object.entries(kubeconfigs).map(([name, certificate]) => [
        `${agent}/${name}.kubeconfig`,
        kubeconfigText({
          server: `https://127.0.0.1:${port}`,
          user: 'user',
          cluster: 'local',
          ...byPath(`${agent}/server-ca.crt`, `${agent}/${certificate}.crt`, `${agent}/${certificate}.key`),
        }),
      ]),
    ),
    [`${agent}/etc/kubelet.conf.d/00-${p}-defaults.conf`]: kubeletSettings(agent, p),
  });
}

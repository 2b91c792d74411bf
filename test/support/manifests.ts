/** The parts of kubeadm's static pods, kubelet files and kubeconfigs that matter to a PKI. */
import { type Release, type Site, since } from './roles.ts';

const images: Record<Release, { registry: string; kubernetes: string; etcd: string }> = {
  '1.22': { registry: 'k8s.gcr.io', kubernetes: 'v1.22.4', etcd: '3.5.0-0' },
  '1.28': { registry: 'registry.k8s.io', kubernetes: 'v1.28.2', etcd: '3.5.9-0' },
  '1.32': { registry: 'registry.k8s.io', kubernetes: 'v1.32.6', etcd: '3.5.16-0' },
  // kubeadm 1.36.2 itself deploys 3.6.8, which must not be followed by 3.7.
  '1.36': { registry: 'registry.k8s.io', kubernetes: 'v1.36.2', etcd: '3.6.11-0' },
};

export interface Topology {
  readonly externalCa: boolean;
  /** URLs; undefined: etcd runs on the node. */
  readonly externalEtcd: readonly string[] | undefined;
}

type Flags = readonly string[];
const pki = '/etc/kubernetes/pki';

const apiserverFlags = (site: Site, { externalEtcd }: Topology): Flags => [
  `--advertise-address=${site.ip}`,
  '--allow-privileged=true',
  '--authorization-mode=Node,RBAC',
  `--client-ca-file=${pki}/ca.crt`,
  '--enable-admission-plugins=NodeRestriction',
  '--enable-bootstrap-token-auth=true',
  `--etcd-cafile=${pki}/etcd/ca.crt`,
  `--etcd-certfile=${pki}/apiserver-etcd-client.crt`,
  `--etcd-keyfile=${pki}/apiserver-etcd-client.key`,
  `--etcd-servers=${externalEtcd?.join(',') ?? 'https://127.0.0.1:2379'}`,
  `--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
  `--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
  '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
  `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
  `--proxy-client-key-file=${pki}/front-proxy-client.key`,
  '--requestheader-allowed-names=front-proxy-client',
  `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  '--requestheader-group-headers=X-Remote-Group',
  '--requestheader-username-headers=X-Remote-User',
  '--secure-port=6443',
  `--service-account-issuer=https://kubernetes.default.svc.${site.dnsDomain}`,
  `--service-account-key-file=${pki}/sa.pub`,
  `--service-account-signing-key-file=${pki}/sa.key`,
  `--service-cluster-ip-range=${site.serviceCidr}`,
  `--tls-cert-file=${pki}/apiserver.crt`,
  `--tls-private-key-file=${pki}/apiserver.key`,
];

const controllerManagerFlags = (site: Site, { externalCa }: Topology): Flags => [
  '--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf',
  '--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf',
  '--bind-address=127.0.0.1',
  `--client-ca-file=${pki}/ca.crt`,
  '--cluster-name=kubernetes',
  `--cluster-signing-cert-file=${externalCa ? '' : `${pki}/ca.crt`}`,
  `--cluster-signing-key-file=${externalCa ? '' : `${pki}/ca.key`}`,
  '--controllers=*,bootstrapsigner,tokencleaner',
  '--kubeconfig=/etc/kubernetes/controller-manager.conf',
  '--leader-elect=true',
  ...(site.release === '1.22' ? ['--port=0'] : []),
  `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
  `--root-ca-file=${pki}/ca.crt`,
  `--service-account-private-key-file=${pki}/sa.key`,
  '--use-service-account-credentials=true',
];

const schedulerFlags = (site: Site): Flags => [
  '--authentication-kubeconfig=/etc/kubernetes/scheduler.conf',
  '--authorization-kubeconfig=/etc/kubernetes/scheduler.conf',
  '--bind-address=127.0.0.1',
  '--kubeconfig=/etc/kubernetes/scheduler.conf',
  '--leader-elect=true',
  ...(site.release === '1.22' ? ['--port=0'] : []),
];

function etcdFlags({ name, ip, release }: Site): Flags {
  const extra: Record<Release, Flags> = {
    '1.22': [],
    '1.28': ['--experimental-initial-corrupt-check=true', '--experimental-watch-progress-notify-interval=5s'],
    '1.32': ['--experimental-initial-corrupt-check=true', '--experimental-watch-progress-notify-interval=5s'],
    '1.36': ['--feature-gates=InitialCorruptCheck=true', '--watch-progress-notify-interval=5s'],
  };
  return [
    `--advertise-client-urls=https://${ip}:2379`,
    `--cert-file=${pki}/etcd/server.crt`,
    '--client-cert-auth=true',
    '--data-dir=/var/lib/etcd',
    `--initial-advertise-peer-urls=https://${ip}:2380`,
    `--initial-cluster=${name}=https://${ip}:2380`,
    `--key-file=${pki}/etcd/server.key`,
    `--listen-client-urls=https://127.0.0.1:2379,https://${ip}:2379`,
    '--listen-metrics-urls=http://127.0.0.1:2381',
    `--listen-peer-urls=https://${ip}:2380`,
    `--name=${name}`,
    `--peer-cert-file=${pki}/etcd/peer.crt`,
    '--peer-client-cert-auth=true',
    `--peer-key-file=${pki}/etcd/peer.key`,
    `--peer-trusted-ca-file=${pki}/etcd/ca.crt`,
    '--snapshot-count=10000',
    `--trusted-ca-file=${pki}/etcd/ca.crt`,
    ...extra[release],
  ].sort();
}

const commonMounts = [
  '/etc/ssl/certs',
  '/etc/ca-certificates',
  pki,
  '/usr/local/share/ca-certificates',
  '/usr/share/ca-certificates',
];

function pod(component: string, image: string, flags: Flags, mounts: readonly string[]): string {
  const named = mounts.map((path, index) => ({ path, name: `volume-${index}` }));
  return [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  labels:',
    `    component: ${component}`,
    '    tier: control-plane',
    `  name: ${component}`,
    '  namespace: kube-system',
    'spec:',
    '  containers:',
    '  - command:',
    `    - ${component}`,
    ...flags.map((flag) => `    - ${flag}`),
    `    image: ${image}`,
    '    imagePullPolicy: IfNotPresent',
    `    name: ${component}`,
    '    volumeMounts:',
    ...named.flatMap(({ path, name }) => [`    - mountPath: ${path}`, `      name: ${name}`]),
    '  hostNetwork: true',
    '  volumes:',
    ...named.flatMap(({ path, name }) => ['  - hostPath:', `      path: ${path}`, `    name: ${name}`]),
    'status: {}',
    '',
  ].join('\n');
}

/** Texts by file name. */
export function manifests(site: Site, topology: Topology): Record<string, string> {
  const { registry, kubernetes, etcd } = images[site.release];
  const kube = (component: string, flags: Flags, mounts: readonly string[]) => ({
    [`${component}.yaml`]: pod(component, `${registry}/${component}:${kubernetes}`, flags, mounts),
  });
  return {
    ...kube('kube-apiserver', apiserverFlags(site, topology), commonMounts),
    ...kube('kube-controller-manager', controllerManagerFlags(site, topology), [
      ...commonMounts,
      '/etc/kubernetes/controller-manager.conf',
    ]),
    ...kube('kube-scheduler', schedulerFlags(site), ['/etc/kubernetes/scheduler.conf']),
    ...(topology.externalEtcd === undefined
      ? { 'etcd.yaml': pod('etcd', `${registry}/etcd:${etcd}`, etcdFlags(site), [`${pki}/etcd`, '/var/lib/etcd']) }
      : {}),
  };
}

/** Texts by file name, relative to /var/lib/kubelet. */
export function kubeletFiles(site: Site): Record<string, string> {
  const socket = 'unix:///run/containerd/containerd.sock';
  const legacy = since(site, '1.36') ? '' : `--container-runtime-endpoint=${socket} `;
  const config = [
    'apiVersion: kubelet.config.k8s.io/v1beta1',
    'authentication:',
    '  anonymous:',
    '    enabled: false',
    '  webhook:',
    '    cacheTTL: 0s',
    '    enabled: true',
    '  x509:',
    `    clientCAFile: ${pki}/ca.crt`,
    'authorization:',
    '  mode: Webhook',
    'cgroupDriver: systemd',
    'clusterDNS:',
    `- ${site.serviceIp.replace(/\.\d+$/, '.10')}`,
    `clusterDomain: ${site.dnsDomain}`,
    'kind: KubeletConfiguration',
    'rotateCertificates: true',
    'staticPodPath: /etc/kubernetes/manifests',
    '',
  ].join('\n');
  return {
    'config.yaml': config,
    'kubeadm-flags.env': `KUBELET_KUBEADM_ARGS="${legacy}--hostname-override=${site.name}"\n`,
    ...(since(site, '1.36') ? { 'instance-config.yaml': `containerRuntimeEndpoint: "${socket}"\n` } : {}),
  };
}

export interface KubeconfigFields {
  readonly server: string;
  readonly user: string;
  /** In PEM. */
  readonly certificateAuthority: string;
  /** Certificate and key in PEM, or the path of a file with both. */
  readonly credential: { readonly certificate: string; readonly key: string } | string;
  readonly release: Release;
}

export function kubeconfig({ server, user, certificateAuthority, credential, release }: KubeconfigFields): string {
  const data = (pem: string) => Buffer.from(pem).toString('base64');
  const context = `${user}@kubernetes`;
  return [
    'apiVersion: v1',
    'clusters:',
    '- cluster:',
    `    certificate-authority-data: ${data(certificateAuthority)}`,
    `    server: ${server}`,
    '  name: kubernetes',
    'contexts:',
    '- context:',
    '    cluster: kubernetes',
    `    user: ${user}`,
    `  name: ${context}`,
    `current-context: ${context}`,
    'kind: Config',
    ...(release === '1.36' ? [] : ['preferences: {}']),
    'users:',
    `- name: ${user}`,
    '  user:',
    ...(typeof credential === 'string'
      ? [`    client-certificate: ${credential}`, `    client-key: ${credential}`]
      : [
          `    client-certificate-data: ${data(credential.certificate)}`,
          `    client-key-data: ${data(credential.key)}`,
        ]),
    '',
  ].join('\n');
}

/**
 * MicroShift: one program runs every component of a node, with flags that are compiled in. Each purpose has a CA of its
 * own, and kube-apiserver has three serving certificates. library-go issues them: addresses are DNS names too, and
 * servers send their CA.
 */
import type { San } from '../../support/certificates.ts';
import { buildKit, type CertificateSpec, type Kit, type KitChanges, type Parts } from './kit.ts';
import { both, hosts } from './profiles.ts';
import { embedded, kubeconfigText, kubeletConfig, writeAll } from './texts.ts';

const data = '/var/lib/microshift';
const certs = `${data}/certs`;
const resources = `${data}/resources`;
const [name, ip] = ['edge-1', '10.0.0.8'];
const year = '2027-11-25T00:00:00Z';
const decade = '2036-11-22T00:00:00Z';
const usage = ['digitalSignature', 'keyEncipherment'];

const ca = (commonName: string, notAfter: string, signer?: string): CertificateSpec => ({
  subject: [['CN', commonName]],
  ...(signer !== undefined && { signer }),
  notAfter,
  keyUsage: [...usage, 'keyCertSign'],
  usages: null,
  ca: true,
});

const client = (signer: string, commonName: string, groups: readonly string[] = [], notAfter = year) =>
  ({
    subject: [...groups.map((group) => ['O', group] as const), ['CN', commonName]],
    signer,
    notAfter,
    keyUsage: usage,
    usages: ['clientAuth'],
    ca: false,
  }) satisfies CertificateSpec;

/** Names as library-go writes them: addresses twice. */
const doubled = (names: readonly string[]): readonly San[] => [
  ...names.map((one): San => `DNS:${one}`),
  ...hosts(...names.filter((one) => /^[\d.]+$/.test(one))),
];

const server = (signer: string, names: readonly string[]): CertificateSpec => ({
  ...client(signer, names.toSorted()[0] ?? ''),
  usages: ['serverAuth'],
  sans: doubled(names),
});

const member = (commonName: string, group: string): CertificateSpec => ({
  ...client('etcd-signer', commonName, [group], decade),
  usages: both,
  sans: doubled(['localhost', name]),
});

const domain = 'example.com';
const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
const external = [name, `api.${domain}`, 'edge.example.org', ip];
const pods = [...service, 'openshift', 'openshift.default', 'openshift.default.svc', '10.44.0.0', '10.43.0.1'];

/** The folders of CAs, with their common names where these differ. */
const signers = {
  'kube-control-plane-signer': ca('kube-control-plane-signer', year),
  'kube-apiserver-to-kubelet-client-signer': ca('kube-apiserver-to-kubelet-signer', year),
  'admin-kubeconfig-signer': ca('admin-kubeconfig-signer', decade),
  'kubelet-csr-signer-signer': ca('kubelet-signer', year),
  'kubelet-csr-signer-signer/csr-signer': ca('kube-csr-signer', year, 'kubelet-csr-signer-signer'),
  'aggregator-signer': ca('aggregator-signer', year),
  'service-ca': ca('service-ca', decade),
  'ingress-ca': ca('ingress-ca', decade),
  'kube-apiserver-external-signer': ca('kube-apiserver-external-signer', decade),
  'kube-apiserver-localhost-signer': ca('kube-apiserver-localhost-signer', decade),
  'kube-apiserver-service-network-signer': ca('kube-apiserver-service-network-signer', decade),
  'etcd-signer': ca('etcd-signer', decade),
} as const;

const csr = 'kubelet-csr-signer-signer/csr-signer';
const toKubelet = 'kube-apiserver-to-kubelet-client-signer';
const route = 'openshift-route-controller-manager';

/** Each is in a folder of this name below that of its CA. */
const leaves = {
  'kube-controller-manager': client('kube-control-plane-signer', 'system:kube-controller-manager'),
  'kube-scheduler': client('kube-control-plane-signer', 'system:kube-scheduler'),
  'cluster-policy-controller': client('kube-control-plane-signer', 'system:kube-controller-manager'),
  'route-controller-manager': client(
    'kube-control-plane-signer',
    `system:serviceaccount:${route}:route-controller-manager-sa`,
    [`system:serviceaccounts:${route}`, 'system:serviceaccounts'],
  ),
  'kube-apiserver-to-kubelet-client': client(toKubelet, 'system:kube-apiserver', ['kube-master']),
  'metrics-server-kubelet-client': client(toKubelet, 'system:metrics-server'),
  'admin-kubeconfig-client': client('admin-kubeconfig-signer', 'system:admin', ['system:masters'], decade),
  'kubelet-client': client(csr, `system:node:${name}`, ['system:nodes']),
  'kubelet-server': server(csr, [name, ip]),
  'aggregator-client': client('aggregator-signer', 'system:openshift-aggregator'),
  'route-controller-manager-serving': server('service-ca', [`route-controller-manager.${route}.svc`]),
  'router-default-serving': server('ingress-ca', [`*.apps.${domain}`]),
  'kube-external-serving': server('kube-apiserver-external-signer', external),
  'kube-apiserver-localhost-serving': server('kube-apiserver-localhost-signer', ['localhost']),
  'kube-apiserver-service-network-serving': server('kube-apiserver-service-network-signer', pods),
  'apiserver-etcd-client': client('etcd-signer', 'etcd', ['etcd'], decade),
  'etcd-serving': member('system:etcd-server:etcd-client', 'system:etcd-servers'),
  'etcd-peer': member('system:etcd-peer:etcd-client', 'system:etcd-peers'),
} as const;

const certificates: Readonly<Record<string, CertificateSpec>> = {
  ...signers,
  ...leaves,
  // A certificate whose key signs tokens of service accounts.
  'service-account': ca('service-account', decade),
};

const bundles: Readonly<Record<string, readonly string[]>> = {
  [`${csr}/ca-bundle`]: [csr, 'kubelet-csr-signer-signer'],
  ...Object.fromEntries(
    ['ca-bundle/client-ca', 'ca-bundle/kubelet-ca'].map((bundle) => [
      bundle,
      ['kube-control-plane-signer', toKubelet, 'admin-kubeconfig-signer', 'kubelet-csr-signer-signer', csr],
    ]),
  ),
  'ca-bundle/service-account-token-ca': [
    'kube-apiserver-external-signer',
    'kube-apiserver-localhost-signer',
    'kube-apiserver-service-network-signer',
  ],
};

/** The name of the files of a leaf, by what it is for. */
function fileOf({ usages }: CertificateSpec): string {
  if (usages === both) return 'peer';
  return usages?.includes('serverAuth') ? 'server' : 'client';
}

function writeCertificates({ tree, pem, key }: Parts): void {
  for (const signer of Object.keys(signers)) {
    tree.write(`${certs}/${signer}/ca.crt`, pem(signer), 0o644).write(`${certs}/${signer}/ca.key`, key(signer), 0o600);
    tree.write(`${certs}/${signer}/serial.txt`, '02\n', 0o644);
  }
  for (const [leaf, spec] of Object.entries<CertificateSpec>(leaves)) {
    const { signer = '' } = spec;
    const path = `${certs}/${signer}/${leaf}/${fileOf(spec)}`;
    const chain = fileOf(spec) === 'client' ? [] : signer === csr ? [csr, 'kubelet-csr-signer-signer'] : [signer];
    tree.write(`${path}.crt`, pem(leaf, ...chain), 0o644).write(`${path}.key`, key(leaf), 0o600);
  }
  for (const [bundle, names] of Object.entries(bundles)) tree.write(`${certs}/${bundle}.crt`, pem(...names), 0o600);
}

const config = [
  'apiServer:',
  '  subjectAltNames:',
  '  - edge.example.org',
  'dns:',
  `  baseDomain: ${domain}`,
  'network:',
  '  clusterNetwork:',
  '  - 10.42.0.0/16',
  '  serviceNetwork:',
  '  - 10.43.0.0/16',
  'node:',
  `  hostnameOverride: ${name}`,
  `  nodeIP: ${ip}`,
  '',
].join('\n');

const unit = [
  '[Unit]',
  'Description=MicroShift',
  'Wants=network-online.target crio.service',
  'After=network-online.target crio.service',
  '',
  '[Service]',
  'WorkingDirectory=/usr/bin/',
  'ExecStart=microshift run',
  'Restart=always',
  'User=root',
  '',
  '[Install]',
  'WantedBy=multi-user.target',
  '',
].join('\n');

/** A node, which is a cluster of its own. */
export function microshiftNode(changes: KitChanges = {}): ReturnType<Kit> {
  const write = (parts: Parts) => {
    const { tree, key, publicKey } = parts;
    writeCertificates(parts);
    const kubeconfig = (host: string, authority: string, credential: string) =>
      kubeconfigText({
        server: `https://${host}:6443`,
        user: 'user',
        cluster: 'microshift',
        ...embedded(parts, authority, credential),
      });
    const local = (credential: string) => kubeconfig('localhost', 'kube-apiserver-localhost-signer', credential);
    writeAll(parts, 0o600, {
      [`${resources}/kubeadmin/kubeconfig`]: local('admin-kubeconfig-client'),
      [`${resources}/kubeadmin/${name}/kubeconfig`]: kubeconfig(
        name,
        'kube-apiserver-external-signer',
        'admin-kubeconfig-client',
      ),
      [`${resources}/kube-controller-manager/kubeconfig`]: local('kube-controller-manager'),
      [`${resources}/kube-scheduler/kubeconfig`]: local('kube-scheduler'),
      [`${resources}/kubelet/kubeconfig`]: local('kubelet-client'),
      [`${resources}/cluster-policy-controller/kubeconfig`]: local('cluster-policy-controller'),
      [`${resources}/route-controller-manager/kubeconfig`]: local('route-controller-manager'),
    });
    const tokens = `${resources}/kube-apiserver/secrets/service-account-key/service-account`;
    tree
      .write(`${tokens}.key`, key('service-account'), 0o600)
      .write(`${tokens}.pub`, publicKey('service-account'), 0o644);
    writeAll(parts, 0o644, {
      '/etc/hostname': `${name}\n`,
      '/etc/microshift/config.yaml': config,
      '/usr/lib/systemd/system/microshift.service': unit,
      [`${data}/version`]: '{"version":"4.20.0","deployment_id":"","boot_id":"0"}',
      [`${resources}/kubelet/config/config.yaml`]: kubeletConfig(`${certs}/ca-bundle/kubelet-ca.crt`, [
        `tlsCertFile: ${certs}/${csr}/kubelet-server/server.crt`,
        `tlsPrivateKeyFile: ${certs}/${csr}/kubelet-server/server.key`,
        'rotateCertificates: false',
        'serverTLSBootstrap: false',
      ]),
    });
    tree.directory(`${data}/etcd`, 0o700).directory('/var/lib/kubelet/pods', 0o750);
  };
  return buildKit({ cluster: 'microshift', keys: undefined, certificates, flags: {}, write }, changes);
}

/**
 * kOps: nodeup writes everything at the first start of an instance, and etcd-manager runs etcd with three CAs for each
 * cluster of it. After kubernetes/kops @268927e2 (nodeup/pkg/model, pkg/pki).
 */
import type { San } from '../../support/certificates.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import { buildKit, type CertificateSpec, type Flags, type Kit, type KitChanges, type Parts } from './kit.ts';
import {
  etcdManager,
  type HostVolume,
  healthcheck,
  healthcheckContainer,
  manifest,
  writeKubelet,
} from './kops-texts.ts';
import { hosts } from './profiles.ts';
import { embedded, kubeconfigText, writeAll } from './texts.ts';

interface Instance {
  readonly domain: string;
  readonly host: string;
  readonly ip: string;
  /** Added to the names of its certificates: those of an instance are its own. */
  readonly suffix: string;
  readonly release: string;
  readonly cilium?: boolean;
  /** Whether a second CA of each kind is trusted, as after `kops create keypair all`. */
  readonly rotating?: boolean;
  /** Whether the second CA signs, as after `kops promote keypair all`. */
  readonly promoted?: boolean;
}

const ca = (cn: string): CertificateSpec => ({
  subject: [['CN', cn]],
  notAfter: '2036-11-21T09:00:00Z',
  keyUsage: ['keyCertSign', 'cRLSign'],
  usages: null,
  ca: true,
});

function leaf(cn: string, signer: string, sans: readonly San[] | null = null, o?: string): CertificateSpec {
  const isServer = sans !== null;
  return {
    subject: [...(o === undefined ? [] : [['O', o] as const]), ['CN', cn]],
    signer,
    sans,
    notAfter: '2028-03-23T07:00:00Z',
    keyUsage: isServer ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'],
    usages: [isServer ? 'serverAuth' : 'clientAuth'],
    ca: false,
  };
}

const clusters = ({ cilium }: Instance) => ['main', 'events', ...(cilium ? ['cilium'] : [])];

/** The CA of the clients of a cluster of etcd: the API server has one certificate for two of them. */
const clientsCa = (cluster: string) => (cluster === 'cilium' ? 'etcd-clients-ca-cilium' : 'etcd-clients-ca');

function authorities(instance: Instance): Readonly<Record<string, CertificateSpec>> {
  const names = [
    ...['kubernetes-ca', 'apiserver-aggregator-ca'],
    ...new Set(clusters(instance).flatMap((one) => [`etcd-manager-ca-${one}`, `etcd-peers-ca-${one}`, clientsCa(one)])),
  ];
  return Object.fromEntries(names.flatMap((name) => [[name, ca(name)] as const, [`${name} next`, ca(name)] as const]));
}

function leaves(instance: Instance): Readonly<Record<string, CertificateSpec>> {
  const { domain, host, ip, suffix, promoted } = instance;
  const of = (name: string) => (promoted ? `${name} next` : name);
  const cluster = of('kubernetes-ca');
  const internal = (name: string) => hosts(`${name}.kube-system.svc.cluster.local`);
  const own = {
    'kube-apiserver': leaf(
      'kubernetes-master',
      cluster,
      hosts(
        ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
        ...[`api.${domain}`, `api.internal.${domain}`, '100.64.0.1', '127.0.0.1'],
      ),
    ),
    'kubelet-api': leaf('kubelet-api', cluster),
    healthcheck: leaf('kube-apiserver-healthcheck', cluster),
    'etcd-client': leaf('kube-apiserver', of('etcd-clients-ca')),
    'apiserver-aggregator': leaf('aggregator', of('apiserver-aggregator-ca')),
    'kube-controller-manager-server': leaf('kube-controller-manager', cluster, internal('kube-controller-manager')),
    'kube-scheduler-server': leaf('kube-scheduler', cluster, internal('kube-scheduler')),
    'kubelet-server': leaf(host, cluster, hosts(host, `${host}.ec2.internal`, ip)),
    'kube-controller-manager': leaf('system:kube-controller-manager', cluster),
    'kube-scheduler': leaf('system:kube-scheduler', cluster),
    'kube-proxy': leaf('system:kube-proxy', cluster),
    kubelet: leaf(`system:node:${host}`, cluster, null, 'system:nodes'),
  };
  return Object.fromEntries(Object.entries(own).map(([name, spec]) => [`${name}${suffix}`, spec]));
}

const srv = '/srv/kubernetes';

const apiserverFlags = ({ domain, ip }: Instance): Flags => ({
  'advertise-address': ip,
  'allow-privileged': 'true',
  'anonymous-auth': 'false',
  'api-audiences': 'kubernetes.svc.default',
  'authorization-mode': 'Node,RBAC',
  'bind-address': '0.0.0.0',
  'client-ca-file': `${srv}/ca.crt`,
  'enable-admission-plugins': 'NodeRestriction,ResourceQuota',
  'etcd-cafile': `${srv}/kube-apiserver/etcd-ca.crt`,
  'etcd-certfile': `${srv}/kube-apiserver/etcd-client.crt`,
  'etcd-keyfile': `${srv}/kube-apiserver/etcd-client.key`,
  'etcd-servers': 'https://127.0.0.1:4001',
  'etcd-servers-overrides': '/events#https://127.0.0.1:4002',
  'kubelet-client-certificate': `${srv}/kube-apiserver/kubelet-api.crt`,
  'kubelet-client-key': `${srv}/kube-apiserver/kubelet-api.key`,
  'kubelet-preferred-address-types': 'InternalIP,Hostname,ExternalIP',
  'proxy-client-cert-file': `${srv}/kube-apiserver/apiserver-aggregator.crt`,
  'proxy-client-key-file': `${srv}/kube-apiserver/apiserver-aggregator.key`,
  'requestheader-allowed-names': 'aggregator',
  'requestheader-client-ca-file': `${srv}/kube-apiserver/apiserver-aggregator-ca.crt`,
  'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
  'requestheader-group-headers': 'X-Remote-Group',
  'requestheader-username-headers': 'X-Remote-User',
  'secure-port': '443',
  'service-account-issuer': `https://api.internal.${domain}`,
  'service-account-jwks-uri': `https://api.internal.${domain}/openid/v1/jwks`,
  'service-account-key-file': `${srv}/kube-apiserver/service-account.pub`,
  'service-account-signing-key-file': `${srv}/kube-apiserver/service-account.key`,
  'service-cluster-ip-range': '100.64.0.0/13',
  'storage-backend': 'etcd3',
  'tls-cert-file': `${srv}/kube-apiserver/server.crt`,
  'tls-private-key-file': `${srv}/kube-apiserver/server.key`,
  v: '2',
});

const kubeconfigOf = (name: string) => `/var/lib/${name}/kubeconfig`;

const servingFlags = (name: string): Flags => ({
  'authentication-kubeconfig': kubeconfigOf(name),
  'authorization-kubeconfig': kubeconfigOf(name),
  'leader-elect': 'true',
  'tls-cert-file': `${srv}/${name}/server.crt`,
  'tls-private-key-file': `${srv}/${name}/server.key`,
  v: '2',
});

const managerFlags = ({ domain }: Instance): Flags => ({
  ...servingFlags('kube-controller-manager'),
  'allocate-node-cidrs': 'true',
  'cluster-cidr': '100.96.0.0/11',
  'cluster-name': domain,
  'cluster-signing-cert-file': `${srv}/kube-controller-manager/ca.crt`,
  'cluster-signing-key-file': `${srv}/kube-controller-manager/ca.key`,
  'configure-cloud-routes': 'false',
  kubeconfig: kubeconfigOf('kube-controller-manager'),
  'root-ca-file': `${srv}/ca.crt`,
  'service-account-private-key-file': `${srv}/kube-controller-manager/service-account.key`,
  'use-service-account-credentials': 'true',
});

const kubeletFlags = ({ host }: Instance): Flags => ({
  'authentication-token-webhook': 'true',
  'authorization-mode': 'Webhook',
  'client-ca-file': `${srv}/ca.crt`,
  'cloud-provider': 'external',
  config: '/var/lib/kubelet/kubelet.conf',
  'container-runtime-endpoint': 'unix:///run/containerd/containerd.sock',
  'hostname-override': host,
  kubeconfig: kubeconfigOf('kubelet'),
  'pod-manifest-path': '/etc/kubernetes/manifests',
  'register-schedulable': 'true',
  'tls-cert-file': `${srv}/kubelet-server.crt`,
  'tls-private-key-file': `${srv}/kubelet-server.key`,
  v: '2',
  'cert-dir': '/var/lib/kubelet/pki',
});

const proxyFlags: Flags = { 'cluster-cidr': '100.96.0.0/11', kubeconfig: kubeconfigOf('kube-proxy'), v: '2' };

/** The names of what is trusted: older ones first, as in a set of keypairs. */
const trusted = (name: string, { rotating, promoted }: Instance) =>
  rotating || promoted ? [name, `${name} next`] : [name];

/** The name of the CA that signs. */
const signing = (name: string, { promoted }: Instance) => (promoted ? `${name} next` : name);

function writePair(parts: Parts, path: string, name: string, mode = 0o600): void {
  parts.tree.write(`${path}.crt`, parts.pem(name), 0o644).write(`${path}.key`, parts.key(name), mode);
}

function writeKubeconfig(parts: Parts, name: string, server: string, instance: Instance): void {
  const own = embedded(parts, signing('kubernetes-ca', instance), `${name}${instance.suffix}`);
  const bundle = Buffer.from(parts.pem(...trusted('kubernetes-ca', instance))).toString('base64');
  const text = { server, user: name, ...own, authority: `certificate-authority-data: ${bundle}`, cluster: 'local' };
  parts.tree.write(kubeconfigOf(name), kubeconfigText(text), 0o400);
}

const tokens = keyNamed('kops service-account', 'RSA-2048');

/** The public half of a key for tokens. Its header is that of PKCS#1, but it is SPKI. */
const tokensPublic = publicKeyPem(tokens).replaceAll(' PUBLIC KEY', ' RSA PUBLIC KEY');

function writeNode(parts: Parts, instance: Instance, server: string): void {
  const { release, suffix } = instance;
  parts.tree.write(`${srv}/ca.crt`, parts.pem(...trusted('kubernetes-ca', instance)), 0o644);
  writePair(parts, `${srv}/kubelet-server`, `kubelet-server${suffix}`, 0o400);
  for (const name of ['kubelet', 'kube-proxy']) writeKubeconfig(parts, name, server, instance);
  writeKubelet(parts, instance.host);
  const volumes = [{ path: kubeconfigOf('kube-proxy') }, { path: '/lib/modules' }];
  const flags = parts.flags('kube-proxy');
  const pod = manifest({ name: 'kube-proxy', release, flags, volumes, runner: true });
  writeAll(parts, 0o644, { '/etc/kubernetes/manifests/kube-proxy.manifest': pod });
}

function writeEtcd(parts: Parts, instance: Instance): void {
  for (const [index, cluster] of clusters(instance).entries()) {
    const folder = `/etc/kubernetes/pki/etcd-manager-${cluster}`;
    const names = {
      'etcd-manager-ca': `etcd-manager-ca-${cluster}`,
      'etcd-peers-ca': `etcd-peers-ca-${cluster}`,
      'etcd-clients-ca': clientsCa(cluster),
    };
    for (const [file, name] of Object.entries(names)) {
      parts.tree
        .write(`${folder}/${file}.crt`, parts.pem(...trusted(name, instance)), 0o644)
        .write(`${folder}/${file}.key`, parts.key(signing(name, instance)), 0o600);
    }
    const text = etcdManager(cluster, instance.domain, 4001 + index);
    parts.tree.write(`/etc/kubernetes/manifests/etcd-${cluster}.manifest`, text, 0o440);
  }
}

function writeControlPlane(parts: Parts, instance: Instance): void {
  const { suffix, release } = instance;
  const { tree } = parts;
  writeNode(parts, instance, 'https://127.0.0.1');
  const api = `${srv}/kube-apiserver`;
  const chain = parts.pem(`kube-apiserver${suffix}`, signing('kubernetes-ca', instance));
  tree.write(`${api}/server.crt`, chain, 0o644).write(`${api}/server.key`, parts.key(`kube-apiserver${suffix}`), 0o600);
  for (const name of ['kubelet-api', 'etcd-client', 'apiserver-aggregator'])
    writePair(parts, `${api}/${name}`, `${name}${suffix}`);
  const bundle = (name: string) => parts.pem(...trusted(name, instance));
  tree
    .write(`${api}/etcd-ca.crt`, bundle('etcd-clients-ca'), 0o644)
    .write(`${api}/apiserver-aggregator-ca.crt`, bundle('apiserver-aggregator-ca'), 0o644)
    .write(`${api}/service-account.pub`, tokensPublic, 0o600)
    .write(`${api}/service-account.key`, privateKeyPem(tokens), 0o600)
    .write(`${healthcheck}/ca.crt`, bundle('kubernetes-ca'), 0o644);
  writePair(parts, `${healthcheck}/client`, `healthcheck${suffix}`);
  const manager = `${srv}/kube-controller-manager`;
  tree
    .write(`${manager}/ca.crt`, parts.pem(signing('kubernetes-ca', instance)), 0o600)
    .write(`${manager}/ca.key`, parts.key(signing('kubernetes-ca', instance)), 0o600)
    .write(`${manager}/service-account.key`, privateKeyPem(tokens), 0o600);
  for (const name of ['kube-controller-manager', 'kube-scheduler']) {
    writePair(parts, `${srv}/${name}/server`, `${name}-server${suffix}`);
    writeKubeconfig(parts, name, 'https://127.0.0.1', instance);
  }
  const config = `apiVersion: kubescheduler.config.k8s.io/v1\nclientConnection:\n  kubeconfig: ${kubeconfigOf('kube-scheduler')}\nkind: KubeSchedulerConfiguration\n`;
  tree.write('/var/lib/kube-scheduler/config.yaml', config, 0o400);
  const volumesOf: Readonly<Record<string, readonly HostVolume[]>> = {
    'kube-apiserver': [{ path: '/etc/ssl' }, { path: api }, { path: `${srv}/ca.crt` }],
    'kube-controller-manager': [
      { path: '/etc/ssl' },
      { path: manager },
      { path: `${srv}/ca.crt` },
      { path: '/var/lib/kube-controller-manager' },
    ],
    'kube-scheduler': [{ path: `${srv}/kube-scheduler` }, { path: '/var/lib/kube-scheduler' }],
  };
  for (const [name, volumes] of Object.entries(volumesOf)) {
    const sidecar = name === 'kube-apiserver' ? healthcheckContainer : [];
    const text = manifest({ name, release, flags: parts.flags(name), volumes, runner: true, sidecar });
    tree.write(`/etc/kubernetes/manifests/${name}.manifest`, text, 0o644);
  }
  writeEtcd(parts, instance);
}

const nodeFlags = (instance: Instance) => ({ kubelet: kubeletFlags(instance), 'kube-proxy': proxyFlags });

function controlPlane(instance: Instance, more: (parts: Parts) => void = () => undefined): Kit {
  const spec = {
    cluster: instance.domain,
    keys: undefined,
    certificates: { ...authorities(instance), ...leaves(instance) },
    flags: {
      ...nodeFlags(instance),
      'kube-apiserver': apiserverFlags(instance),
      'kube-controller-manager': managerFlags(instance),
      'kube-scheduler': {
        ...servingFlags('kube-scheduler'),
        'authentication-skip-lookup': 'false',
        'authentication-tolerate-lookup-failure': 'false',
        config: '/var/lib/kube-scheduler/config.yaml',
      },
    },
    write: (parts: Parts) => {
      writeControlPlane(parts, instance);
      more(parts);
    },
  };
  return (changes: KitChanges = {}) => buildKit(spec, changes);
}

const aws = (number: number): Instance => ({
  domain: 'demo.example.com',
  host: `i-0a1b2c3d4e5f6000${number}`,
  ip: `172.20.3${number}.10`,
  suffix: number === 1 ? '' : ` ${number}`,
  release: 'v1.36.2',
});

/** Control planes on AWS, by their number in the cluster. */
export const kopsControlPlane: Kit = controlPlane(aws(1));
export const kopsSecondControlPlane: Kit = controlPlane(aws(2));
export const kopsThirdControlPlane: Kit = controlPlane(aws(3));

/** A node of the same cluster. */
export const kopsNode: Kit = (changes = {}) => {
  const instance = { ...aws(7), ip: '172.20.64.7' };
  const write = (parts: Parts) => writeNode(parts, instance, `https://api.internal.${instance.domain}`);
  const certificates = { ...authorities(instance), ...leaves(instance) };
  return buildKit(
    { cluster: instance.domain, keys: undefined, certificates, flags: nodeFlags(instance), write },
    changes,
  );
};

/** A control plane on Google's cloud, with a name that only hosts of the cluster resolve. */
export const kopsOnGce: Kit = controlPlane({
  ...aws(1),
  domain: 'demo.k8s.local',
  host: 'control-plane-us-test1-a-x7k2',
  ip: '10.0.16.4',
  release: 'v1.35.4',
});

/** One whose network plugin has an etcd of its own. */
export const kopsWithCilium: Kit = controlPlane({ ...aws(1), domain: 'cilium.example.com', cilium: true });

/** Control planes while all CAs are replaced: a second one is trusted, and then signs. */
export const kopsCreated: Kit = controlPlane({ ...aws(1), domain: 'rotation.example.com', rotating: true });
export const kopsPromoted: Kit = controlPlane({ ...aws(2), domain: 'rotation.example.com', promoted: true });

/** One of an earlier release, with what still earlier ones left: nothing reads it, and it has expired. */
export const kopsUpgraded: Kit = controlPlane(
  { ...aws(1), domain: 'old.example.com', release: 'v1.28.15' },
  ({ tree, pem, key }) => {
    const old = '/etc/kubernetes/pki/kube-apiserver';
    tree
      .write(`${old}/etcd-ca.crt`, pem('kubernetes-ca next'), 0o644)
      .write(`${old}/etcd-client.crt`, pem('kubelet-api'), 0o644)
      .write(`${old}/etcd-client.key`, key('kubernetes-ca next'), 0o600)
      .write(`${srv}/server.cert`, pem('kubernetes-ca next'), 0o644)
      .write(`${srv}/apiserver-aggregator.cert`, pem('kubernetes-ca next'), 0o644)
      .write(`${srv}/server.key`, key('kubernetes-ca'), 0o600);
  },
);

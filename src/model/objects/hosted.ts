/**
 * The PKI of control planes whose files are in Secrets: those of Cluster API (util/secret/consts.go), Kamaji
 * (internal/resources) and vcluster (pkg/certs).
 */
import type { Certificate } from '../../artifact/certificate.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import type { ClusterObjects, SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem, type Pem } from '../../artifact/pem-blocks.ts';
import { remember } from '../../core/collections.ts';

/** A pair of a control plane: a certificate, or the public key of tokens. */
export interface HostedPair {
  /** `ca`, `etcd-ca`, `front-proxy-ca`, `client-ca`, `server-ca`, `sa`; of anything else, its file. */
  readonly role: string;
  readonly secret: SecretObject;
  /** Its key in the Secret. */
  readonly key: string;
  readonly pem: Pem;
  /** undefined if the dump does not have it. */
  readonly privateKey: Pem | undefined;
}

export interface HostedKubeconfig {
  readonly key: string;
  readonly kubeconfig: Kubeconfig;
}

/** What a Secret has of a control plane. */
export interface HostedSecret {
  readonly plane: string;
  readonly program: 'Cluster API' | 'Kamaji' | 'vcluster';
  readonly pairs: readonly HostedPair[];
  readonly kubeconfigs: readonly HostedKubeconfig[];
}

/** Whose a Secret is, and what its files are. */
interface Belonging extends Pick<HostedSecret, 'plane' | 'program'> {
  /** Roles by the keys of the Secret. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the ends of names of Cluster API's Secrets stand for. RKE2 has a CA of its own for clients. */
const ofClusterApi: Readonly<Record<string, string>> = {
  ...{ ca: 'ca', etcd: 'etcd-ca', proxy: 'front-proxy-ca', cca: 'client-ca', sa: 'sa' },
  ...{ 'apiserver-etcd-client': 'apiserver-etcd-client', kubeconfig: '', 'user-kubeconfig': '' },
};

/** The files in Kamaji's Secrets, by the ends of their names. That of a datastore has a CA of another control plane. */
const ofKamaji: Readonly<Record<string, string>> = {
  ...{ ca: 'ca', 'api-server-certificate': 'apiserver', 'front-proxy-ca-certificate': 'front-proxy-ca' },
  ...{ 'api-server-kubelet-client-certificate': 'apiserver-kubelet-client', 'sa-certificate': 'sa' },
  ...{ 'front-proxy-client-certificate': 'front-proxy-client', 'admin-kubeconfig': '', 'scheduler-kubeconfig': '' },
  ...{ 'controller-manager-kubeconfig': '', 'konnectivity-kubeconfig': '' },
};

/** The files in vcluster's Secret: those of kubeadm, with the folder of etcd as a part of the name. */
const ofVcluster = [
  ...['ca', 'client-ca', 'server-ca', 'etcd-ca', 'front-proxy-ca', 'apiserver', 'apiserver-kubelet-client'],
  ...['apiserver-etcd-client', 'front-proxy-client', 'etcd-server', 'etcd-peer', 'etcd-healthcheck-client', 'sa'],
];

/** Whether a pair is a CA by its place. */
export const isAuthority = ({ role }: HostedPair): boolean => /(?:^|-)ca$/.test(role);

/** Splits the name of a Secret into that of its control plane, which may be known, and an end that a table has. */
function splitName(name: string, known: string | undefined, table: Readonly<Record<string, string>>) {
  const ends = Object.keys(table).filter((end) => name.endsWith(`-${end}`));
  const end = ends.sort((one, other) => other.length - one.length)[0];
  const plane = end === undefined ? '' : name.slice(0, -end.length - 1);
  if (end === undefined || plane === '' || (known !== undefined && known !== plane)) return undefined;
  return { plane, role: table[end] ?? '' };
}

const filesFor = (role: string) => ({ [role === 'sa' ? 'sa.pub' : `${role}.crt`]: role });

/** @param tenants the control planes of Kamaji, by their kubeconfigs: `NAMESPACE/NAME` */
function belongingOf({ meta, type }: SecretObject, tenants: ReadonlySet<string>): Belonging | undefined {
  const { name, namespace = '', labels } = meta;
  const virtual = labels.get('vcluster-name');
  if (virtual !== undefined && name === `${virtual}-certs`) {
    return { plane: virtual, program: 'vcluster', files: Object.assign({}, ...ofVcluster.map(filesFor)) };
  }
  const cluster = labels.get('cluster.x-k8s.io/cluster-name');
  const made = splitName(name, cluster, ofClusterApi);
  if (made !== undefined && (cluster !== undefined || type === 'cluster.x-k8s.io/secret')) {
    return { plane: made.plane, program: 'Cluster API', files: { 'tls.crt': made.role } };
  }
  const own = splitName(name, labels.get('kamaji.clastix.io/name'), ofKamaji);
  if (own === undefined || !tenants.has(`${namespace}/${own.plane}`)) return undefined;
  return { plane: own.plane, program: 'Kamaji', files: filesFor(own.role) };
}

const keyOf = (namespace: string | undefined, { program, plane }: HostedSecret) => `${namespace} ${program} ${plane}`;

const hostedIn = remember(({ secrets }: ClusterObjects): ReadonlyMap<SecretObject, HostedSecret> => {
  const tenants = new Set(
    secrets.flatMap(({ meta, kubeconfigs }) => {
      const plane = kubeconfigs.has('admin.conf') ? splitName(meta.name, undefined, ofKamaji)?.plane : undefined;
      return plane === undefined ? [] : [`${meta.namespace ?? ''}/${plane}`];
    }),
  );
  return new Map(
    secrets.flatMap((secret) => {
      const belonging = belongingOf(secret, tenants);
      return belonging === undefined ? [] : [[secret, hostedOf(secret, belonging)] as const];
    }),
  );
});

function hostedOf(secret: SecretObject, { plane, program, files }: Belonging): HostedSecret {
  const pairs = Object.entries(files).flatMap(([key, role]): readonly HostedPair[] => {
    if (role === '' || !secret.keys.has(key)) return [];
    const privateKey = secret.pems.get(key.replace(/\.(?:crt|pub)$/, '.key'));
    return [{ role, secret, key, pem: secret.pems.get(key) ?? { blocks: [] }, privateKey }];
  });
  const kubeconfigs = [...secret.kubeconfigs].map(([key, kubeconfig]) => ({ key, kubeconfig }));
  return { plane, program, pairs, kubeconfigs };
}

/** Returns what a Secret has of a control plane; undefined if it is of none. */
export const hostedSecret = (objects: ClusterObjects, secret: SecretObject): HostedSecret | undefined =>
  hostedIn(objects).get(secret);

/** The certificates of a CA of the same control plane; none if the dump does not have it. */
function caNamed(objects: ClusterObjects, secret: SecretObject, role: string): readonly Certificate[] {
  const hosted = hostedSecret(objects, secret);
  return hosted === undefined ? [] : (casIn(objects).get(`${keyOf(secret.meta.namespace, hosted)} ${role}`) ?? []);
}

/** The CAs of all control planes, each certificate once: a dump may have an object several times. */
const casIn = remember((objects: ClusterObjects): ReadonlyMap<string, readonly Certificate[]> => {
  const found = new Map<string, Map<string, Certificate>>();
  for (const [{ meta }, hosted] of hostedIn(objects)) {
    for (const { role, pem } of hosted.pairs) {
      const key = `${keyOf(meta.namespace, hosted)} ${role}`;
      const named = found.get(key) ?? new Map<string, Certificate>();
      for (const one of certificatesInPem(pem)) named.set(one.fingerprint256, one);
      found.set(key, named);
    }
  }
  return new Map([...found].map(([key, all]) => [key, [...all.values()]]));
});

/** Returns the CAs that verify the clients or the servers of a control plane: usually one is for both. */
export const planeCas = (
  objects: ClusterObjects,
  secret: SecretObject,
  of: 'client' | 'server',
): readonly Certificate[] => ['ca', `${of}-ca`].flatMap((role) => caNamed(objects, secret, role));

/** Returns the certificates of the CAs that may have issued a pair which is not a CA. */
export function issuersOf(objects: ClusterObjects, { role, secret }: HostedPair): readonly Certificate[] {
  const own = role.includes('etcd') ? 'etcd-ca' : role === 'front-proxy-client' ? 'front-proxy-ca' : 'ca';
  const others = own === 'ca' ? ['client-ca', 'server-ca'] : [];
  return [own, ...others].flatMap((one) => caNamed(objects, secret, one));
}

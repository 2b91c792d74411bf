/** Requests for certificates and bindings as YAML, as kubectl prints them. */
import { sign } from 'node:crypto';
import { bits, explicit, integer, octets, oid, pem, sequence, set, text, tlv } from '../support/der.ts';
import { keyNamed } from '../support/keys.ts';
import { documents } from './objects.ts';

const base64 = (value: string): string => Buffer.from(value).toString('base64');

const attribute = (type: string, value: string) => set(sequence(oid(type), text(value)));

/** A request of a kubelet, as PEM. */
function requestPem(commonName: string, organization: string, names: readonly string[]): string {
  const key = keyNamed(`kubelet ${commonName}`);
  const sans = sequence(...names.map((name) => tlv(0x82, Buffer.from(name))));
  const extensions = sequence(sequence(oid('2.5.29.17'), octets(sans)));
  const info = sequence(
    integer(0n),
    sequence(attribute('2.5.4.10', organization), attribute('2.5.4.3', commonName)),
    key.publicKey.export({ type: 'spki', format: 'der' }),
    names.length === 0 ? explicit(0) : explicit(0, sequence(oid('1.2.840.113549.1.9.14'), set(extensions))),
  );
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  return pem('CERTIFICATE REQUEST', sequence(info, algorithm, bits(sign('sha256', info, key.privateKey))));
}

export interface RequestFields {
  readonly name?: string;
  readonly signer?: string;
  readonly username?: string;
  readonly groups?: readonly string[];
  readonly commonName?: string;
  readonly organization?: string;
  readonly names?: readonly string[];
  /** `2026-11-28T17:00:00Z` by default. */
  readonly created?: string;
  /** `Approved`, `Denied`, `Failed` */
  readonly conditions?: readonly string[];
  readonly isIssued?: boolean;
  /** What was issued, as PEM. */
  readonly issued?: string;
}

/** A CertificateSigningRequest of the kubelet of w-1, which asks for a serving certificate. */
export function signingRequest(fields: RequestFields = {}): string {
  const { name = 'csr-8p2mt', signer = 'kubernetes.io/kubelet-serving', username = 'system:node:w-1' } = fields;
  const { groups = ['system:nodes', 'system:authenticated'], commonName = 'system:node:w-1' } = fields;
  const { organization = 'system:nodes', names = ['w-1'], created = '2026-11-28T17:00:00Z' } = fields;
  const { conditions = [], isIssued = false, issued = '-----' } = fields;
  const lines = conditions.flatMap((type) => [
    `  - type: ${type}`,
    '    status: "True"',
    `    reason: ${type === 'Failed' ? 'SignerValidationFailure' : 'Kubectl'}`,
    `    message: ${type === 'Failed' ? 'subject organization is not system:nodes' : 'by kubectl certificate'}`,
    `    lastTransitionTime: "${created}"`,
  ]);
  return `
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: ${name}
  creationTimestamp: "${created}"
  uid: c5a3bc4e-e882-4544-9402-73775ac3d2c6
spec:
  signerName: ${signer}
  username: ${username}
  groups: ${JSON.stringify(groups)}
  usages: [digital signature, client auth]
  request: ${base64(requestPem(commonName, organization, names))}
status:
  conditions:${lines.length === 0 ? ' []' : `\n${lines.join('\n')}`}${isIssued ? `\n  certificate: ${base64(issued)}` : ''}
`;
}

/** An object that was made at a time: it shows how old a dump is. */
export const madeAt = (time: string): string => `
apiVersion: v1
kind: Service
metadata:
  name: clock
  namespace: default
  creationTimestamp: "${time}"
spec: {}
`;

/** `Group system:nodes`, `User admin`, `ServiceAccount kube-system/kube-proxy` */
export function clusterRoleBinding(name: string, role: string, ...subjects: readonly string[]): string {
  const listed = subjects.map((subject) => {
    const [kind = '', full = ''] = subject.split(' ');
    const [namespace, own] = full.includes('/') ? full.split('/') : [undefined, full];
    return { kind, name: own, ...(namespace !== undefined && { namespace }) };
  });
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ${name}
  creationTimestamp: "2026-11-28T17:00:00Z"
  uid: c65ae38a-32f2-43d7-a4a4-0c6d9332ffd8
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${role}
subjects: ${JSON.stringify(listed)}
`;
}

const bootstrappers = 'Group system:bootstrappers:kubeadm:default-node-token';
const approval = 'system:certificates.k8s.io:certificatesigningrequests';

/** The bindings of a cluster that kubeadm 1.36.1 or later made, by name. */
const kubeadmBindings: ReadonlyMap<string, string> = new Map(
  [
    ['cluster-admin', 'cluster-admin', 'Group system:masters'],
    ['system:basic-user', 'system:basic-user', 'Group system:authenticated'],
    ['system:discovery', 'system:discovery', 'Group system:authenticated'],
    ['system:node', 'system:node'],
    ['system:kube-controller-manager', 'system:kube-controller-manager', 'User system:kube-controller-manager'],
    ['system:kube-scheduler', 'system:kube-scheduler', 'User system:kube-scheduler'],
    ['kubeadm:cluster-admins', 'cluster-admin', 'Group kubeadm:cluster-admins'],
    ['kubeadm:apiserver-kubelet-client', 'system:kubelet-api-admin', 'User kube-apiserver-kubelet-client'],
    ['kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', bootstrappers],
    ['kubeadm:get-nodes', 'kubeadm:get-nodes', bootstrappers],
    ['kubeadm:node-autoapprove-bootstrap', `${approval}:nodeclient`, bootstrappers],
    ['kubeadm:node-autoapprove-certificate-rotation', `${approval}:selfnodeclient`, 'Group system:nodes'],
    ['kubeadm:node-proxier', 'system:node-proxier', 'ServiceAccount kube-system/kube-proxy'],
  ].map(([name = '', role = '', ...subjects]) => [name, clusterRoleBinding(name, role, ...subjects)]),
);

/** These bindings without some. */
export const bindingsWithout = (...names: readonly string[]): string =>
  documents(...[...kubeadmBindings].flatMap(([name, one]) => (names.includes(name) ? [] : one)));

/** The DaemonSet of kube-proxy. */
export const kubeProxy = `
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-proxy
  namespace: kube-system
  creationTimestamp: "2026-11-28T17:00:00Z"
spec:
  template: {}
`;

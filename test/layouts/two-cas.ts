/**
 * A layout that is unlike kubeadm's where kubeadm's has one of each: one CA signs servers, another clients; no CA of
 * etcd, no key pair for tokens; an agent with a credential, a connection and an argument that no documented table has.
 */

import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { type Authority, certify, kubeadmProfile, makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { kubeconfig } from '../support/manifests.ts';
import { NodeTree } from '../support/node-tree.ts';
import type { Site } from '../support/roles.ts';
import { kubeadmRow } from './kubeadm-row.ts';

const kubeadm = layouts[0];

const clients = [
  ['kube-controller-manager', 'client-ca-file'],
  ['kube-controller-manager', 'cluster-signing-cert-file'],
  ['kube-controller-manager', 'cluster-signing-key-file'],
  ['kube-controller-manager', 'cluster-signing-kubelet-client-cert-file'],
  ['kube-controller-manager', 'cluster-signing-kubelet-client-key-file'],
  ['kube-controller-manager', 'cluster-signing-kube-apiserver-client-cert-file'],
  ['kube-controller-manager', 'cluster-signing-kube-apiserver-client-key-file'],
  ['kube-apiserver', 'client-ca-file'],
  ['kubelet', 'client-ca-file'],
] as const;

export const row: LayoutRow = {
  name: 'two-cas',
  nodes: [],
  home: '/opt/two',
  pki: '/opt/two/tls',
  manifests: '/opt/two/manifests',
  kubeconfigFolders: [{ folder: '/opt/two/access', ending: '.conf' }],
  bootstrapKubeconfig: '/opt/two/access/bootstrap.conf',
  administratorsCopy: '/root/.two/config',
  etcdData: '/opt/two/etcd',
  backups: { folder: '/opt/two/old', begins: ['two-'] },
  kubelet: {
    ...kubeadm.kubelet,
    usual: ['--kubeconfig=/opt/two/access/kubelet.conf', '--config=/var/lib/kubelet/config.yaml'],
  },
  units: [{ unit: 'kubelet.service', component: 'kubelet' }],
  sources: ['units', 'static-pods'],
  changes: {
    authorities: [
      authority('client-ca', 'all clients of servers'),
      authority('server-ca', 'kube-apiserver and kubelets'),
      { role: 'front-proxy-ca', accepts: ['front-proxy-ca'] },
    ],
    certificates: [
      { role: 'kube-apiserver', parent: 'server-ca' },
      { role: 'kube-apiserver-kubelet-client', parent: 'client-ca' },
      {
        role: 'kubelet-serving',
        cn: 'kubelet',
        accepts: [],
        parent: 'server-ca',
        o: [],
        kinds: ['server'],
        needs: ['serverAuth'],
        hosts: ['<hostname>', '<Host_IP>'],
        certificate: 'kubelet.crt',
        key: 'kubelet.key',
        topology: 'any',
        authorizedBy: 'nothing',
        on: 'any',
        usedBy: 'kubelet',
      },
    ],
    kubeconfigs: [
      ...(['admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf', 'kube-proxy.conf'] as const).map(
        (role) => ({ role, parent: 'client-ca' }),
      ),
      {
        role: 'agent.conf',
        path: '/opt/two/access/agent.conf',
        credential: 'agent',
        cn: 'two:agent',
        o: [],
        parent: 'client-ca',
        usedBy: 'agent',
        on: 'any',
        optional: false,
        without: 'degraded',
        authorizedBy: 'user',
        anyGroup: false,
      },
    ],
    arguments: [
      ...clients.map(([component, flag]) => ({ component, flag, role: 'client-ca' })),
      { component: 'kube-controller-manager', flag: 'root-ca-file', role: 'server-ca' },
      { component: 'kube-apiserver', flag: 'kubelet-certificate-authority', role: 'server-ca', path: 'server-ca.crt' },
      { component: 'kubelet', flag: 'tls-cert-file', role: 'kubelet-serving', path: 'kubelet.crt' },
      { component: 'kubelet', flag: 'tls-private-key-file', role: 'kubelet-serving', path: 'kubelet.key' },
      {
        component: 'kubelet',
        flag: 'machine-id-file',
        role: null,
        holds: 'file',
        path: null,
        documented: false,
        without: 'nothing',
        when: 'never',
        optional: true,
        breaks: 'the node has no machine id',
      },
    ],
    connections: [
      { id: 'signed-kube-apiserver', presents: 'client-ca' },
      {
        id: 'agent-kube-apiserver',
        client: 'agent',
        server: 'kube-apiserver',
        on: null,
        presents: 'agent.conf',
        verifies: 'kube-apiserver client-ca-file',
        serves: 'kube-apiserver',
        trust: 'kubeconfig',
        dials: 'kubeconfig-server',
        without: 'the agent knows no Services',
      },
    ],
    without: [
      'kubernetes-ca',
      'etcd-ca',
      'service-account',
      'super-admin.conf',
      'kube-apiserver service-account-issuer',
    ],
  },
  history: kubeadmRow.history ?? [],
};

function authority(role: string, serves: string) {
  const files = { certificate: `${role}.crt`, key: `${role}.key` };
  return { role, cn: role, accepts: [], ...files, for: serves, topology: 'any' } as const;
}

const usual = layouts[0].remedies;
const roles = [...usual.rows.map(({ role }) => role), 'client-ca', 'server-ca', 'kubelet-serving', 'agent.conf'];

const remedies: Remedies = {
  ...usual,
  renewal: { name: 'twoctl', roles: [], kept: [], step: { command: 'twoctl renew' } },
  rows: roles.map((role) => ({
    role,
    missing: [{ command: `twoctl make ${role}` }],
    wrong: [{ command: `twoctl make ${role} --force` }],
    names: [{ command: `twoctl make ${role} --force` }],
    expired: [{ command: `twoctl renew ${role}` }],
  })),
};

/** What a run knows that meets such nodes only. */
export const known = { layouts: [layoutOf(row, remedies)] } as const;

const named = (commonName: string) => ({
  ...makeAuthority(commonName),
  pem: certificatePem(makeAuthority(commonName).certificate),
});

export const clientCa = named('client-ca');
export const serverCa = named('server-ca');

const site = {
  name: 'cp-1',
  ip: '192.0.2.10',
  release: '1.36',
  serviceCidr: '10.96.0.0/12',
  serviceIp: '10.96.0.1',
  dnsDomain: 'cluster.local',
  controlPlaneEndpoint: undefined,
} as const satisfies Site;

/** A certificate of the agent or of the kubelet, with its key. */
function made(
  name: string,
  node: string,
  issuer: Authority,
  usages: readonly string[],
  sans: readonly string[] | null,
) {
  const [key, profile] = [keyNamed(`${name} ${node}`), kubeadmProfile('scheduler.conf', site)];
  const pem = certificatePem(certify({ ...profile, subject: [['CN', name]], usages, sans }, {}, key, issuer));
  return { certificate: pem, key: privateKeyPem(key) };
}

/** A second certificate for the role of the kubelet's serving certificate. */
export const relayPair = ({ name, ip }: Pick<Site, 'name' | 'ip'>) =>
  made('kubelet', name, serverCa, ['serverAuth'], [`DNS:${name}`, `IP:${ip}`]);

const gone = /^ *- --(?:etcd-(?:cafile|certfile|keyfile)|service-account-[a-z-]+)=.*\n/gm;

const moved = (text: string): string =>
  text
    .replaceAll('--root-ca-file=/etc/kubernetes/pki/ca.crt', '--root-ca-file=/opt/two/tls/server-ca.crt')
    .replaceAll('/etc/kubernetes/pki/ca.', '/opt/two/tls/client-ca.')
    .replaceAll('/etc/kubernetes/pki', '/opt/two/tls')
    .replaceAll('/etc/kubernetes/manifests', '/opt/two/manifests')
    .replaceAll(/\/etc\/kubernetes\/([a-z-]+\.conf)/g, '/opt/two/access/$1')
    .replaceAll(/--etcd-servers=\S+/g, '--etcd-servers=unix:///run/kine.sock')
    .replaceAll(gone, '');

const leftOut = /\/etcd[./]|etcd-client|\/sa\.|super-admin/;

/** Moves a node that kubeadm has set up to where the layout keeps its files, with both CAs. */
function movedNode(node: NodeTree): NodeTree {
  const two = new NodeTree().directory('/opt/two/manifests', 0o700);
  const data = Buffer.from(serverCa.pem).toString('base64');
  for (const [path, entry] of node.entries) {
    if (leftOut.test(path)) continue;
    if (entry.type === 'link') two.link(path, entry.target);
    if (entry.type !== 'file') continue;
    const text = moved(entry.content.toString('utf8'));
    const own = text.replace(/certificate-authority-data: .*/, `certificate-authority-data: ${data}`);
    two.write(moved(path), own, entry.mode);
  }
  return two
    .write('/opt/two/tls/client-ca.crt', clientCa.pem, 0o644)
    .write('/opt/two/tls/server-ca.crt', serverCa.pem, 0o644);
}

/** Adds what every node of the layout has: the agent's kubeconfig, and the certificate that the kubelet serves. */
function withAgent(two: NodeTree, { name, ip }: Pick<Site, 'name' | 'ip'>, signer: Authority = clientCa): NodeTree {
  const serving = made(`kubelet`, name, serverCa, ['serverAuth'], [`DNS:${name}`, `IP:${ip}`]);
  const agent = kubeconfig({
    server: 'https://192.0.2.10:6443',
    user: 'agent',
    certificateAuthority: serverCa.pem,
    credential: made('two:agent', name, signer, ['clientAuth'], null),
    release: '1.36',
  });
  const tls = 'tlsCertFile: /opt/two/tls/kubelet.crt\ntlsPrivateKeyFile: /opt/two/tls/kubelet.key\n';
  return two
    .write('/opt/two/tls/kubelet.crt', serving.certificate, 0o644)
    .write('/opt/two/tls/kubelet.key', serving.key, 0o600)
    .edit('/var/lib/kubelet/config.yaml', (text) => `${text.trimEnd()}\n${tls}`)
    .write('/opt/two/access/agent.conf', agent, 0o600);
}

type Signers = Partial<Record<'server' | 'kubelet-client' | 'agent', Authority>>;

/** A healthy control plane of the layout, with other signers of certificates where a test says so. */
export function twoCasNode(signers: Signers = {}): NodeTree {
  const ofClients = ['admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'];
  const node = buildNode({
    certificates: {
      'kube-apiserver': { issuer: signers.server ?? serverCa },
      'kube-apiserver-kubelet-client': { issuer: signers['kubelet-client'] ?? clientCa },
      ...Object.fromEntries(ofClients.map((role) => [role, { issuer: clientCa }])),
    },
  });
  return withAgent(movedNode(node), site, signers.agent)
    .write('/opt/two/tls/client-ca.key', privateKeyPem(clientCa.key), 0o600)
    .write('/opt/two/tls/server-ca.key', privateKeyPem(serverCa.key), 0o600)
    .edit('/opt/two/manifests/kube-apiserver.yaml', (text) =>
      text.replace(
        /^( *- )(--kubelet-client-certificate=)/m,
        '$1--kubelet-certificate-authority=/opt/two/tls/server-ca.crt\n$1$2',
      ),
    );
}

/** A healthy worker of the layout. */
export function twoCasWorker(): NodeTree {
  const node = buildNode({ worker: true, certificates: { 'kubelet.conf': { issuer: clientCa } } });
  return withAgent(movedNode(node), { name: 'worker-1', ip: '192.0.2.21' });
}

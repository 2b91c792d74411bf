import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../src/index.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Namespace } from './namespace.ts';
import { flagOf } from './nodes.ts';
import { type Command, run, runBeside, start } from './programs.ts';
import { goWords, type Reality } from './verdicts.ts';

/** The node's address, and the first address of its service range. */
export const addresses: readonly string[] = ['192.0.2.10', '10.96.0.1'];
const [own, service] = addresses;

/**
 * Stand-ins for a node's kube-apiserver and kubelet and for an extension API server. Paths in their output are as on
 * the node.
 */
export interface Servers {
  /** Makes one of the connections to the stand-ins. */
  make(connection: Connection): Promise<Reality>;
  stop(): Promise<void>;
}

const kubeconfigs: Readonly<Record<string, string>> = {
  'kubelet-kube-apiserver': 'kubelet.conf',
  'kube-controller-manager-kube-apiserver': 'controller-manager.conf',
  'kube-scheduler-kube-apiserver': 'scheduler.conf',
  'admin-kube-apiserver': 'admin.conf',
  'super-admin-kube-apiserver': 'super-admin.conf',
};

export const byKubeconfig: readonly string[] = Object.keys(kubeconfigs);

/** The connections to a stand-in. */
export const standIns: readonly string[] = [
  'kube-apiserver-kubelet',
  ...byKubeconfig,
  'pods-kube-apiserver',
  'aggregator-extension',
  'signed-kube-apiserver',
  'kube-apiserver-peer',
];

/** Starts the stand-ins, on a copy of the node's files in `folder`. `program` is the stand-in's executable. */
export async function startServers(
  node: NodeTree,
  { inside }: Namespace,
  folder: string,
  program: string,
): Promise<Servers> {
  const root = mkdtempSync(join(folder, 'node-'));
  node.toDisk(root);
  moveKubeconfigs(node, root);
  const server = start(inside([program, ...standInsOf(node, root).map((one) => JSON.stringify(one))]));
  await server.until('all listen');
  const kubectl = (...args: string[]): Command => [
    'kubectl',
    `--cache-dir=${root}/cache`,
    ...['get', '--raw', '/version', '--request-timeout=5s', '-v=8'],
    ...args,
  ];
  return {
    async make(connection) {
      const { status, output } = await runBeside(inside(kubectl(...argumentsFor(connection, node, root))));
      const words = goWords(connection.reason ?? '');
      if (status !== 0 && !output.includes(words)) await server.until(words);
      if (connection.id === 'pods-kube-apiserver') agree(output, run(inside(openssl(connection, node, root))));
      return { ok: status === 0, said: (output + server.output()).replaceAll(root, '') };
    },
    stop: server.kill,
  };
}

/** Makes paths in kubeconfigs point below the root. */
function moveKubeconfigs(node: NodeTree, root: string): void {
  for (const path of node.entries.keys()) {
    if (!/^\/etc\/kubernetes\/[a-z-]+\.conf$/.test(path)) continue;
    writeFileSync(root + path, node.read(path).replaceAll(/: \/(etc|var)\//g, `: ${root}/$1/`));
  }
}

/** The stand-ins, in the format of go/server/main.go. */
function standInsOf(node: NodeTree, root: string) {
  const file = (flag: string) => root + flagOf(node, 'kube-apiserver', flag);
  const pair = { certificate: file('tls-cert-file'), key: file('tls-private-key-file') };
  const kubelet = `${root}/var/lib/kubelet/pki/kubelet`;
  const frontProxy = {
    clientCA: file('requestheader-client-ca-file'),
    allowedNames: flagOf(node, 'kube-apiserver', 'requestheader-allowed-names').split(',').filter(Boolean),
  };
  const kubeletTrusts = /clientCAFile: (.*)/.exec(node.read('/var/lib/kubelet/config.yaml'))?.[1] ?? '';
  const api = { clientCA: file('client-ca-file'), tokenKeys: file('service-account-key-file') };
  const kubeletPair = { certificate: `${kubelet}.crt`, key: `${kubelet}.key` };
  return [
    { addresses: [`${own}:6443`, `${service}:443`], ...pair, ...api },
    { addresses: [`${own}:10250`], ...kubeletPair, clientCA: root + kubeletTrusts },
    // In reality, peers use the same port as all other clients of the API server.
    { addresses: [`${own}:6444`], ...pair, ...frontProxy },
    // Where the server's certificate does not matter, any pair will do.
    { addresses: [`${own}:4443`], ...kubeletPair, ...frontProxy },
  ];
}

/** Arguments that make kubectl act as the client. It is built from the same client code as the components. */
function argumentsFor({ id, address }: Connection, node: NodeTree, root: string): readonly string[] {
  const kubeconfig = kubeconfigs[id];
  if (kubeconfig !== undefined) return [`--kubeconfig=${root}/etc/kubernetes/${kubeconfig}`];
  const flag = (name: string) => flagOf(node, 'kube-apiserver', name);
  const show = (certificate: string, key: string) => [
    `--client-certificate=${root}${certificate}`,
    `--client-key=${root}${key}`,
  ];
  const trust = (file: string) => (file ? `--certificate-authority=${root}${file}` : '--insecure-skip-tls-verify');
  const frontProxy = () => show(flag('proxy-client-cert-file'), flag('proxy-client-key-file'));
  const others: Readonly<Record<string, () => readonly string[]>> = {
    'kube-apiserver-kubelet': () => [
      `--server=${address}`,
      trust(flag('kubelet-certificate-authority')),
      ...show(flag('kubelet-client-certificate'), flag('kubelet-client-key')),
    ],
    'pods-kube-apiserver': () => [
      `--server=https://${service}:443`,
      `--tls-server-name=${hostOf(address)}`,
      trust(flagOf(node, 'kube-controller-manager', 'root-ca-file')),
      `--token=${token(node, root)}`,
    ],
    'aggregator-extension': () => [`--server=https://${own}:4443`, trust(''), ...frontProxy()],
    'signed-kube-apiserver': () => [
      `--server=https://${own}:6443`,
      ...anyTrust(node, flag('tls-cert-file')),
      trust(flag('tls-cert-file')),
      ...show(...signed(node, root)),
    ],
    'kube-apiserver-peer': () => [
      `--server=https://${own}:6444`,
      '--tls-server-name=kubernetes.default.svc',
      trust(flag('peer-ca-file')),
      ...frontProxy(),
    ],
  };
  return ['--kubeconfig=/dev/null', ...(others[id]?.() ?? [])];
}

/**
 * A client whose CA and address are not known: it trusts the server's certificate by itself, and dials a name that it
 * has.
 */
function anyTrust(node: NodeTree, certificate: string): readonly string[] {
  const name = 'kubernetes.default.svc';
  return new X509Certificate(node.read(certificate)).checkHost(name) ? [`--tls-server-name=${name}`] : [];
}

const hostOf = (address: string | null): string => new URL(address ?? '').hostname;

/** A token signed by kube-controller-manager's key. The stand-in checks only the signature. */
function token(node: NodeTree, root: string): string {
  const pem = readFileSync(root + flagOf(node, 'kube-controller-manager', 'service-account-private-key-file'));
  const key = createPrivateKey(pem);
  const alg = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg, typ: 'JWT' })}.${part({ sub: 'system:serviceaccount:default:default' })}`;
  const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
}

/** A client certificate signed by openssl with kube-controller-manager's pair: its path and the path of its key. */
function signed(node: NodeTree, root: string): readonly [string, string] {
  const flag = (name: string) => root + flagOf(node, 'kube-controller-manager', `cluster-signing-${name}-file`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', `${root}/signed.key`];
  const name = ['-subj', '/O=system:nodes/CN=system:node:cp-1', '-addext', 'extendedKeyUsage=clientAuth'];
  const authority = ['-x509', '-CA', flag('cert'), '-CAkey', flag('key'), '-days', '1'];
  const { status, output } = run(['openssl', 'req', ...authority, ...key, ...name, '-out', `${root}/signed.crt`]);
  if (status !== 0) throw new Error(output);
  return ['/signed.crt', '/signed.key'];
}

/** A command that stands for a pod that is not written in Go. */
function openssl({ address }: Connection, node: NodeTree, root: string): Command {
  const host = hostOf(address);
  const name = /^[\d.]+$/.test(host) ? ['-verify_ip', host] : ['-verify_hostname', host, '-servername', host];
  const trust = ['-CAfile', root + flagOf(node, 'kube-controller-manager', 'root-ca-file'), '-partial_chain'];
  const none = ['-no-CApath', '-no-CAstore', '-verify_return_error', '-brief'];
  return ['openssl', 's_client', '-connect', `${service}:443`, ...name, ...trust, ...none];
}

/** Throws unless kubectl and openssl agree on whether the server is trusted. */
function agree(said: string, { status, output }: { readonly status: number | null; readonly output: string }): void {
  if ((status === 0) !== /Response Status: \d/.test(said)) throw new Error(`kubectl: ${said}\nopenssl: ${output}`);
}

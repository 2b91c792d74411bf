import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Connection } from '../../../src/index.ts';
import { setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Namespace } from './namespace.ts';
import { flagOf } from './nodes.ts';
import { type Running, runBeside, start, temporaryFolder } from './programs.ts';
import type { Reality } from './verdicts.ts';

interface Pod {
  readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] };
}

/** The certificate and key that a client presents, and the CA that it trusts, as paths on the node. */
export interface Client {
  readonly certificate: string;
  readonly key: string;
  readonly trust: string;
}

interface Answer {
  readonly healthy: boolean;
  readonly output: string;
}

/** A node's etcd, running on a copy of the node's files. */
export interface Member {
  /** undefined: never started. */
  readonly pid: number | undefined;
  /** The folder of its copy of the node's files. */
  readonly root: string;
  /** The output so far, with paths as on the node. */
  output(): string;
  until: Running['until'];
  /** Runs `etcdctl endpoint health`. */
  health(client: Client, endpoint: string, seconds?: number): Promise<Answer>;
  /** Asks the HTTP gateway, which dials etcd by gRPC, for the member's state. */
  gateway(client: Client, endpoint: string): Promise<Answer>;
  /** Asks for the member's health by HTTPS, with a client that uses OpenSSL. */
  ask(program: keyof typeof opensslClients, client: Client, endpoint: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** A client with a pair in the PKI directory, which trusts etcd's CA. */
export const clientOf = (pair: string): Client => ({
  certificate: `/etc/kubernetes/pki/${pair}.crt`,
  key: `/etc/kubernetes/pki/${pair}.key`,
  trust: '/etc/kubernetes/pki/etcd/ca.crt',
});

export const etcdctl = clientOf('etcd/healthcheck-client');

export const kubeApiserver = (node: NodeTree): Client => ({
  certificate: flagOf(node, 'kube-apiserver', 'etcd-certfile'),
  key: flagOf(node, 'kube-apiserver', 'etcd-keyfile'),
  trust: flagOf(node, 'kube-apiserver', 'etcd-cafile'),
});

/**
 * Makes one of our connections to a member. `probe` asks the gateway. Where we expect a failure, the timeout is short.
 */
export const askEtcd =
  (member: Member, node: NodeTree) =>
  async ({ id, address, verdict }: Connection): Promise<Reality> => {
    const client = id === 'etcdctl-etcd' ? etcdctl : kubeApiserver(node);
    const { healthy: ok, output } =
      id === 'etcd-gateway'
        ? await member.gateway(clientOf('probe'), address ?? '')
        : await member.health(client, address ?? '', verdict === 'ok' ? 10 : 1);
    return { ok, said: output + member.output() };
  };

/** Configures the etcd of cp-1 and that of cp-2 as members of one cluster on the same machine. */
export function asCluster(
  ...[[cp1, address], [cp2, otherAddress]]: readonly [[NodeTree, string], [NodeTree, string]]
): void {
  const cluster = `cp-1=https://${address}:2380,cp-2=https://${otherAddress}:2380`;
  setFlags(cp1, 'etcd', { 'initial-cluster': cluster });
  const listens = {
    'listen-client-urls': `https://${otherAddress}:2379`,
    'listen-metrics-urls': 'http://127.0.0.1:2382',
  };
  setFlags(cp2, 'etcd', { 'initial-cluster': cluster, ...listens });
  setFlags(cp2, 'kube-apiserver', { 'etcd-servers': `https://${otherAddress}:2379` });
}

/** A script that sends a POST request to a URL without verifying the server. Arguments: URL, certificate, key. */
const post = `
  const [url, cert, key] = process.argv.slice(1);
  const { readFileSync: read } = require('node:fs');
  const options = { method: 'POST', cert: read(cert), key: read(key), rejectUnauthorized: false, timeout: 5000 };
  const request = require('node:https').request(url, options, (answer) => {
    answer.pipe(process.stdout);
    answer.on('end', () => process.exit(answer.statusCode === 200 ? 0 : 1));
  });
  request.on('error', (error) => { console.error(String(error)); process.exit(1); });
  request.end('{}');`;

const getByPython = `
import ssl, sys, urllib.request
url, ca, cert, key = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
context.load_cert_chain(cert, key)
print(urllib.request.urlopen(url, context=context, timeout=5).read().decode())`;

/** The command lines of clients that use OpenSSL: URL, CA, certificate, key. */
const opensslClients = {
  curl: (url: string, ca: string, cert: string, key: string) =>
    ['curl', '-sS', '--noproxy', '*', '--cacert', ca, '--cert', cert, '--key', key, url] as const,
  python: (...args: readonly [string, string, string, string]) => ['python3', '-c', getByPython, ...args] as const,
};

/** Starts etcd with the command of the node's manifest, with every path moved into a temporary folder. */
export function startEtcd(node: NodeTree, { inside }: Namespace): Member {
  const folder = temporaryFolder();
  const root = folder.path;
  node.toDisk(root);
  mkdirSync(join(root, 'var/lib/etcd'), { recursive: true, mode: 0o700 });
  const pod = load(node.read('manifests/etcd.yaml')) as Pod;
  const written = pod.spec.containers[0]?.command ?? [];
  const rewritten = written.slice(1).map((flag) => flag.replace(/(?<==)\/(etc|var)\//, `${root}/$1/`));
  const server = start(inside(['etcd', ...rewritten]));
  const asOnNode = (text: string) => text.replaceAll(root, '');
  const answer = async (running: ReturnType<typeof runBeside>): Promise<Answer> => {
    const { status, output } = await running;
    return { healthy: status === 0, output: asOnNode(output) };
  };
  return {
    pid: server.pid,
    root,
    output: () => asOnNode(server.output()),
    until: server.until,
    health({ certificate, key, trust }, endpoint, seconds = 5) {
      const files = [`--cert=${root}${certificate}`, `--key=${root}${key}`, `--cacert=${root}${trust}`];
      const patience = [`--dial-timeout=${seconds}s`, `--command-timeout=${seconds}s`];
      const command = ['endpoint', 'health', `--endpoints=${endpoint}`];
      return answer(runBeside(inside(['etcdctl', ...command, ...files, ...patience])));
    },
    gateway({ certificate, key }, endpoint) {
      const files = [`${root}${certificate}`, `${root}${key}`];
      return answer(runBeside(inside([process.execPath, '-e', post, `${endpoint}/v3/maintenance/status`, ...files])));
    },
    ask(program, { certificate, key, trust }, endpoint) {
      const [ca, cert, secret] = [trust, certificate, key].map((path) => `${root}${path}`) as [string, string, string];
      return answer(runBeside(inside(opensslClients[program](`${endpoint}/health`, ca, cert, secret))));
    },
    async stop() {
      await server.kill();
      folder.remove();
    },
  };
}

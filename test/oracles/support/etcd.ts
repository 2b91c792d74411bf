import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Namespace } from './namespace.ts';
import { type Running, run, start, temporaryFolder } from './programs.ts';

interface Pod {
  readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] };
}

/** A node's etcd, running in a copy of the node's files. */
export interface Member {
  /** Paths in it are those of the node. */
  output(): string;
  until: Running['until'];
  /** `etcdctl endpoint health`, with the certificate (path below the PKI's, without `.crt`) of a client. */
  health(client: string, endpoint?: string, seconds?: number): { readonly healthy: boolean; readonly output: string };
  stop(): Promise<void>;
}

/** Starts etcd as the node's manifest says, with every path moved below a folder of its own. */
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
  return {
    output: () => asOnNode(server.output()),
    until: server.until,
    health(client, endpoint = 'https://127.0.0.1:2379', seconds = 5) {
      const pki = join(root, 'etc/kubernetes/pki');
      const pair = [`--cert=${pki}/${client}.crt`, `--key=${pki}/${client}.key`];
      const patience = [`--dial-timeout=${seconds}s`, `--command-timeout=${seconds}s`];
      const command = ['endpoint', 'health', `--endpoints=${endpoint}`, `--cacert=${pki}/etcd/ca.crt`];
      const result = run(inside(['etcdctl', ...command, ...pair, ...patience]));
      return { healthy: result.status === 0, output: asOnNode(result.output) };
    },
    async stop() {
      await server.kill();
      folder.remove();
    },
  };
}

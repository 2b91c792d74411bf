import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const pki = '/etc/kubernetes/pki';

/** Moves files elsewhere, and leaves links. */
const moved =
  (folder: string, ...names: readonly string[]) =>
  (node: NodeTree) => {
    for (const name of names) {
      const from = `${pki}/${name}`;
      node.write(`${folder}/${name}`, node.read(from), name.endsWith('.key') ? 0o600 : 0o644);
      node.remove(from).link(from, `${folder}/${name}`);
    }
    return node;
  };

export const links: readonly Case[] = [
  {
    name: 'the certificate of kube-apiserver is a link to a folder that is not mounted',
    change: moved('/var/lib/pki', 'apiserver.crt'),
    findings: ['manifest/link@kube-apiserver'],
  },
  {
    name: 'the folder of the PKI is a link',
    change: (node) => {
      for (const [path, entry] of [...node.entries]) {
        if (!path.startsWith(`${pki}/`)) continue;
        node.entries.set(path.replace(pki, '/data/pki'), entry);
        node.entries.delete(path);
      }
      node.entries.delete(pki);
      node.link(pki, '/data/pki');
    },
    findings: [],
  },
  {
    name: 'the certificate of kube-apiserver is a link in its folder',
    change: (node) => {
      node.write('pki/apiserver-2026.crt', node.read('pki/apiserver.crt'), 0o644);
      node.remove('pki/apiserver.crt').link(`${pki}/apiserver.crt`, 'apiserver-2026.crt');
    },
    findings: [],
  },
  {
    name: 'the certificate of kube-apiserver is a link to what is mounted too',
    change: (node) => moved('/etc/ssl/certs', 'apiserver.crt')(node),
    findings: [],
  },
];

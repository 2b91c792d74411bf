/** What concerns a node as a whole: what could not be read, sources that disagree, components defined twice. */
import type { NodeFile } from '../core/artifact.ts';
import { count, handful } from '../core/text.ts';
import type { Facts } from '../model/facts.ts';
import type { Pki } from '../model/pki.ts';
import { check, notApplicable, problem } from './check.ts';

const denied = new Set(['EACCES', 'EPERM']);

/** One warning for all that we may not read: it is no fault of the files. */
export const nodeReadable = check('node', function* (pki) {
  const unreadable = [...pki.node.files.values()].filter((file) => file.state === 'unreadable');
  const [first] = unreadable;
  if (first === undefined) return;
  const paths = unreadable.map((file) => file.path).sort();
  const found = first.detail === undefined || denied.has(first.detail) ? 'permission denied' : first.detail;
  const data = { count: count(paths.length, 'path'), paths: handful(paths, 3), found };
  yield problem({ path: pki.node.pki }, data);
});

/** Facts of which two sources must say the same. Endpoints and addresses may well differ. */
const single: Partial<Readonly<Record<keyof Facts, string>>> = {
  nodeName: 'the node name',
  advertiseAddress: 'the advertise address',
  serviceCidrs: 'the service range',
  dnsDomain: 'the DNS domain',
  etcd: 'the place of etcd',
};

const isCredential = (source: string) => source === 'kubelet.conf' || source.startsWith('/var/lib/kubelet/pki/');

export const factsAgree = check('node', function* (pki) {
  for (const [name, called] of Object.entries(single)) {
    const fact = pki.facts[name as keyof Facts];
    // What the command line says is meant to differ.
    if (fact === undefined || fact.source.startsWith('--')) continue;
    for (const other of fact.disagreeing) {
      // A kubeconfig may dial a load balancer.
      if (name === 'advertiseAddress' && other.source.endsWith('.conf')) continue;
      // A kubelet's credential in another name is cert/identity's to tell.
      if (name === 'nodeName' && isCredential(other.source)) continue;
      const data = {
        fact: called,
        value: String(fact.value),
        source: fact.source,
        other: String(other.value),
        elsewhere: other.source,
      };
      yield problem({ path: pki.node.pki }, data, { key: `${name} ${other.source}` });
    }
  }
});

/** Two manifests of one component: the kubelet reads every file of the folder that does not start with a dot. */
export const componentsOnce = check('component', function* (component, pki) {
  if (component.mounts === undefined) return yield notApplicable('not a static pod');
  const first = pki.node.components.find((one) => one.name === component.name && one.mounts !== undefined);
  if (first === undefined || first === component) return;
  yield problem(component.at, { component: component.name, path: component.at.path, first: first.at.path });
});

/** The private keys that a file holds in the clear, each by the id of its public half. */
function keysIn(file: NodeFile): readonly string[] {
  const embedded = file.content?.type === 'kubeconfig' ? file.content.kubeconfig.user?.key?.embedded : undefined;
  const pem = file.content?.type === 'pem' ? file.content.pem : embedded;
  return (pem?.blocks ?? []).flatMap((block) => (block.type === 'private-key' ? [block.key.publicKey.id] : []));
}

/** Others may read a file that holds a private key; one rule for keys that sign, one for the rest. */
function keyMode(signs: boolean) {
  return check('file', function* (file, pki) {
    const keys = keysIn(file);
    if (keys.length === 0 || file.mode === undefined) return yield notApplicable('it holds no private key');
    const { realPath } = file;
    if (realPath !== file.path && pki.node.files.has(realPath ?? '')) return yield notApplicable('a link to it');
    if (isSigner(file, keys, pki) !== signs) return yield notApplicable('another rule speaks of it');
    if ((file.mode & 0o004) === 0 || !isOpen(realPath ?? file.path, pki)) return;
    yield problem({ path: file.path }, { path: file.path, mode: `0${file.mode.toString(8)}` });
  });
}

/** By its recommended path, or because an authority or the tokens of this node are verified with its public half. */
function isSigner(file: NodeFile, keys: readonly string[], pki: Pki): boolean {
  const recommended = [...pki.authorities.map(({ row }) => row.key), pki.serviceAccount.row.private];
  if (recommended.some((path) => file.path === `${pki.node.pki}/${path}`)) return true;
  const known = [
    ...pki.authorities.flatMap(({ certificates }) => certificates.map((one) => one.publicKey.id)),
    ...pki.serviceAccount.verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : [])),
  ];
  return keys.some((key) => known.includes(key));
}

/** Whether others get through every folder on the way, as far as these were seen. */
function isOpen(path: string, pki: Pki): boolean {
  const parts = path.split('/').slice(1, -1);
  const folders = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  return folders.every((folder) => ((pki.node.files.get(folder)?.mode ?? 0o001) & 0o001) !== 0);
}

export const signingKeyMode = keyMode(true);
export const otherKeyMode = keyMode(false);

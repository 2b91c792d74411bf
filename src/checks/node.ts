/** What concerns a node as a whole: what could not be read, sources that disagree, components defined twice. */
import type { NodeFile } from '../core/artifact.ts';
import { handful } from '../core/text.ts';
import type { Facts } from '../model/facts.ts';
import { check, notApplicable, problem } from './check.ts';

/** One warning for all that we may not read: it is no fault of the files. */
export const nodeReadable = check('node', function* (pki) {
  const unreadable = [...pki.node.files.values()].filter((file) => file.state === 'unreadable');
  const [first] = unreadable;
  if (first === undefined) return;
  const paths = unreadable.map((file) => file.path);
  const related = unreadable.map((file) => ({
    path: file.path,
    subject: file.path,
    message: file.detail ?? 'not readable',
  }));
  yield problem({ path: pki.node.pki }, { count: String(paths.length), paths: handful(paths, 3) }, { related });
});

/** Facts of which two sources must say the same. Endpoints and addresses may well differ. */
const single: readonly (keyof Facts)[] = ['nodeName', 'advertiseAddress', 'serviceCidrs', 'dnsDomain', 'etcd'];

export const factsAgree = check('node', function* (pki) {
  for (const name of single) {
    const fact = pki.facts[name];
    // What the command line says is meant to differ.
    if (fact === undefined || fact.source.startsWith('--')) continue;
const isCredential = (source: string) => source === 'kubelet.conf' || source.startsWith('/var/lib/kubelet/pki/');

    for (const other of fact.disagreeing) {
      // A kubeconfig may dial a load balancer.
      if (name === 'advertiseAddress' && other.source.endsWith('.conf')) continue;
      const data = {
        fact: name,
        value: String(fact.value),
        source: fact.source,
        other: String(other.value),
      // A kubelet's credential in another name is cert/identity's to tell.
      if (name === 'nodeName' && isCredential(other.source)) continue;
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

const signing = new Set(['kubernetes-ca', 'etcd-ca', 'front-proxy-ca', 'service-account']);

function holdsKey(file: NodeFile): boolean {
  if (file.content?.type === 'pem') return file.content.pem.blocks.some((block) => block.type === 'private-key');
  const key = file.content?.type === 'kubeconfig' ? file.content.kubeconfig.user?.key : undefined;
  return key?.embedded !== undefined;
}

/** Others may read a file that holds a private key; one rule for keys that sign, one for the rest. */
function keyMode(signs: boolean) {
  return check('file', function* (file, pki) {
    if (!holdsKey(file) || file.mode === undefined) return yield notApplicable('it holds no private key');
    if (isSigner(file, pki.node.pki) !== signs) return yield notApplicable('another rule speaks of it');
    if ((file.mode & 0o004) === 0) return;
    yield problem({ path: file.path }, { path: file.path, mode: `0${file.mode.toString(8)}` });
  });

  function isSigner(file: NodeFile, root: string): boolean {
    return signing.has(roleOfKey[file.path.slice(root.length + 1)] ?? '');
  }
}

const roleOfKey: Readonly<Record<string, string>> = {
  'ca.key': 'kubernetes-ca',
  'etcd/ca.key': 'etcd-ca',
  'front-proxy-ca.key': 'front-proxy-ca',
  'sa.key': 'service-account',
};

export const signingKeyMode = keyMode(true);
export const otherKeyMode = keyMode(false);

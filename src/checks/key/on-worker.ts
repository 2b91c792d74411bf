/** Checks that a worker has no private key of the control plane: it runs the workloads, and needs none of them. */
import { secretsIn } from '../../artifact/file.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { count, handful } from '../../core/text.ts';
import { isLeftKubeconfig, isPlainWorker } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { check, list, notApplicable, problem, skip } from '../base/check.ts';
import { pathsToFix, relatedPaths } from '../base/many-paths.ts';
import { signedWith } from '../credentials/signing-keys.ts';

/** The paths of the keys that sign for the whole cluster. */
function signingKeys(pki: Pki): ReadonlySet<string> {
  const signing = [...pki.node.files.values()].filter((file) => {
    const secrets = secretsIn(file);
    const isLink = file.realPath !== file.path && pki.node.files.has(file.realPath ?? '');
    return secrets.length > 0 && !isLink && signedWith(file, secrets, pki) !== undefined;
  });
  return new Set(signing.map(({ path }) => path));
}

/** The keys of servers and clients of the control plane that no flag names, and its kubeconfigs with a credential. */
function otherKeys(pki: Pki): readonly string[] {
  const { roles, node } = pki;
  return roles.flatMap((role) => {
    const file = role.kind === 'kubeconfig' ? role.file : role.key && node.files.get(role.key.path);
    const isLeft =
      role.kind === 'kubeconfig' ? isLeftKubeconfig(pki, role) : role.row.on === undefined && role.slot === undefined;
    return isLeft && file && secretsIn(file).length > 0 ? file.path : [];
  });
}

/** The control plane that has all of these keys: then those of the worker are not the last copies. */
function ownerOf(keys: readonly string[], cluster: readonly Pki[]): Pki | undefined {
  return cluster.find((pki) => {
    if (pki.kind !== 'control-plane') return false;
    const own = new Set([...pki.node.files.values()].flatMap(secretsIn));
    return keys.every((key) => own.has(key));
  });
}

/**
 * What reads a key of this worker: flags, kubeconfigs and units that name it, and static pods that mount it or a
 * directory above it. Nothing shows which files such a pod opens.
 */
function readersOf(path: string, { node, uses }: Pki): readonly string[] {
  const real = node.files.get(path)?.realPath ?? path;
  const naming = [path, real].flatMap((one) => (uses.get(one) ?? []).filter(({ at }) => at.path !== one));
  const programs = node.programFiles.filter((one) => one.path === path || one.path === real);
  const pods = node.manifestFiles.flatMap((manifest) => {
    const content = node.files.get(manifest)?.content;
    if (content?.type !== 'manifest' || node.idleManifests.includes(manifest)) return [];
    const isMounted = content.pod.hostPaths.some((one) => isAtOrBelow(path, one) || isAtOrBelow(real, one));
    return isMounted ? `the static pod ${content.pod.name}` : [];
  });
  return [
    ...naming.map(({ user }) => user),
    ...programs.map(({ program, spelled }) => `${program} ${spelled}`),
    ...pods,
  ];
}

export const keyOnWorkerChecks = {
  'key/on-worker': check('node', function* (pki, _, cluster = []) {
    if (pki.kind !== 'worker') return yield notApplicable('not a worker');
    const signing = signingKeys(pki);
    const paths = [...new Set([...[...signing].sort(), ...[...otherKeys(pki)].sort()])];
    const [first] = paths;
    if (first === undefined) return;
    if (!isPlainWorker(pki.node, pki.facts)) return yield skip('it is unknown whether this is a control plane too');
    const readers = new Map(paths.map((path) => [path, readersOf(path, pki)]));
    const used = paths.filter((path) => readers.get(path)?.length);
    const unused = paths.filter((path) => !used.includes(path));
    const files = unused.flatMap((path) => pki.node.files.get(path) ?? []);
    const owner = ownerOf(files.flatMap(secretsIn), cluster);
    const by = list([...new Set([...readers.values()].flat())]);
    const data = {
      paths: handful(paths, 3),
      use: signing.size > 0 ? 'can sign for the cluster' : 'are those of a control plane',
      inUse: used.length > 0 ? `; ${handful(used, 3)} can be read by ${by}` : '',
      found: count(paths.length, signing.size === paths.length ? 'signing key' : 'private key'),
      path: unused[0] ?? first,
      unused: handful(unused, 3),
      used: handful(used, 3),
      by,
      node: pki.name,
      other: owner?.name ?? '',
    };
    const related = relatedPaths(paths, (path) => (signing.has(path) ? 'a signing key' : 'a private key'));
    const how = unused.length === 0 ? { fix: 'in-use' } : owner ? { fix: 'of-other' } : {};
    yield problem({ path: first }, data, { related, ...pathsToFix(unused), parts: paths, ...how });
  }),
};

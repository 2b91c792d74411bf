/** Checks that a worker has no private key of the control plane: it runs the workloads, and needs none of them. */
import { count, handful } from '../core/text.ts';
import { isPlainWorker } from '../model/roles/applicability.ts';
import type { Pki } from '../model/roles/pki.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { pathsToFix, relatedPaths } from './many-paths.ts';
import { secretsIn } from './permissions.ts';
import { signedWith } from './signing-keys.ts';

/** The paths of the keys that sign for the whole cluster. */
function signingKeys(pki: Pki): ReadonlySet<string> {
  const signing = [...pki.node.files.values()].filter((file) => {
    const secrets = secretsIn(file);
    const isLink = file.realPath !== file.path && pki.node.files.has(file.realPath ?? '');
    return secrets.length > 0 && !isLink && signedWith(file, secrets, pki) !== undefined;
  });
  return new Set(signing.map(({ path }) => path));
}

/** The keys of servers and clients of the control plane that no flag names. */
function otherKeys({ roles, node }: Pki): readonly string[] {
  return roles.flatMap((role) => {
    const file = role.key && node.files.get(role.key.path);
    const isLeft = role.kind === 'certificate' && role.row.own === undefined && role.slot === undefined;
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

export const workerKeyChecks = {
  'key/on-worker': check('node', function* (pki, _, cluster = []) {
    if (pki.kind !== 'worker') return yield notApplicable('not a worker');
    const signing = signingKeys(pki);
    const paths = [...new Set([...[...signing].sort(), ...[...otherKeys(pki)].sort()])];
    const [first] = paths;
    if (first === undefined) return;
    if (!isPlainWorker(pki.node, pki.facts)) return yield skip('it is unknown whether this is a control plane too');
    const files = paths.flatMap((path) => pki.node.files.get(path) ?? []);
    const owner = ownerOf(files.flatMap(secretsIn), cluster);
    const data = {
      paths: handful(paths, 3),
      use: signing.size > 0 ? 'can sign for the cluster' : 'are those of a control plane',
      found: count(paths.length, signing.size === paths.length ? 'signing key' : 'private key'),
      path: first,
      node: pki.name,
      other: owner?.name ?? '',
    };
    const related = relatedPaths(paths, (path) => (signing.has(path) ? 'a signing key' : 'a private key'));
    const how = owner ? { fix: 'of-other' } : {};
    yield problem({ path: first }, data, { related, ...pathsToFix(paths), parts: paths, ...how });
  }),
};

/** The checks of the rules `key/*`, whose words are in `rules/catalog/key.json`. */

import { type NodeFile, secretsIn } from '../../artifact/file.ts';
import { obstacleTo } from '../../model/roles/access.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { isOfComponent, isOpenSecret, octal } from '../base/permissions.ts';
import { forgeries, signedWith } from '../credentials/signing-keys.ts';
import { keyOnWorkerChecks } from './on-worker.ts';
import { keySharedChecks } from './shared.ts';

const isOfRoot = ({ gid = 0 }: NodeFile): boolean => gid === 0;

/** The user of the components that read a file only because every user can, if there is one alone. */
function strandedReader(file: NodeFile, mode: number, pki: Pki): string | undefined {
  if (isOfComponent(file, pki)) return undefined;
  // The group of root loses its rights, another group keeps them.
  const files = new Map(pki.node.files).set(file.path, { ...file, mode: isOfRoot(file) ? 0o600 : mode & ~0o007 });
  const readers = pki.slots.filter(({ path }) => path === file.path).map(({ component }) => component);
  const users = new Set(readers.map(({ user }) => user?.name ?? 'root'));
  const [only] = readers;
  return users.size === 1 && only && obstacleTo({ files }, only, file.path) !== undefined ? only.user?.name : undefined;
}

/** Secrets that all users can read. One rule covers keys that sign, one all others. */
function keyMode(signs: boolean) {
  return check('file', function* (file, pki) {
    const secrets = secretsIn(file);
    if (secrets.length === 0 || file.mode === undefined) return yield notApplicable('it contains no secret');
    const { realPath } = file;
    if (realPath !== file.path && pki.node.files.has(realPath ?? '')) return yield notApplicable('a link to it');
    const signed = signedWith(file, secrets, pki);
    if ((signed !== undefined) !== signs) return yield notApplicable('reported by a different rule');
    if (!isOpenSecret(file, pki)) return;
    const owner = strandedReader(file, file.mode, pki);
    // A group other than root's may be that of a component (kubeadm's RootlessControlPlane): it can still read.
    const change = isOfRoot(file) || owner !== undefined ? '600' : 'o-rwx';
    const data = { path: file.path, mode: octal(file.mode), change, signed: signed ?? '', ...(owner && { owner }) };
    const related = signed === undefined ? [] : [{ path: file.path, ...forgeries[signed] }];
    yield problem({ path: file.path }, data, { related });
  });
}

const keyModeChecks = {
  'key/mode-signing': keyMode(true),
  'key/mode': keyMode(false),
};

/** The content of `--root-ca-file` is published as it is (k8s.io/kubernetes cmd/kube-controller-manager/app readCA). */
function secretInTrust(isPublished: boolean) {
  return check('file', function* (file, pki) {
    const trusted = (pki.uses.get(file.path) ?? []).filter(({ slot }) => slot && /pool$/.test(slot.row.holds));
    if (trusted.length === 0) return yield notApplicable('not a trust file');
    if (file.content?.type !== 'pem') return;
    const secret = file.content.pem.blocks.find(({ type }) => type === 'private-key');
    const published = trusted.some(({ slot }) => slot?.row.flag === 'root-ca-file');
    if (secret === undefined || published !== isPublished) return;
    const user = trusted[0]?.user ?? '';
    yield problem({ path: file.path, line: secret.line }, { path: file.path, user });
  });
}

const keyContentsChecks = {
  'key/published': secretInTrust(true),
  'key/misplaced': secretInTrust(false),
};

export const keyChecks = {
  ...keyContentsChecks,
  ...keyModeChecks,
  ...keyOnWorkerChecks,
  ...keySharedChecks,
};

/**
 * Plans the installation of certificates that another CA has signed. Lint judges the result, as it does for every
 * action.
 */

import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { keepsOwnCredential } from '../../model/trust/sharing.ts';
import type { Action, Install } from '../../results/issue/action.ts';
import type { Refusal } from '../../results/issue/plan.ts';
import { roleOfId } from '../../tables/role-ids.ts';
import { publicHalfOf } from '../certify/keys.ts';
import { actionDefaults, onNode, refusal, rotated, targetProblem } from './action.ts';
import { installFor } from './authority.ts';
import { isMissing, specOf } from './certificate-spec.ts';
import { factsMissing, isSound, kubeconfigSpec, rewrittenNote } from './kubeconfig.ts';
import { type Import, type PlanContext, type Settings, wants } from './settings.ts';

/** An action for each certificate that is in the folder and not on the node. */
export function planImports(
  { pki, settings, findings }: PlanContext,
  imports: ReadonlyMap<string, Import>,
): readonly (Action | Refusal)[] {
  const given = (id: string) => (wants(settings, id) ? imports.get(id) : undefined);
  return [
    ...pki.authorities.flatMap((one) => authorityImport(one, given(one.id), pki, settings)),
    ...pki.roles.flatMap((one) => leafImport(one, given(one.id), { pki, settings, findings }) ?? []),
  ];
}

const why = ['--import: signed by another CA'];

/** Needs a confirmation, as every replacement of a CA does. */
function authorityImport(authority: Authority, given: Import | undefined, pki: Pki, settings: Settings) {
  const { id, source, loaded } = authority;
  if (given === undefined) return [];
  if (loaded?.ok && loaded.value.some((one) => one.fingerprint256 === given.leaf.fingerprint256)) return [];
  if (source.seen !== 'absent' && !settings.replace.has(id)) return [exists(id, source.path, ' --yes')];
  const { action, refusal: refused } = installFor(authority, given, why, { pki, settings });
  return [action, refused].filter((one) => one !== undefined);
}

function leafImport(
  role: Role,
  given: Import | undefined,
  { pki, settings, findings }: Pick<PlanContext, 'pki' | 'settings' | 'findings'>,
): Install | Refusal | undefined {
  if (given === undefined || role.leaf?.fingerprint256 === given.leaf.fingerprint256) return undefined;
  if (keepsOwnCredential(role, pki)) return rotated(role, pki);
  const replaced = settings.replace.has(role.row.role);
  if (role.seen !== 'absent' && !replaced) return exists(role.id, role.path);
  const isCertificate = role.kind === 'certificate';
  const own = isCertificate && role.key?.seen === 'present' ? role.key : undefined;
  // An existing key that matches stays.
  const fits = own?.pem && publicHalfOf(own.pem)?.id === given.leaf.publicKey.id;
  const brings = given.hasKey && !fits;
  if (!brings && own === undefined) {
    const message = `the key of ${role.id} is not next to its certificate`;
    return refusal(role.id, message, 'put it there: it was created with the request');
  }
  if (own && brings && !replaced) return exists(role.id, own.path);
  const keeps = role.kind === 'kubeconfig' && isSound(role, findings(role.id));
  const server = role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings, keeps) : null;
  if (isMissing(server)) return factsMissing(role.id, server);
  const keyTarget = isCertificate && brings && role.key ? onNode(role.key.path) : null;
  const files = [role.path, ...(keyTarget ? [keyTarget.path] : [])];
  const problem = targetProblem(role.id, files, role.recommended, pki);
  if (problem) return problem;
  return {
    ...actionDefaults('install', role.id, pki),
    why,
    target: onNode(role.path),
    keyTarget,
    certificate: specOf(given.leaf),
    algorithm: brings ? 'imported' : 'kept',
    kubeconfig: server,
    replaces: files.filter((path) => pki.node.files.get(path)?.state === 'file'),
    notes: server !== null && replaced && !keeps ? [rewrittenNote(pki)] : [],
  };
}

function exists(role: string, path: string, confirmed = ''): Refusal {
  const message = `${path} exists, and nothing is replaced by default`;
  return refusal(role, message, `--replace ${roleOfId(role)}${confirmed} installs the imported one`);
}

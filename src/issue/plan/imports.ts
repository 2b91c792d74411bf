/** Installing what another CA has signed: judged by lint as the node would be, like everything else. */

import type { Action, Install } from '../../core/action.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Refusal } from '../../core/plan.ts';
import type { Finding } from '../../core/report.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { isRotated } from '../../model/roles/signing.ts';
import { publicHalfOf } from '../certify/keys.ts';
import { actionDefaults, onNode, refusal, rotated, targetProblem } from './action.ts';
import { installFor } from './authority.ts';
import { specOf } from './certificate-spec.ts';
import { isSound, isUnknown, kubeconfigSpec, rewritten, unknown } from './kubeconfig.ts';
import type { Settings } from './settings.ts';

/** A certificate to be installed. */
export interface Import {
  readonly leaf: Certificate;
  readonly hasKey: boolean;
  readonly notes: readonly string[];
}

/** An action for each certificate that the folder holds and the node lacks. */
export function planImports(
  pki: Pki,
  imports: ReadonlyMap<string, Import>,
  settings: Settings,
  findings: (role: string) => readonly Finding[],
): readonly (Action | Refusal)[] {
  const wanted = (id: string) => settings.only.size === 0 || settings.only.has(id);
  return [
    ...pki.authorities
      .filter(({ id }) => wanted(id))
      .flatMap((one) => authorityImport(one, imports.get(one.id), pki, settings)),
    ...pki.roles
      .filter(({ id }) => wanted(id))
      .map((one) => leafImport(one, imports.get(one.id), { pki, settings, findings: findings(one.id) })),
  ].filter((one) => one !== undefined);
}

const why = ['--import: signed by another CA'];

/** Confirmed like every other replacement of a CA. */
function authorityImport(authority: Authority, given: Import | undefined, pki: Pki, settings: Settings) {
  const { id, source, loaded } = authority;
  if (given === undefined) return [];
  const same = loaded?.ok && loaded.value.some((one) => one.fingerprint256 === given.leaf.fingerprint256);
  if (same) return [];
  if (source.seen !== 'absent' && !settings.replace.has(id)) return [exists(id, source.path, ' --yes')];
  const { action, refusal: refused } = installFor(authority, { signer: given.leaf, notes: given.notes }, why, {
    pki,
    settings,
  });
  return [action, refused].filter((one) => one !== undefined);
}

interface LeafWorld {
  readonly pki: Pki;
  readonly settings: Settings;
  readonly findings: readonly Finding[];
}

function leafImport(
  role: Role,
  given: Import | undefined,
  { pki, settings, findings }: LeafWorld,
): Install | Refusal | undefined {
  if (given === undefined || role.leaf?.fingerprint256 === given.leaf.fingerprint256) return undefined;
  if (isRotated(role)) return rotated(role);
  const replaced = settings.replace.has(role.id);
  if (role.seen !== 'absent' && !replaced) return exists(role.id, role.path);
  const isCertificate = role.kind === 'certificate';
  const own = isCertificate && role.key?.seen === 'present' ? role.key : undefined;
  // A key that is there and fits is left alone.
  const fits = own?.pem && publicHalfOf(own.pem)?.id === given.leaf.publicKey.id;
  const brings = given.hasKey && !fits;
  if (!brings && own === undefined) {
    return refusal(
      role.id,
      `the key of ${role.id} is not beside its certificate`,
      'put it there: it was made with the request',
    );
  }
  if (own && brings && !replaced) return exists(role.id, own.path);
  const keeps = role.kind === 'kubeconfig' && isSound(role, findings);
  const server = role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings, keeps) : null;
  if (isUnknown(server)) return unknown(role.id, server);
  const keyTarget = isCertificate && brings && role.key ? onNode(role.key.path) : null;
  const files = [role.path, ...(keyTarget ? [keyTarget.path] : [])];
  const way = targetProblem(role.id, files, role.recommended, pki);
  if (way) return way;
  return {
    ...actionDefaults(role.id),
    kind: 'install',
    role: role.id,
    why,
    target: onNode(role.path),
    keyTarget,
    certificate: specOf(given.leaf),
    algorithm: brings ? 'imported' : 'kept',
    kubeconfig: server,
    replaces: files.filter((path) => pki.node.files.get(path)?.state === 'file'),
    notes: server !== null && replaced && !keeps ? [rewritten] : [],
  };
}

function exists(role: string, path: string, confirmed = ''): Refusal {
  return refusal(
    role,
    `${path} is there, and nothing is replaced unasked`,
    `--replace ${role}${confirmed} takes the imported one`,
  );
}

/** Which leaf certificates, kubeconfigs and keys a plan makes. */
import { isShort, keyName } from '../../checks/key-strength.ts';
import type { Finding } from '../../core/report.ts';
import { endOf, filesOf, isRotated, linkAmong, sharedWith } from '../../model/issuing.ts';
import { sharedEndpoint } from '../../model/other-nodes.ts';
import type { Pki, Role } from '../../model/pki.ts';
import type { PemSource } from '../../model/source.ts';
import { problemOfKey, publicHalfOf } from '../certify/usable-key.ts';
import type { Action, Refusal } from '../types.ts';
import { type Signers, unsigned } from './authorities.ts';
import { actionFor, on } from './draft.ts';
import { isUnknown, kubeconfigSpec, serverNotes, unknown } from './kubeconfigs.ts';
import { requestTargets } from './requests.ts';
import { rotated } from './rotated.ts';
import type { Settings } from './settings.ts';
import { leafSpec } from './specs.ts';
import { unusable } from './usable.ts';

/** What is to become of a role that exists or does not. */
type Fate = { readonly fill: boolean; readonly asked: boolean; readonly why: readonly string[] } | undefined;

export interface LeafContext {
  readonly pki: Pki;
  readonly settings: Settings;
  readonly signers: Signers;
  /** What lint says of each role. */
  readonly findings: (role: string) => readonly Finding[];
  /** Whether this is the first node of a cluster. */
  readonly first: boolean;
}

/** The action of a role, or why there can be none; undefined where nothing is to be done. */
export function planLeaf(role: Role, context: LeafContext): Action | Refusal | undefined {
  const { pki, settings, signers, first } = context;
  if (role.seen === 'unseen') {
    return { role: role.id, message: `${role.path} was not seen`, hint: 'run it where all files can be read' };
  }
  const fate = fateOf(role, context);
  if (fate === undefined) return undefined;
  if (isRotated(role) && !fate.fill) return fate.asked ? rotated(role) : undefined;
  const end = signers.endOf(role.parent.id);
  const requests = end === undefined ? settings.requests : undefined;
  const refused =
    (settings.requests === undefined ? inTheWayOf(role, pki) : undefined) ??
    (requests === undefined ? unsigned(role, pki.kind, signers) : undefined);
  if (refused) return refused;
  const spec = leafSpec(role, pki, settings, end, fate.fill ? undefined : role.leaf);
  const server = role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings) : null;
  const lost = fate.fill && role.id === 'kube-apiserver' && !first;
  const missing = [
    ...(spec.known ? [] : spec.missing),
    ...(isUnknown(server) ? server : []),
    ...(lost && sharedEndpoint(pki) === undefined ? [askedEndpoint] : []),
  ];
  if (!spec.known || isUnknown(server) || missing.length > 0) return unknown(role.id, missing);
  const kept = role.key?.seen === 'present' && (fate.fill || settings.keepKey) ? role.key : undefined;
  const useless = unusable(role.id, spec.spec, server) ?? unusableKey(role, kept, fate.fill);
  if (useless) return useless;
  return actionFor({
    kind: kindOf(role, fate.fill, requests !== undefined),
    role: role.id,
    why: fate.why,
    ...targetsOf(role, requests, kept),
    certificate: spec.spec,
    algorithm: kept ? 'kept' : settings.algorithm,
    notes: [...spec.notes, ...(lost ? [lostNames] : []), ...serverNotes(role, pki, first), ...keyNotes(kept)],
    ...(requests === undefined
      ? { issuer: { role: role.parent.id }, kubeconfig: server, replaces: fate.fill ? [] : replacedBy(role, !!kept) }
      : { after: `bring what it becomes back to that folder, then: --import ${requests}` }),
  });
}

const askedEndpoint = 'the address by which all API servers are dialled (--control-plane-endpoint)';
const lostNames = 'further names of the certificate that is missing are not known: --san adds them';

function targetsOf(role: Role, requests: string | undefined, kept: PemSource | undefined) {
  const own = role.kind === 'certificate' && role.key ? on(role.key.path) : null;
  if (requests === undefined) return { target: on(role.path), keyTarget: own };
  const files = requestTargets(requests, role.id);
  return kept && own ? { ...files, keyTarget: own } : files;
}

/** Why a key that is to be kept cannot be. */
function unusableKey({ id }: Role, kept: PemSource | undefined, fill: boolean): Refusal | undefined {
  const message = kept?.pem && problemOfKey(kept.pem, kept.path);
  const hint = fill ? 'move it away, and a new one is made' : 'leave out --keep-key, and a new one is made';
  return message ? { role: id, message, hint } : undefined;
}

function keyNotes(kept: PemSource | undefined): readonly string[] {
  const key = kept?.pem && publicHalfOf(kept.pem);
  return key && isShort(key) ? [`keeps a key that is too short: ${keyName(key)}`] : [];
}

function kindOf(role: Role, fill: boolean, requests: boolean): Action['kind'] {
  if (requests) return 'request';
  if (!fill) return 're-issue';
  return role.kind === 'kubeconfig' ? 'kubeconfig' : 'issue';
}

function replacedBy(role: Role, keepsKey: boolean): readonly string[] {
  const key = role.kind === 'certificate' && !keepsKey && role.key?.seen === 'present' ? [role.key.path] : [];
  return [...new Set([...(role.seen === 'absent' ? [] : [role.path]), ...key])];
}

function fateOf(role: Role, { settings, signers, findings }: LeafContext): Fate {
  const told = findings(role.id).filter(({ severity }) => severity !== 'info');
  const reasons = told.map(({ rule, message }) => `${rule}: ${message}`);
  if (role.seen === 'absent') {
    const rule = role.kind === 'kubeconfig' ? 'kubeconfig/present' : 'cert/present';
    // A key beside it is used: it may be what an earlier run left, or a request's.
    return { fill: true, asked: true, why: reasons.length > 0 ? reasons : [`${rule}: ${role.id} is missing`] };
  }
  if (settings.replace.has(role.id)) return { fill: false, asked: true, why: [`--replace ${role.id}`, ...reasons] };
  if (signers.created.has(role.parent.id) && role.leaf) {
    return { fill: false, asked: true, why: [`${role.parent.id} is replaced, which signed it`] };
  }
  const end = endOf(role) ?? Number.POSITIVE_INFINITY;
  if (settings.renewBefore !== undefined && end <= settings.renewBefore) {
    return {
      fill: false,
      asked: settings.only.has(role.id),
      why: [`it ends on ${new Date(end).toISOString().slice(0, 10)}`, ...reasons],
    };
  }
  return undefined;
}

/** Why a role's files cannot be written: a link, or one file that two play, and what is right for one is wrong for the other. */
function inTheWayOf(role: Role, pki: Pki): Refusal | undefined {
  const files = filesOf(role);
  const link = linkAmong(files, pki);
  if (link)
    return { role: role.id, message: `${link} is a link`, hint: 'put the file itself there, or remove the link' };
  const other = sharedWith(files, role.id, pki);
  if (other === undefined) return undefined;
  const hint = `let an argument name a file of its own: ${role.recommended}`;
  return { role: role.id, message: `a file of ${role.id} is that of ${other} too`, hint };
}

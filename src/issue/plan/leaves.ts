/** Which leaf certificates, kubeconfigs and keys a plan makes. */
import type { Finding } from '../../core/report.ts';
import { endOf, filesOf, isRotated, linkAmong, sharedWith } from '../../model/issuing.ts';
import type { Pki, Role } from '../../model/pki.ts';
import type { Action, KubeconfigSpec, Refusal } from '../types.ts';
import { type Signers, unsigned } from './authorities.ts';
import { actionFor, on } from './draft.ts';
import { kubeconfigSpec } from './kubeconfigs.ts';
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
}

/** The action of a role, or why there can be none; undefined where nothing is to be done. */
export function planLeaf(role: Role, context: LeafContext): Action | Refusal | undefined {
  const { pki, settings, signers } = context;
  if (role.seen === 'unseen') {
    return { role: role.id, message: `${role.path} was not seen`, hint: 'run it where all files can be read' };
  }
  const fate = fateOf(role, context);
  if (fate === undefined) return undefined;
  if (isRotated(role) && !fate.fill) return fate.asked ? rotated(role) : undefined;
  const inTheWay = settings.requests === undefined ? inTheWayOf(role, pki) : undefined;
  if (inTheWay) return inTheWay;
  const requests = settings.requests !== undefined && signers.endOf(role.parent.id) === undefined;
  const nobody = requests ? undefined : unsigned(role, signers);
  if (nobody) return nobody;
  const spec = leafSpec(role, pki, settings, signers.endOf(role.parent.id), fate.fill ? undefined : role.leaf);
  const server: KubeconfigSpec | readonly string[] | null =
    role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings) : null;
  const missing = [
    ...(spec.known ? [] : spec.missing),
    ...(Array.isArray(server) ? (server as readonly string[]) : []),
  ];
  if (!spec.known || missing.length > 0) {
    return {
      role: role.id,
      message: `not known: ${missing.join(', ')}`,
      hint: 'say it on the command line, or with --kubeadm-config',
    };
  }
  const useless = unusable(role.id, spec.spec, server as KubeconfigSpec | null);
  if (useless) return useless;
  const keepsKey = role.key?.seen === 'present' && (fate.fill || settings.keepKey);
  const files = requests
    ? requestTargets(settings.requests ?? '', role.id)
    : { target: on(role.path), keyTarget: role.kind === 'certificate' && role.key ? on(role.key.path) : null };
  return actionFor({
    kind: kindOf(role, fate.fill, requests),
    role: role.id,
    why: fate.why,
    ...files,
    ...(keepsKey && role.kind === 'certificate' && role.key ? { keyTarget: on(role.key.path) } : {}),
    certificate: spec.spec,
    issuer: requests ? null : { role: role.parent.id },
    algorithm: keepsKey ? 'kept' : settings.algorithm,
    kubeconfig: requests ? null : (server as KubeconfigSpec | null),
    replaces: fate.fill || requests ? [] : replacedBy(role, keepsKey),
    ...(requests ? { after: `bring what it becomes back to that folder, then: --import ${settings.requests}` } : {}),
    notes: spec.notes,
  });
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

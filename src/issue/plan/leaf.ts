/** Which leaf certificates, kubeconfigs and keys a plan makes. */

import type { KnownRuleId } from '../../checks/index.ts';
import type { Action, KeyedAction } from '../../core/action.ts';
import type { CertificateSpec, KubeconfigSpec, Refusal } from '../../core/plan.ts';
import type { Finding } from '../../core/report.ts';
import { dateOf } from '../../core/time.ts';
import { sharedEndpoint } from '../../model/cluster/cluster.ts';
import { missingOptions } from '../../model/roles/expected.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import {
  earliestExpiry,
  filesOfRole,
  isKeptByKubelet,
  isRotated,
  isTrustedOtherwise,
  mismatchedVerifier,
  signingCertificate,
} from '../../model/roles/signing.ts';
import type { Layout } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { actionDefaults, inTheWay, notSeen, type Obstacle, on, refusal, requestTargets, rotated } from './action.ts';
import { leafSpec } from './certificate-spec.ts';
import { keptKeyOf, keyNotes, unusable, unusableKey } from './feasibility.ts';
import { isSound, isUnknown, kubeconfigSpec, rewritten, serverNotes, unknown } from './kubeconfig.ts';
import type { Settings } from './settings.ts';
import { isOrphaned, isSignedElsewhere, isStranger, type Signers, unsigned } from './signers.ts';

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
export function planLeaf(role: Role, context: LeafContext): Action | Obstacle | undefined {
  const { pki, settings, signers } = context;
  if (role.seen === 'unseen') return notSeen(role.id, role);
  const fate = fateOf(role, settings, signers, context.findings(role.id));
  if (fate === undefined) return undefined;
  if (isRotated(role) && !fate.fill) return fate.asked ? rotated(role, isOrphaned(role, signers)) : undefined;
  if (!fate.fill && isKeptByKubelet(role, pki) && !isOrphaned(role, signers) && !isCalledFor(role, settings)) {
    return undefined;
  }
  // What can be signed here needs no request.
  const requests = signers.endOf(role.parent.id) === undefined ? settings.requests : undefined;
  if (fate.byEnd && !fate.asked && isSignedElsewhere(role, signers) && requests === undefined) return undefined;
  return refusedBecause(role, requests, context) ?? draftLeaf(role, fate, requests, context);
}

/** Whether a person has called for its replacement. */
function isCalledFor({ id }: Role, { replace, unattended }: Settings): boolean {
  return replace.has(id) && !unattended;
}

/** Why a role cannot be issued, whatever its certificate is to say. */
function refusedBecause(
  role: Role,
  requests: string | undefined,
  { pki, settings, signers }: LeafContext,
): Refusal | undefined {
  if (pki.kind === 'worker' && role.id !== roleIds.kubelet) {
    return refusal(role.id, 'this node is a worker', 'name the control-plane node for which it is');
  }
  if (requests !== undefined) return undefined;
  const nobody = inTheWay(role.id, filesOfRole(role), role.recommended, pki) ?? unsigned(role, pki.kind, signers);
  if (nobody) return nobody;
  return isOrphaned(role, signers) ? undefined : signedByAnother(role, pki, settings);
}

/** Why what the CA of the tables signs would be worth nothing on this node. */
function signedByAnother(role: Role, pki: Pki, { replace, now }: Settings): Refusal | undefined {
  const { parent } = role;
  if (isStranger(parent)) {
    if (replace.has(role.id)) return undefined;
    const message = `${parent.source.path} has signed none of this node's certificates`;
    const named = parent.leaves.map(({ id }) => id).join(',');
    return refusal(role.id, message, `put back the CA that did; or, if this one is right: --replace ${named}`);
  }
  const verifier = role.leaf === undefined ? mismatchedVerifier(role) : undefined;
  if (verifier !== undefined) {
    const message = `it is verified by ${verifier}, whose file does not hold ${parent.id}`;
    return refusal(
      role.id,
      message,
      `issue it where that CA is kept; or, if the argument is wrong, put it right first`,
    );
  }
  const signer = signingCertificate(parent, now);
  if (!isTrustedOtherwise(role, pki, signer ? [signer] : parent.certificates)) return undefined;
  const message = `it is verified by another CA than ${parent.id}, which alone could sign it here`;
  return refusal(role.id, message, 'issue it where that CA is kept');
}

function draftLeaf(role: Role, fate: Fate, requests: string | undefined, context: LeafContext): Action | Obstacle {
  const { pki, settings, signers, first, findings } = context;
  const spec = leafSpec(role, pki, settings, signers.endOf(role.parent.id), fate.fill ? undefined : role.leaf);
  const keeps = role.kind === 'kubeconfig' && !fate.fill && isSound(role, findings(role.id));
  const server = role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings, keeps) : null;
  const lost = fate.fill && role.id === roleIds.apiServer && !first;
  const addresses = [
    ...(isUnknown(server) ? server : []),
    ...(lost && sharedEndpoint(pki) === undefined ? [askedEndpoint] : []),
  ];
  if (!spec.known || isUnknown(server) || addresses.length > 0) {
    const missing = [...missingOptions(role, pki), ...(addresses.length > 0 ? ['--control-plane-endpoint'] : [])];
    return { ...unknown(role.id, [...(spec.known ? [] : spec.missing), ...addresses]), missing };
  }
  const kept = keptKeyOf(role, fate.fill, requests !== undefined, settings);
  const useless = unusable(role.id, spec.spec, server) ?? unusableKey(role, kept, fate.fill);
  if (useless) return useless;
  const notes = [
    ...spec.notes,
    ...(lost ? [lostNames] : []),
    ...serverNotes(role, pki, first),
    ...keyNotes(kept),
    ...(server !== null && !fate.fill && !keeps ? [rewritten] : []),
    ...(settings.requests !== undefined && requests === undefined ? [signedHere] : []),
  ];
  const made = { certificate: spec.spec, algorithm: kept ? 'kept' : settings.algorithm, notes } as const;
  return leafAction(role, fate, requests, { ...made, kubeconfig: server, layout: pki.layout });
}

type LeafParts = Pick<KeyedAction, 'algorithm' | 'notes'> & {
  readonly certificate: CertificateSpec;
  readonly kubeconfig: KubeconfigSpec | null;
  readonly layout: Layout;
};

function leafAction(role: Role, { fill, why }: Fate, requests: string | undefined, parts: LeafParts): KeyedAction {
  const { kubeconfig, layout, ...made } = parts;
  const keepsKey = made.algorithm === 'kept';
  const own = role.kind === 'certificate' && role.key ? on(role.key.path) : null;
  const defaults = actionDefaults(role.id, layout.remedies);
  if (requests !== undefined) {
    const files = requestTargets(requests, role.id, layout);
    const after = 'is installed once it is signed: --import';
    const keyTarget = keepsKey && own ? own : files.keyTarget;
    return { ...defaults, kind: 'request', role: role.id, why, ...files, keyTarget, ...made, after };
  }
  const common = { role: role.id, why, target: on(role.path), ...made, issuer: { role: role.parent.id } };
  if (!fill) {
    const replaces = replacedBy(role, keepsKey);
    return { ...defaults, kind: 're-issue', ...common, keyTarget: own, kubeconfig, replaces };
  }
  if (kubeconfig === null) return { ...defaults, kind: 'issue', ...common, keyTarget: own };
  return { ...defaults, kind: 'kubeconfig', ...common, kubeconfig };
}

const askedEndpoint = 'the address by which all API servers are dialled (--control-plane-endpoint)';
const lostNames = 'further names of the certificate that is missing are not known: --san adds them';
const signedHere = 'needs no request: the key of its CA is at hand';

function replacedBy(role: Role, keepsKey: boolean): readonly string[] {
  const key = role.kind === 'certificate' && !keepsKey && role.key?.seen === 'present' ? [role.key.path] : [];
  return [...new Set([...(role.seen === 'absent' ? [] : [role.path]), ...key])];
}

export interface Fate {
  /** Whether nothing is there. */
  readonly fill: boolean;
  /** Whether it was named. */
  readonly asked: boolean;
  /** Whether that it ends is the reason. */
  readonly byEnd?: boolean;
  readonly why: readonly string[];
}

/** Whether `--renew` is meant for it. */
export function isEnding(role: Role, { renewBefore }: Settings): boolean {
  return renewBefore !== undefined && (earliestExpiry(role) ?? Number.POSITIVE_INFINITY) <= renewBefore;
}

/** Whether it ends with its CA already, so that no certificate of that CA would end later. */
export function endsWithCa(role: Role, signers: Signers): boolean {
  const end = signers.endOf(role.parent.id);
  return end !== undefined && (earliestExpiry(role) ?? Number.NEGATIVE_INFINITY) >= end;
}

/** undefined: it stays as it is. `findings`: what lint says of it. */
export function fateOf(
  role: Role,
  settings: Settings,
  signers: Signers,
  findings: readonly Finding[],
): Fate | undefined {
  const told = findings.filter(({ severity }) => severity !== 'info');
  const reasons = told.map(({ rule, message }) => `${rule}: ${message}`);
  if (role.seen === 'absent') {
    const rule: KnownRuleId = role.kind === 'kubeconfig' ? 'kubeconfig/present' : 'cert/present';
    // A key beside it is used: it may be what an earlier run left, or a request's.
    return { fill: true, asked: true, why: reasons.length > 0 ? reasons : [`${rule}: ${role.id} is missing`] };
  }
  if (settings.replace.has(role.id)) return { fill: false, asked: true, why: [`--replace ${role.id}`, ...reasons] };
  if (isOrphaned(role, signers)) {
    return { fill: false, asked: true, why: [`${role.parent.id} is replaced, which signed it`] };
  }
  if (!isEnding(role, settings) || endsWithCa(role, signers)) return undefined;
  const end = earliestExpiry(role) ?? settings.now;
  const why = [`it ${end <= settings.now ? 'ended' : 'ends'} on ${dateOf(end)}`, ...reasons];
  return { fill: false, asked: settings.only.has(role.id), byEnd: true, why };
}

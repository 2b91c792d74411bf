/** Plans the leaf certificates and kubeconfigs. */

import { dateOf } from '../../core/time.ts';
import { sharedEndpoint } from '../../model/cluster/cluster.ts';
import { missingOptions } from '../../model/dialling/expected.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { keepsOwnCredential } from '../../model/trust/sharing.ts';
import {
  earliestExpiry,
  filesOfRole,
  isKeptByKubelet,
  isTrustedOtherwise,
  mismatchedVerifier,
  signingCertificate,
} from '../../model/trust/signing.ts';
import type { Finding } from '../../results/finding.ts';
import type { Action } from '../../results/issue/action.ts';
import type { Refusal } from '../../results/issue/plan.ts';
import { roleIds, roleOfId } from '../../tables/role-ids.ts';
import type { KnownRuleId } from '../../tables/rule-files.ts';
import {
  actionDefaults,
  notSeen,
  type Obstacle,
  onNode,
  refusal,
  requestTargets,
  rotated,
  swapProblem,
  targetProblem,
} from './action.ts';
import { isMissing, leafTemplate } from './certificate-spec.ts';
import { keptKeyOf, keyNotes, typeOfKey, unusable, unusableKey } from './feasibility.ts';
import { factsMissing, isSound, kubeconfigSpec, rewrittenNote, serverNotes } from './kubeconfig.ts';
import { newKeyOf, specForKey, unverifiable } from './ml-dsa.ts';
import type { PlanContext, Settings } from './settings.ts';
import { hasSignedNothing, isOrphaned, isSignedElsewhere, type Signers, unsigned } from './signers.ts';

/** What leaves are planned with, once the CAs are planned. */
interface LeafContext extends PlanContext {
  readonly signers: Signers;
}

/** The action of a role, or why it cannot be done; undefined if there is nothing to do. */
export function planLeaf(role: Role, context: LeafContext): Action | Obstacle | undefined {
  const { pki, settings, signers } = context;
  if (role.seen === 'unseen') return notSeen(role.id, role);
  const decision = decisionFor(role, settings, signers, context.findings(role.id));
  if (decision === undefined) return undefined;
  if (keepsOwnCredential(role, pki) && !decision.missing)
    return decision.requested ? rotated(role, pki, isOrphaned(role, signers)) : undefined;
  const isNeeded = decision.missing || isOrphaned(role, signers);
  const isNamed = settings.replace.has(role.row.role) && !settings.unattended;
  if (!isNeeded && !isNamed && isKeptByKubelet(role, pki)) return undefined;
  // A certificate that can be signed here needs no request.
  const requests = signers.endOf(role.parent.id) === undefined ? settings.requests : undefined;
  if (!decision.requested && isSignedElsewhere(role, signers) && requests === undefined) return undefined;
  return refusalFor(role, requests, context) ?? draftLeaf(role, decision, requests, context);
}

/** Why a role cannot be issued, whatever the content of its certificate. */
function refusalFor(role: Role, requests: string | undefined, context: LeafContext): Refusal | undefined {
  const { pki, settings, signers } = context;
  if (pki.kind === 'worker' && role.row.on !== 'any' && role.row.on !== 'worker') {
    return refusal(role.id, 'this node is a worker', 'name the control-plane node that needs it');
  }
  if (requests !== undefined) return swapProblem(role.id, filesOfRole(role), pki);
  const { parent } = role;
  const problem =
    targetProblem(role.id, filesOfRole(role), role.recommended, pki) ??
    (isOrphaned(role, signers) ? undefined : swapProblem(role.id, [parent.source.path, parent.key.path], pki)) ??
    unsigned(role, signers) ??
    (signers.created.has(parent.id) ? undefined : unverifiable(role.id, parent, context));
  if (problem) return problem;
  return isOrphaned(role, signers) ? undefined : signedByAnother(role, pki, settings);
}

/** Why a certificate of the CA of the tables would not verify on this node. */
function signedByAnother(role: Role, pki: Pki, { replace, now }: Settings): Refusal | undefined {
  const { parent } = role;
  if (hasSignedNothing(parent)) {
    if (replace.has(role.row.role)) return undefined;
    const message = `${parent.source.path} has signed none of this node's certificates`;
    const named = [...new Set(parent.leaves.map(({ id }) => roleOfId(id)))].join(',');
    return refusal(role.id, message, `restore the CA that did; or, if this one is right: --replace ${named}`);
  }
  const verifier = role.leaf === undefined ? mismatchedVerifier(role, pki) : undefined;
  if (verifier !== undefined) {
    const message = `it is verified by ${verifier}, whose file does not contain ${parent.id}`;
    return refusal(role.id, message, 'issue it where that CA is kept; or, if the flag is wrong, correct it first');
  }
  const signer = signingCertificate(parent, now);
  if (!isTrustedOtherwise(role, pki, signer ? [signer] : parent.certificates)) return undefined;
  const message = `it is verified by a different CA, and only ${parent.id} could sign it here`;
  return refusal(role.id, message, 'issue it where that CA is kept');
}

function draftLeaf(
  role: Role,
  decision: Decision,
  requests: string | undefined,
  context: LeafContext,
): Action | Obstacle {
  const { pki, settings, signers, cluster, findings } = context;
  const { missing: isNew, why } = decision;
  const template = leafTemplate(role, pki, settings, signers.endOf(role.parent.id), isNew ? undefined : role.leaf);
  const keeps = role.kind === 'kubeconfig' && !isNew && isSound(role, findings(role.id));
  const server = role.kind === 'kubeconfig' ? kubeconfigSpec(role, pki, settings, keeps) : null;
  const isFirst = cluster === undefined;
  const lost = isNew && role.row.role === roleIds.apiServer && !isFirst;
  const addresses = [
    ...(isMissing(server) ? server : []),
    ...(lost && sharedEndpoint(pki) === undefined ? [endpointFact] : []),
  ];
  if (isMissing(template) || isMissing(server) || addresses.length > 0) {
    const missing = [...missingOptions(role, pki), ...(addresses.length > 0 ? ['--control-plane-endpoint'] : [])];
    return { ...factsMissing(role.id, [...(isMissing(template) ? template : []), ...addresses]), missing };
  }
  const kept = keptKeyOf(role, isNew, requests !== undefined, settings);
  const made = kept ? undefined : newKeyOf(role.id, role.parent, context);
  const problem = unusable(role.id, template.spec, server) ?? unusableKey(role, kept, isNew) ?? made?.refusal;
  if (problem) return problem;
  const notes = [
    ...template.notes,
    ...(lost ? [lostNames] : []),
    ...serverNotes(role, pki, isFirst),
    ...keyNotes(kept, settings),
    ...(made?.notes ?? []),
    ...(server !== null && !isNew && !keeps ? [rewrittenNote(pki)] : []),
    ...(settings.requests !== undefined && requests === undefined ? [signedHere] : []),
  ];
  const algorithm = made?.algorithm ?? 'kept';
  const certificate = specForKey(template.spec, kept ? typeOfKey(kept) : algorithm);
  const common = { why, certificate, algorithm, notes } as const;
  const own = role.kind === 'certificate' && role.key ? onNode(role.key.path) : null;
  if (requests !== undefined) {
    const files = requestTargets(requests, role.id, pki.layout);
    const keyTarget = kept && own ? own : files.keyTarget;
    const after = 'is installed with --import once it is signed';
    return { ...actionDefaults('request', role.id, pki), ...common, ...files, keyTarget, after };
  }
  const issued = { ...common, target: onNode(role.path), issuer: { role: role.parent.id } };
  if (!isNew) {
    const replaces = replacedBy(role, kept !== undefined);
    return { ...actionDefaults('re-issue', role.id, pki), ...issued, keyTarget: own, kubeconfig: server, replaces };
  }
  if (server === null) return { ...actionDefaults('issue', role.id, pki), ...issued, keyTarget: own };
  return { ...actionDefaults('kubeconfig', role.id, pki), ...issued, kubeconfig: server };
}

const endpointFact = 'the shared address of all API servers (--control-plane-endpoint)';
const lostNames = 'other names of the missing certificate are not known: --san adds them';
const signedHere = 'needs no request: the key of its CA is available';

function replacedBy(role: Role, keepsKey: boolean): readonly string[] {
  const key = role.kind === 'certificate' && !keepsKey && role.key?.seen === 'present' ? [role.key.path] : [];
  return [...new Set([...(role.seen === 'absent' ? [] : [role.path]), ...key])];
}

/** Why and how a role is issued. */
interface Decision {
  /** Whether its file does not exist yet. */
  readonly missing: boolean;
  /** Whether it is missing, was named, or lost its CA: otherwise its expiry is the only reason. */
  readonly requested: boolean;
  readonly why: readonly string[];
}

/** Whether `--renew` applies to it. */
export function isExpiring(role: Role, { renewBefore }: Settings): boolean {
  return renewBefore !== undefined && (earliestExpiry(role) ?? Number.POSITIVE_INFINITY) <= renewBefore;
}

/** Whether it expires with its CA already, so that a new certificate of that CA would not expire later. */
export function expiresWithCa(role: Role, signers: Signers): boolean {
  const end = signers.endOf(role.parent.id);
  return end !== undefined && (earliestExpiry(role) ?? Number.NEGATIVE_INFINITY) >= end;
}

/** undefined: the role stays as it is. `findings`: what lint reports about it. */
function decisionFor(
  role: Role,
  settings: Settings,
  signers: Signers,
  findings: readonly Finding[],
): Decision | undefined {
  const reasons = findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, message }) => `${rule}: ${message}`);
  if (role.seen === 'absent') {
    const rule: KnownRuleId = role.kind === 'kubeconfig' ? 'kubeconfig/present' : 'cert/present';
    // An existing key is used: it may be from an earlier run, or from a request.
    return { missing: true, requested: true, why: reasons.length > 0 ? reasons : [`${rule}: ${role.id} is missing`] };
  }
  if (settings.replace.has(role.row.role))
    return { missing: false, requested: true, why: [`--replace ${role.row.role}`, ...reasons] };
  if (isOrphaned(role, signers)) {
    return { missing: false, requested: true, why: ['its CA is replaced'] };
  }
  if (!isExpiring(role, settings) || expiresWithCa(role, signers)) return undefined;
  const end = earliestExpiry(role) ?? settings.now;
  const why = [`it ${end <= settings.now ? 'expired' : 'expires'} on ${dateOf(end)}`, ...reasons];
  return { missing: false, requested: settings.only.has(role.row.role), why };
}

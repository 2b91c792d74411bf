/** What becomes of the CAs of a node: which are made or installed, and which of them all can sign then. */

import type { Action } from '../../core/action.ts';
import type { Refusal } from '../../core/plan.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { type AuthorityContext, planAuthority, planRoot, rootRole } from './authority.ts';
import type { Settings } from './settings.ts';
import { type OffNodeCa, type Signer, type Signers, signerNow } from './signers.ts';

export interface AuthorityPlan {
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
  readonly signers: Signers;
}

/** Plans the CAs: those that are missing, and those whose replacement was spelled out. */
export function planAuthorities(
  pki: Pki,
  wanted: readonly Authority[],
  kept: ReadonlyMap<string, OffNodeCa>,
  settings: Settings,
): AuthorityPlan {
  const actions: Action[] = [];
  const refusals: Refusal[] = [];
  const created = new Set<string>();
  const signers = new Map<string, Signer | undefined>();
  for (const one of pki.authorities) signers.set(one.id, signerNow(one, kept.get(one.id), settings.now));
  const root = planRoot(settings, kept.get(rootRole));
  for (const authority of wanted) {
    const { id } = authority;
    const { action, refusal, isAnother } = planAuthority(
      authority,
      authorityContext(authority, pki, kept, settings),
      root,
    );
    if (refusal) refusals.push(refusal);
    if (action === undefined) {
      if (refusal && authority.source.seen === 'absent') signers.set(id, { problem: refusal.message });
      continue;
    }
    actions.push(action);
    if (action.kind === 'install')
      signers.set(id, signerNow({ ...authority, loaded: undefined }, kept.get(id), settings.now));
    else signers.set(id, { end: Date.parse(action.certificate.notAfter) });
    if (isAnother) created.add(id);
  }
  const needsRoot = actions.some(({ issuer }) => issuer !== null && issuer !== 'self');
  const told = (id: string): { readonly end?: number; readonly problem?: string } => signers.get(id) ?? {};
  return {
    actions: needsRoot && root?.action ? [root.action, ...actions] : actions,
    refusals,
    signers: { endOf: (id) => told(id).end, problemOf: (id) => told(id).problem, created },
  };
}

function authorityContext(
  authority: Authority,
  pki: Pki,
  kept: ReadonlyMap<string, OffNodeCa>,
  settings: Settings,
): AuthorityContext {
  const isOfOthers = (one: Authority) => signsAt(one, pki) === 'elsewhere';
  const isThere = (one: Authority) => one.source.seen === 'present' || kept.has(one.id);
  const hasOthers = pki.authorities.some((one) => isThere(one) && !isOfOthers(one));
  const joins = pki.node.kubeadmConfig?.joins ?? false;
  const off = kept.get(authority.id);
  return {
    pki,
    settings,
    kept: off?.signer && { ...off, signer: off.signer },
    isElsewhere: isOfOthers(authority),
    isInCluster: (hasOthers || joins) && !settings.only.has(authority.id),
  };
}

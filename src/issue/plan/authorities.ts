/** Plans the CAs of a node: which are created or installed, and which can sign then. */

import type { Authority } from '../../model/roles/role.ts';
import type { Action } from '../../results/issue/action.ts';
import type { Refusal } from '../../results/issue/plan.ts';
import { planAuthority, planRoot, rootRole } from './authority.ts';
import type { PlanContext } from './settings.ts';
import { type Signer, type Signers, signerNow } from './signers.ts';

/** Plans the `wanted` CAs: those that are missing, and those whose replacement was requested. */
export function planAuthorities(
  context: PlanContext,
  wanted: readonly Authority[],
): { readonly actions: readonly Action[]; readonly refusals: readonly Refusal[]; readonly signers: Signers } {
  const { pki, settings, offNode } = context;
  const actions: Action[] = [];
  const refusals: Refusal[] = [];
  const created = new Set<string>();
  const renewed = new Set<string>();
  const signerOf = (one: Authority) => signerNow(one, offNode.get(one.id), settings.now);
  const signers = new Map<string, Signer | undefined>(pki.authorities.map((one) => [one.id, signerOf(one)]));
  const root = planRoot(settings, offNode.get(rootRole));
  for (const authority of wanted) {
    const { id } = authority;
    const { action, refusal, isAnother } = planAuthority(authority, context, root);
    if (refusal) refusals.push(refusal);
    if (action === undefined) {
      if (refusal && authority.source.seen === 'absent') signers.set(id, { problem: refusal.message });
      continue;
    }
    actions.push(action);
    const isInstalled = action.kind === 'install';
    signers.set(
      id,
      isInstalled ? signerOf({ ...authority, loaded: undefined }) : { end: Date.parse(action.certificate.notAfter) },
    );
    if (isAnother) created.add(id);
    else if (action.replaces.length > 0) renewed.add(id);
  }
  const needsRoot = actions.some(({ issuer }) => issuer !== null && issuer !== 'self');
  const signer = (id: string): { readonly end?: number; readonly problem?: string } => signers.get(id) ?? {};
  return {
    actions: needsRoot && root?.action ? [root.action, ...actions] : actions,
    refusals,
    signers: { endOf: (id) => signer(id).end, problemOf: (id) => signer(id).problem, created, renewed },
  };
}

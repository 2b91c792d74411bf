/** Building actions: what most of them leave out has its default here. */
import type { NodeKind } from '../../core/report.ts';
import { remedyRows } from '../../spec/catalog.ts';
import type { Action, Refusal, Target } from '../types.ts';

export type Draft = Pick<Action, 'kind' | 'role' | 'why' | 'target'> & Partial<Action>;

/** An action, with what must restart after it on a node of that kind. */
export function actionFor(draft: Draft, kind?: NodeKind): Action {
  const row = remedyRows.find(({ role }) => role === draft.role);
  return {
    keyTarget: null,
    certificate: null,
    issuer: null,
    algorithm: null,
    kubeconfig: null,
    mode: null,
    replaces: [],
    after: (kind === 'worker' ? row?.worker : undefined) ?? row?.after ?? 'nothing needs a restart',
    notes: [],
    ...draft,
  };
}

/** What is not done, and what to do about it. */
export const refusal = (role: string, message: string, hint: string): Refusal => ({ role, message, hint });

/** A file on the node. */
export function on(path: string): Target {
  return { on: 'node', path };
}

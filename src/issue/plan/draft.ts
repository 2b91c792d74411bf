/** Building actions: what most of them leave out has its default here. */
import { remedyRows } from '../../spec/catalog.ts';
import type { Action, Refusal, Target } from '../types.ts';

export type Draft = Pick<Action, 'kind' | 'role' | 'why' | 'target'> & Partial<Action>;

/** An action, with what must restart after it. */
export function actionFor(draft: Draft): Action {
  return {
    keyTarget: null,
    certificate: null,
    issuer: null,
    algorithm: null,
    kubeconfig: null,
    mode: null,
    replaces: [],
    after: remedyRows.find((row) => row.role === draft.role)?.after ?? 'nothing needs a restart',
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

/** The ClusterRoleBindings that an installer makes for joining nodes, kubelets and kube-proxy. */
import table from '../../rules/tables/work-bindings.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';

/** A ClusterRoleBinding, and the work that needs it. */
export interface WorkBinding {
  readonly work: 'join' | 'rotation' | 'kube-proxy';
  readonly name: NonEmptyString;
  readonly clusterRole: NonEmptyString;
  /** The option of `kubectl create clusterrolebinding` for its subject. */
  readonly kind: 'group' | 'serviceaccount';
  readonly subject: NonEmptyString;
  /** What fails without it. */
  readonly without: NonEmptyString;
  /** The fix of its rule, if that is not the usual one: the installer makes the role too. */
  readonly fix?: 'own-role';
}

export const workBindings = table.rows as readonly WorkBinding[];

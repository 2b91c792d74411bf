import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** A healthy control plane whose API server has more names. */
export function naming(number: 1 | 2 | 3, ...more: readonly `${'DNS' | 'IP'}:${string}`[]): NodeTree {
  const service = ['', '.default', '.default.svc', '.default.svc.cluster.local'].map((end) => `kubernetes${end}`);
  const names = [`cp-${number}`, 'lb.example.test', ...service].map((name) => `DNS:${name}` as const);
  const addresses = ['IP:10.96.0.1', `IP:192.0.2.${9 + number}`] as const;
  return controlPlane(number).issue('kube-apiserver', { sans: [...names, ...addresses, ...more] });
}

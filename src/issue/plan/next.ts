/** What is to be done on the machines once a plan is written. */
import type { Pki } from '../../model/pki.ts';
import { remedyRows } from '../../spec/catalog.ts';
import type { Action } from '../types.ts';

/** In the order of restarting: servers before those who dial them. */
const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'] as const;

const pods = 'move its manifest out of the static pod folder, wait 20 seconds, move it back';
const how: Readonly<Record<string, string>> = { kubelet: 'systemctl restart kubelet' };

/** Steps in order. `fresh`: nothing runs there yet that could be restarted. */
export function nextSteps(actions: readonly Action[], pki: Pki, fresh: boolean): readonly string[] {
  const written = actions.filter(({ kind, target }) => kind !== 'chmod' && target.on === 'node');
  const requests = actions.filter(({ kind }) => kind === 'request').map(({ after }) => after);
  // A copy of the old one is in the hands of people; of a new one there is none yet.
  const copies = written.filter(({ role, replaces }) => role === 'admin.conf' && replaces.length > 0);
  const steps = [...(fresh ? [] : restarts(written, pki)), ...copies.map(({ after }) => after), ...requests];
  return [...new Set(steps)];
}

function restarts(written: readonly Action[], { kind, facts }: Pki): readonly string[] {
  const rows = remedyRows.filter(({ role }) => written.some((action) => action.role === role));
  const readAtStart = new Set(rows.flatMap((row) => row.restarts));
  return components
    .filter((name) => readAtStart.has(name))
    .filter((name) => (kind === 'worker' ? name === 'kubelet' : name !== 'etcd' || facts.etcd?.value !== 'external'))
    .map((name) => `restart ${name}: ${how[name] ?? pods}`);
}

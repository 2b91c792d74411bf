/** What is to be done on the machines once a plan is written. */

import type { Action } from '../../core/action.ts';
import { componentNamed } from '../../core/arguments.ts';
import type { CertificateSpec, ClusterCommand } from '../../core/plan.ts';
import { shellWord } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Remedies } from '../../tables/remedies.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { rowLine } from '../../tables/steps.ts';

/** Steps in order. `finished`: roles that an earlier run has begun and this one has finished. */
export function nextSteps(
  actions: readonly Action[],
  finished: readonly string[],
  pki: Pki,
  requests: string | undefined,
): readonly string[] {
  const written = actions.filter(({ kind, target }) => kind !== 'chmod' && target.on === 'node');
  // A copy of the old one is in the hands of people; of a new one there is none yet.
  const copies = written.filter(({ role, replaces }) => role === roleIds.admin && replaces.length > 0);
  const { remedies } = pki.layout;
  const roles = [...written.map(({ role }) => role), ...finished];
  return [
    ...new Set([
      ...restarts(roles, pki),
      ...copies.flatMap(({ role }) =>
        remedies.rows.flatMap((row) => (row.role === role ? rowLine(row.after, remedies) : [])),
      ),
      ...(requests === undefined ? [] : wayBack(actions, requests, pki)),
    ]),
  ];
}

/** Nothing restarts that does not run. Of a bare folder of certificates nobody can tell. */
function restarts(written: readonly string[], pki: Pki): readonly string[] {
  if (runsNothing(pki)) return [];
  const { node, kind, facts } = pki;
  const { remedies } = pki.layout;
  const readAtStart = new Set<string>(
    remedies.rows.filter(({ role }) => written.includes(role)).flatMap((row) => row.restarts),
  );
  // A worker's kubelet is all that reads there; it trusts the CA that its configuration names.
  if (kind === 'worker') return written.length > 0 ? restartLines(remedies, (name) => name === 'kubelet') : [];
  const isHere = (name: string) => name === 'kubelet' || !node.beyondPki || componentNamed(node, name) !== undefined;
  return restartLines(
    remedies,
    (name) => readAtStart.has(name) && isHere(name) && (name !== 'etcd' || facts.etcd?.value !== 'external'),
  );
}

function restartLines(remedies: Remedies, isMeant: (component: string) => boolean): readonly string[] {
  return remedies.restarts.flatMap(({ component, restart }) =>
    isMeant(component) ? `restart ${component}: ${rowLine(restart, remedies)}` : [],
  );
}

/** Whether nothing of a node's components is set up yet. */
export function runsNothing({ node, kind }: Pki): boolean {
  return node.beyondPki && node.components.length === 0 && kind !== 'worker';
}

/** What becomes of requests. */
function wayBack(actions: readonly Action[], folder: string, { roles }: Pki): readonly string[] {
  const asked = actions.filter(({ kind }) => kind === 'request').map(({ role }) => role);
  if (asked.length === 0) return [];
  const there = asked.filter((id) => roles.some((role) => role.id === id && role.seen !== 'absent'));
  const replace = there.length === 0 ? '' : ` --replace ${there.join(',')}`;
  return [
    `have the requests in ${folder} signed, and put each certificate beside its request, as .crt`,
    `then, with the same PATH and facts: pki-lint issue --import ${shellWord(folder)}${replace}`,
  ];
}

interface Binding {
  /** Who needs it: roles, by the group in their certificate, or by the user that they are without one. */
  readonly roles: readonly string[];
  readonly subject: (certificate: CertificateSpec) => string | undefined;
  readonly binding: string;
  readonly clusterRole: string;
}

const admins = 'kubeadm:cluster-admins';
const kubeletClient = roleIds.kubeletClient;

/** kubeadm's bootstrap phases (KEP-4214; kubernetes/kubernetes#138957). Names of strangers, which another CA signed, are none of them. */
const bindings: readonly Binding[] = [
  {
    roles: [roleIds.admin, kubeletClient],
    subject: ({ organizations }) => (organizations.includes(admins) ? `--group=${admins}` : undefined),
    binding: admins,
    clusterRole: 'cluster-admin',
  },
  {
    roles: [kubeletClient],
    subject: ({ organizations, commonName }) =>
      organizations.length === 0 && commonName === kubeletClient ? `--user=${kubeletClient}` : undefined,
    binding: 'kubeadm:apiserver-kubelet-client',
    clusterRole: 'system:kubelet-api-admin',
  },
];

/**
 * The commands that a plan calls for, as kubectl with an administrator's rights takes them. Who had that identity before is
 * bound already.
 */
export function commandsFor(actions: readonly Action[], pki: Pki): readonly ClusterCommand[] {
  return bindings.flatMap((one): ClusterCommand[] => {
    const needed = one.roles.flatMap((id) => {
      const certificate = actions.find(({ role, kind }) => role === id && kind !== 'request')?.certificate;
      const subject = certificate ? one.subject(certificate) : undefined;
      return certificate && subject && !isBound(id, certificate, pki) ? [{ id, subject }] : [];
    });
    const [first] = needed;
    if (first === undefined) return [];
    const words = `create clusterrolebinding ${one.binding} --clusterrole=${one.clusterRole} ${first.subject}`;
    const who = needed.map(({ id }) => id).join(', ');
    const why = `${who} may do nothing without this binding, which a cluster needs once (AlreadyExists: it has it)`;
    return [{ why, command: `kubectl${credentialFor(actions, pki)} ${words}` }];
  });
}

function isBound(id: string, { organizations, commonName }: CertificateSpec, { roles }: Pki): boolean {
  const old = roles.find((one) => one.id === id)?.leaf?.subject;
  return old?.commonName === commonName && old.organizations.join() === organizations.join();
}

/** super-admin.conf may bind whatever is bound. Else whoever reads has to say as whom: the new admin.conf may not yet. */
function credentialFor(actions: readonly Action[], { roles }: Pki): string {
  const id = roleIds.superAdmin;
  const role = roles.find((one) => one.id === id);
  const isThere = role?.seen === 'present' || actions.some((one) => one.role === id);
  return isThere && role ? ` --kubeconfig ${shellWord(role.path)}` : '';
}

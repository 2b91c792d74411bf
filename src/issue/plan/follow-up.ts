/** What remains to be done on the machines after a plan is written. */

import type { Action } from '../../core/action.ts';
import { stepLine } from '../../core/fix.ts';
import type { CertificateSpec, ClusterCommand } from '../../core/plan.ts';
import { shellWord } from '../../core/text.ts';
import { restartSteps } from '../../lint/restarts.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { reloadOf } from '../../model/roles/reloads.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { rowLine } from '../../tables/steps.ts';

/** Steps in order. `finished`: roles that an earlier run had begun and this one has finished. */
export function nextSteps(
  actions: readonly Action[],
  finished: readonly string[],
  pki: Pki,
  requests: string | undefined,
): readonly string[] {
  const written = actions.filter(({ kind, target }) => kind !== 'chmod' && target.on === 'node');
  // Users have copies of an old file; of a new one there are none yet.
  const hasCopies = written.some(({ role, replaces }) => role === roleIds.admin && replaces.length > 0);
  const copied = hasCopies ? reloadOf(pki, roleIds.admin) : undefined;
  const roles = [...written.map(({ role }) => role), ...finished];
  return [
    ...new Set([
      ...restarts(roles, pki),
      ...(copied ? [rowLine(copied.step, pki.layout.remedies)] : []),
      ...(requests === undefined ? [] : requestSteps(actions, requests, pki)),
    ]),
  ];
}

/** Only components that run restart. If the input is only a PKI directory, that is not known. */
function restarts(written: readonly string[], pki: Pki): readonly string[] {
  if (hasNoComponents(pki)) return [];
  const restarting = new Set<string>(written.flatMap((role) => reloadOf(pki, role)?.restarts ?? []));
  return restartSteps(restarting, new Set(), pki).map(stepLine);
}

/** Whether no component of a node is set up yet. */
export function hasNoComponents({ node, kind }: Pki): boolean {
  return node.beyondPki && node.components.length === 0 && kind !== 'worker';
}

/** How to get requests signed and installed. */
function requestSteps(actions: readonly Action[], folder: string, { roles }: Pki): readonly string[] {
  const requested = actions.filter(({ kind }) => kind === 'request').map(({ role }) => role);
  if (requested.length === 0) return [];
  const there = requested.filter((id) => roles.some((role) => role.id === id && role.seen !== 'absent'));
  const replace = there.length === 0 ? '' : ` --replace ${there.join(',')}`;
  return [
    `have the requests in ${folder} signed, and put each certificate beside its request, as .crt`,
    `then, with the same PATH and facts: pki-lint issue --import ${shellWord(folder)}${replace}`,
  ];
}

interface Binding {
  /** The roles that need the binding, by the group in their certificate, or by the user name if there is no group. */
  readonly roles: readonly string[];
  readonly subject: (certificate: CertificateSpec) => string | undefined;
  readonly binding: string;
  readonly clusterRole: string;
}

const admins = 'kubeadm:cluster-admins';
const kubeletClient = roleIds.kubeletClient;

/** kubeadm's bootstrap phases (KEP-4214; kubernetes/kubernetes#138957). Names that another CA has signed are not among them. */
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
 * The kubectl commands that a plan requires, for a user with administrator rights. An identity that a certificate had before is
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

/** super-admin.conf may create any binding. Without it the user must choose a credential: the new admin.conf is not bound yet. */
function credentialFor(actions: readonly Action[], { roles }: Pki): string {
  const id = roleIds.superAdmin;
  const role = roles.find((one) => one.id === id);
  const isThere = role?.seen === 'present' || actions.some((one) => one.role === id);
  return isThere && role ? ` --kubeconfig ${shellWord(role.path)}` : '';
}

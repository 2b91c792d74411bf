/** Rules `binding/*`: who is bound to the roles that the certificates of the nodes, and their kubelets, need. */
import { flagValue, listedValues } from '../../artifact/arguments.ts';
import { showsAddedBindings, showsBindings } from '../../model/objects/access.ts';
import { lackedFor, lackedRoles, neededBinding } from '../../model/objects/needed-bindings.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { isReadAsUser } from '../../model/trust/authorization.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { WorkBinding } from '../../tables/work-bindings.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { administratorOptions } from '../credentials/administrators.ts';

const unknown = skip('the dump does not contain the ClusterRoleBindings of a cluster');

export const bindingChecks = {
  'binding/identity': check('dump', function* ({ objects, nodes, at }) {
    if (nodes.length === 0) return yield skip('no node is in the input');
    if (!showsBindings(objects)) return yield unknown;
    if (!showsAddedBindings(objects))
      yield skip('the dump contains only the bindings that kube-apiserver makes itself');
    const seen = new Set<string>();
    for (const pki of nodes) {
      if (!usesBindings(pki)) continue;
      for (const role of pki.roles) {
        const needed = isReadAsUser(role, pki) ? neededBinding(role, pki, objects) : undefined;
        if (needed === undefined || seen.has(needed.subject + needed.clusterRole)) continue;
        seen.add(needed.subject + needed.clusterRole);
        const { name: binding, clusterRole: clusterrole, subject, without, path } = needed;
        const who = subject.replace(/^--(user|group)=/, '$1 ');
        const { options, admin, fix } = credentialFor(role, pki, at);
        const data = { name: binding, binding, clusterrole, who, without, path, admin };
        const lists = { subjectFlags: [subject], asAdmin: options };
        yield problem({ path: objects.label }, data, {
          object: `ClusterRoleBinding ${binding}`,
          key: subject,
          lists,
          ...(fix && { fix }),
        });
      }
    }
  }),
  'binding/join': workCheck('join'),
  'binding/join-role': check('dump', function* ({ objects }) {
    const lacked = lackedRoles(objects);
    if (lacked === undefined)
      return yield skip('the dump does not contain the RoleBindings of kube-system and kube-public');
    for (const { name: binding, namespace, configMap: configuration, subjects, without } of lacked) {
      const object = `RoleBinding ${namespace}/${binding}`;
      const data = { name: binding, binding, namespace, configuration, without };
      yield problem({ path: objects.label }, data, { object, key: binding, lists: { subjectFlags: subjects } });
    }
  }),
  'binding/rotation': workCheck('rotation'),
  'binding/kube-proxy': workCheck('kube-proxy'),
} as const;

/** Whether kube-apiserver of a node asks RBAC; a worker shows nothing else. */
function usesBindings({ node }: Pki): boolean {
  const server = node.components.find(({ name }) => name === 'kube-apiserver');
  if (server === undefined) return true;
  if (flagValue(node, 'kube-apiserver', 'authorization-config') !== undefined) return false;
  return listedValues(server, 'authorization-mode').includes('RBAC');
}

interface Credential {
  /** For kubectl. */
  readonly options: readonly string[];
  /** The path of super-admin.conf. */
  readonly admin: string;
  /** The fix, if that is not there. */
  readonly fix?: string;
}

/** The kubeconfig that may change bindings: not admin.conf, if it is what lacks its binding. */
function credentialFor(role: Role, pki: Pki, at: number): Credential {
  if (role.row.role !== roleIds.admin) return { options: administratorOptions(pki) ?? [], admin: '' };
  const admin = pki.roles.find((one) => one.row.role === roleIds.superAdmin);
  const path = admin?.path ?? `${role.path.slice(0, role.path.lastIndexOf('/'))}/super-admin.conf`;
  const isUsable = admin?.leaf !== undefined && admin.verified !== undefined && admin.leaf.notAfter >= at;
  return { options: ['--kubeconfig', path], admin: path, ...(!isUsable && { fix: 'no-administrator' }) };
}

/** Judges the bindings that an installer makes for some work. */
function workCheck(work: WorkBinding['work']) {
  return check('dump', function* ({ objects }): Generator<CheckResult> {
    if (!showsBindings(objects)) return yield unknown;
    const lacked = lackedFor(work, objects);
    if (lacked === undefined) return yield notApplicable('the dump has none of the bindings that an installer makes');
    for (const { name: binding, clusterRole: clusterrole, kind, subject, without, fix } of lacked) {
      const data = { name: binding, binding, clusterrole, who: subject, without };
      const lists = { subjectFlags: [`--${kind}=${subject}`] };
      yield problem({ path: objects.label }, data, {
        object: `ClusterRoleBinding ${binding}`,
        key: binding,
        lists,
        ...(fix && { fix }),
      });
    }
  });
}

/** Whether a Kubernetes server that trusts a client's certificate authorizes the name in it. */

import type { ConnectionRow } from '../../tables/connections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { authorizedNames, isAdministrators, missingGroups, unboundGroups } from '../trust/authorization.ts';
import { presentedBy } from './ends.ts';
import { type Answer, fails, type Step, step, undetermined } from './steps.ts';

/**
 * Simulates RBAC, the Node authorizer, or `--requestheader-allowed-names` (k8s.io/apiserver x509.go,
 * allowedCommonNames).
 */
export function identityStep(row: ConnectionRow, role: Role, client: Pki, server: Pki): Step {
  return step('identity', presentedBy(client, role), identityAnswer(row, role, client, server));
}

function identityAnswer(row: ConnectionRow, role: Role, client: Pki, server: Pki): Answer | undefined {
  if (!role.leaf) return undefined;
  const { commonName, organizations } = role.leaf.subject;
  const isProxy = role.row.authorizedBy === 'allowed-names';
  if (!isProxy && organizations.some((group) => isAdministrators(group, client))) return undefined;
  const names = authorizedNames(role, isProxy ? server : client);
  if (names === 'unknown') return undetermined('the node name is unknown (--node-name)');
  const isNamed = names?.includes(commonName) ?? true;
  if (!isNamed || missingGroups(role, client)) return fails(refusal(row, role, client));
  const { misspelled, unknown } = unboundGroups(role, client);
  if (misspelled.length + unknown.length === 0) return undefined;
  const refused = refusal(row, role, client);
  return undetermined(`without a ClusterRoleBinding of this user or of ${organizations.join(', ')}: ${refused}`);
}

/** The message of the table; for a kubelet with the name of another node, the message of the NodeRestriction plugin. */
function refusal({ forbidden }: ConnectionRow, role: Role, { facts }: Pki): string {
  const { commonName = '', organizations = [] } = role.leaf?.subject ?? {};
  const node = facts.nodeName?.value ?? '';
  const other = /^system:node:(.+)$/.exec(commonName)?.[1];
  if (role.row.role === roleIds.kubelet && other !== undefined && organizations.includes('system:nodes')) {
    return `nodes "${node}" is forbidden: node "${other}" is not allowed to modify node "${node}"`;
  }
  return (forbidden ?? '').replaceAll('{user}', commonName).replaceAll('{node}', node);
}

/** Checks of what only one node can have: its name, its keys, the emergency kubeconfig. */

import { groupBy } from '../../core/collections.ts';
import { ownName } from '../../model/cluster/evidence.ts';
import { dialledNames } from '../../model/dialling/dialled-names.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { namesOf } from '../base/odd-nodes.ts';
import { contradictions } from './manifests.ts';

/** The groups of two or more items with the same key; items without a key are left out. */
function sharing<T>(all: readonly T[], keyOf: (one: T) => string | undefined) {
  return [...groupBy(all, keyOf)].flatMap(([key, group]) =>
    key !== undefined && group.length > 1 ? [{ key, group }] : [],
  );
}

/** The roles whose private key only one node needs. */
const personal = [roleIds.apiServer, roleIds.etcdServer, roleIds.etcdPeer, roleIds.kubelet];

interface Holder {
  readonly pki: Pki;
  readonly role: Role;
}

/** Whether the node's own rules (`san/coverage`, `cert/identity`) do not report the certificate. */
function isFitting({ pki, role }: Holder): boolean {
  const { leaf } = role;
  return leaf !== undefined && dialledNames(role, pki).every(({ host }) => hasName(leaf, host));
}

function holdersOf(nodes: readonly Pki[], id: string): readonly Holder[] {
  return nodes
    .flatMap((pki) => pki.roles.filter((role) => role.id === id).map((role) => ({ pki, role })))
    .filter(({ role }) => role.inUse && role.applies.answer === 'yes');
}

export const clusterNodesChecks = {
  /** Node names are unique (Kubernetes documentation, Nodes, "Node name uniqueness"). */
  'cluster/node-name': check('cluster', function* ({ nodes }) {
    for (const { key: name, group } of sharing(nodes, ownName)) {
      const node = group.at(-1) as Pki;
      const path = node.roles.find((role) => role.row.role === roleIds.kubelet)?.path ?? node.node.pki;
      const others = namesOf(group.filter((other) => other !== node));
      const data = { name, node: node.name, others, source: node.facts.nodeName?.source ?? '' };
      yield problem({ path }, data, { on: { node, subject: name } });
    }
  }),

  'cluster/node-twice': check('cluster', function* ({ copies }) {
    for (const { node, of } of copies) {
      const name = ownName(node) ?? node.name;
      const data = { name, first: of.node.label, second: node.node.label };
      yield problem({ path: node.node.pki }, data, { on: { node, subject: name } });
    }
  }),

  'cluster/own-keys': check('cluster', function* ({ nodes }) {
    for (const id of personal) {
      for (const { group } of sharing(holdersOf(nodes, id), ({ role }) => role.leaf?.publicKey.id)) {
        // Of two nodes the copy is the one whose name or certificates contradict its manifests.
        const fitting = group
          .filter(isFitting)
          .toSorted((one, other) => contradictions(one.pki) - contradictions(other.pki));
        // One identity on two nodes is an error elsewhere: cert/identity, or cluster/node-name.
        const isOneName = new Set(group.map(({ role }) => role.leaf?.subject.commonName)).size === 1;
        const [first, copy] = fitting;
        // One certificate for all nodes is a choice of those who write their names into it.
        const isChosen = copy?.role.row.anyName && copy.role.leaf?.fingerprint256 === first?.role.leaf?.fingerprint256;
        if (isChosen) continue;
        if (first === undefined || copy === undefined || (id === roleIds.kubelet && isOneName)) continue;
        const others = namesOf(fitting.filter((one) => one !== copy).map(({ pki }) => pki));
        const data = { role: id, path: copy.role.path, node: copy.pki.name, others };
        yield problem(copy.role.at, data, { key: id, on: { node: copy.pki, subject: id, role: id } });
      }
    }
  }),

  /** `kubeadm init` writes it only on the first node. */
  'cluster/super-admin': check('cluster', function* ({ nodes }) {
    const id = roleIds.superAdmin;
    const holders = nodes.filter((pki) => pki.roles.some((role) => role.id === id && role.seen === 'present'));
    const node = holders.at(-1);
    if (node === undefined) return yield notApplicable('no node has it');
    if (holders.length < 2) return;
    const path = node.roles.find((role) => role.id === id)?.path ?? '';
    const data = { nodes: list(holders.map(({ name }) => name)), path, node: node.name };
    yield problem({ path }, data, { on: { node, subject: id, role: id } });
  }),
};

/**
 * Checks that the nodes of a cluster trust each other's certificates, by key and signature. Names and dates do not
 * count.
 */

import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { authorityId, roleId } from '../../model/roles/slots.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { namesOf } from '../base/odd-nodes.ts';
import { disputeFix } from './ca-dispute-fixes.ts';
import { type Dispute, disputesOf, disputing } from './ca-disputes.ts';
import { type CaHolder, holdersOf } from './ca-holders.ts';

/** Checks that nodes agree on authorities. */
function sharedAuthority(isCompared: (id: string) => boolean) {
  return check('cluster', function* ({ nodes }) {
    let compared = false;
    for (const id of new Set(
      nodes.flatMap(({ layout }) =>
        layout.authorities.flatMap(({ role, each }) => (isCompared(role) && !each ? role : [])),
      ),
    )) {
      const concerned = nodes.filter((pki) =>
        pki.authorities.some((one) => one.id === id && one.applies.answer === 'yes'),
      );
      const holders = holdersOf(concerned, id);
      compared ||= holders.length > 1;
      for (const node of concerned) {
        const source = node.authorities.find((one) => one.id === id)?.source;
        if (source?.seen === 'unseen') yield skip(`${source.path} of ${node.name}: ${source.reason}`);
      }
      for (const dispute of disputesOf(holders)) yield disputed(dispute);
    }
    if (!compared) yield notApplicable('fewer than two nodes have it');
  });
}

function disputed(dispute: Dispute) {
  const { holder, others, source: giver } = dispute;
  const { pki: node, authority } = holder;
  const { id, source } = authority;
  const data = {
    ...claimOf(dispute),
    node: node.name,
    others: namesOf(others.map(({ pki }) => pki)),
    other: giver.pki.name,
    found: describe(holder),
    role: id,
    path: source.path,
  };
  const { data: values, lists, ...how } = disputeFix(dispute);
  const of = (pki: Pki) => [
    idOnNode(pki, authorityId(id)),
    ...pki.roles.filter((role) => role.parent.id === id).map((role) => idOnNode(pki, roleId(role.id))),
  ];
  const explains = disputing(dispute).flatMap(of);
  // What a foreign CA did not sign is not at fault on its node.
  const affects = dispute.cause === 'foreign' ? of(node) : [];
  const on = { node, subject: id, role: id, explains };
  return problem({ path: source.path }, { ...data, ...values }, { key: id, on, affects, lists, ...how });
}

/** Why the node is accused, and what would be right. */
function claimOf({ holder, others, source, cause, refuses }: Dispute): Record<'hint' | 'wanted', string> {
  const there = `as on ${source.pki.name}`;
  if (cause === 'unknown')
    return {
      hint: ' (pki-lint cannot tell which of them is correct)',
      wanted: `one CA, or both of them, on all of these nodes; ${source.pki.name} has ${describe(source)}`,
    };
  if (cause === 'foreign') {
    const isWorker = holder.pki.kind === 'worker';
    const why = isWorker ? 'workers get it from the control plane' : 'certificates of other nodes are signed by theirs';
    return { hint: ` (${why})`, wanted: `${describe(source)}, ${there}` };
  }
  const known = new Set(holder.authority.certificates.map(({ fingerprint256 }) => fingerprint256));
  const lacked = source.authority.certificates.filter(({ fingerprint256 }) => !known.has(fingerprint256));
  return {
    hint: `: it lacks the one that signed ${refuses?.id} of ${others[0]?.pki.name}`,
    wanted: `also ${lacked.map(nameOf).join(', ')}, ${there}`,
  };
}

type Named = CaHolder['authority']['certificates'][number];

const nameOf = ({ subject, fingerprint256 }: Named): string => `"${subject.text}" (SHA-256 ${fingerprint256})`;

const describe = ({ authority }: CaHolder): string => authority.certificates.map(nameOf).join(', ');

export const clusterAuthoritiesChecks = {
  'cluster/authority': sharedAuthority((id) => id !== roleIds.frontProxyCa),
  /** kube-apiservers publish the union of their CAs for extension servers (clusterauthenticationtrust): no outage. */
  'cluster/front-proxy': sharedAuthority((id) => id === roleIds.frontProxyCa),
};

/**
 * Checks whether a node has the certificates of a different one of its cluster, or lacks files that the cluster shares.
 */

import { isAtOrBelow, withoutFolder } from '../../artifact/paths.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { authorityId, fileId, keyPairId, slotId } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { dataOf, fits, namedRoles, ofRoles } from '../base/copied-nodes.ts';
import { lostFolders } from '../node/causes.ts';

/** The first node that each certificate fits, by the certificate and its role. */
function ownersOf(nodes: readonly Pki[]): ReadonlyMap<string, Pki> {
  const owners = new Map<string, Pki>();
  for (const node of nodes) {
    for (const role of namedRoles(node)) {
      const certificate = certificateOf(role);
      if (!owners.has(certificate) && fits(role, node)) owners.set(certificate, node);
    }
  }
  return owners;
}

const certificateOf = ({ id, leaf }: Role): string => `${id} ${leaf?.fingerprint256}`;

/** A file that all control planes share. */
interface SharedFile {
  readonly path: string;
  /** Relative to the folder of the PKI. */
  readonly name: string;
  readonly authority?: Authority;
}

/** The shared files at their usual places, without folders that were lost as a whole. */
const sharedFiles = remember((pki: Pki): readonly SharedFile[] => {
  const { authorities, serviceAccount: pair, node } = pki;
  const signing = authorities.filter((one) => one.applies.answer === 'yes' && signsAt(one, pki) !== 'elsewhere');
  const all: readonly Omit<SharedFile, 'name'>[] = [
    ...signing.flatMap((authority) => [{ path: authority.source.path }, { path: authority.key.path, authority }]),
    ...(pair.external ? [] : [...pair.signers, ...pair.verifiers].map(({ source }) => ({ path: source.path }))),
  ];
  const lost = lostFolders(pki);
  const isShared = ({ path }: (typeof all)[number]) =>
    isAtOrBelow(path, node.pki) && !lost.some(({ folder }) => isAtOrBelow(path, folder));
  const each = new Map(all.filter(isShared).map((file) => [file.path, file]));
  return [...each.values()].map((file) => ({ ...file, name: withoutFolder(node.pki, file.path) }));
});

/** Whether a node has a file, and for a key the CA that it belongs to on the node that lacks it. */
function gives(other: Pki, { name, authority }: SharedFile, { node }: Pki): boolean {
  const file = sharedFiles(other).find((one) => one.name === name);
  if (file === undefined || seenAt(other.node, file.path) !== 'present') return false;
  const isSame =
    authority?.loaded?.ok &&
    file.authority?.loaded?.ok &&
    sharesKey(authority.loaded.value, file.authority.loaded.value);
  return authority === undefined || seenAt(node, authority.source.path) === 'absent' || isSame === true;
}

function incomplete(node: Pki, other: Pki, files: readonly SharedFile[]) {
  const paths = files.map(({ path }) => path);
  const concerned = node.authorities.filter(
    ({ source, key }) => paths.includes(source.path) || paths.includes(key.path),
  );
  const slots = node.slots.filter(({ path }) => path !== undefined && paths.includes(path));
  const ids = [...paths.map(fileId), ...slots.map(slotId), ...concerned.map(({ id }) => authorityId(id))];
  const isPair = [...node.serviceAccount.signers, ...node.serviceAccount.verifiers].some(({ source }) =>
    paths.includes(source.path),
  );
  const affects = [...ids, ...(isPair ? [keyPairId] : [])].map((id) => idOnNode(node, id));
  const names = files.map((file) => file.name);
  const data = {
    node: node.name,
    other: other.name,
    files: handful(names, 4),
    verb: names.length === 1 ? 'is' : 'are',
  };
  const copy = { from: other.node.pki, to: node.node.pki };
  return problem(
    { path: paths[0] ?? '' },
    { ...data, ...copy },
    { lists: { files: names }, key: 'files', affects, on: { node, subject: node.name } },
  );
}

export const clusterCopiedChecks = {
  /** Seen on two nodes: the same certificates, which fit the other one only. */
  'cluster/copied': check('cluster', function* ({ nodes }) {
    const owners = ownersOf(nodes);
    for (const node of nodes) {
      const strange = namedRoles(node).filter((role) => !fits(role, node));
      for (const [other, roles] of groupBy(strange, (role) => owners.get(certificateOf(role)))) {
        const [first] = roles;
        if (other === undefined || first === undefined) continue;
        const affects = [idOnNode(node, 'node'), ...ofRoles(roles, node)];
        const more = { key: other.name, isNodeKey: true as const, affects, on: { node, subject: node.name } };
        yield problem({ path: first.path }, dataOf(node, other.name, roles), more);
      }
    }
  }),
  /** The files that `kubeadm join --control-plane` shares (kubeadm-ha, "Manual certificate distribution"). */
  'cluster/incomplete': check('cluster', function* ({ nodes }) {
    const controlPlanes = nodes.filter(({ kind }) => kind === 'control-plane');
    if (controlPlanes.length < 2) return yield notApplicable('fewer than two control planes');
    for (const node of controlPlanes) {
      const lacking = sharedFiles(node).filter(({ path }) => seenAt(node.node, path) === 'absent');
      if (lacking.length === 0) continue;
      const givers = controlPlanes.map((other) => ({
        other,
        files: lacking.filter((file) => other !== node && gives(other, file, node)),
      }));
      const [best] = givers.toSorted((one, two) => two.files.length - one.files.length);
      if (best === undefined || best.files.length === 0) continue;
      yield incomplete(node, best.other, best.files);
    }
  }),
};

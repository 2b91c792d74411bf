/** Distinguishes the nodes of one run by what is on them, never by where their copies are. */
import { hash } from 'node:crypto';
import type { NodeFile } from '../../artifact/file.ts';
import type { PemBlock } from '../../artifact/pem-blocks.ts';
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { findPem } from './inventory.ts';

/** What stands for each node in fingerprints, by the name of the node in the report. */
export type Identities = ReadonlyMap<string, string>;

type Mark = (pki: Pki) => string;

/**
 * Identifies each node: by its name, or by the key of its CA if no file and no option says its name. Nodes of which
 * that is the same are distinguished by the next mark: the key of their CA, which a renewal keeps, then that of their
 * serving certificate, which `kubeadm certs renew` replaces, and then by all that their files contain. Two copies of
 * one node are equal in all of these.
 */
export function identitiesOf(pkis: readonly Pki[]): Identities {
  return new Map(identify(pkis, [], [nameOrCa, caKeys, servingKey, contents]));
}

function identify(
  pkis: readonly Pki[],
  known: readonly string[],
  [mark, ...others]: readonly Mark[],
): (readonly [name: string, identity: string])[] {
  if (mark === undefined || (pkis.length === 1 && known.length > 0)) {
    return pkis.map(({ name }) => [name, known.join(' ')]);
  }
  return [...groupBy(pkis, mark)].flatMap(([value, same]) => identify(same, [...known, value], others));
}

const nameOrCa: Mark = (pki) => pki.facts.nodeName?.value ?? caKeys(pki);

/** The keys of the cluster's CA; of a machine that runs only etcd, those of its CA. */
function caKeys({ authorities }: Pki): string {
  const loaded = authorities.map((one) => (one.loaded?.ok ? one.loaded.value : []));
  const certificates = loaded.find(({ length }) => length > 0) ?? [];
  return [...new Set(certificates.map(({ publicKey }) => publicKey.id))].sort().join();
}

/** The key of the first serving certificate of the tables that the node has, or of its kubelet. */
function servingKey({ roles, others }: Pki): string {
  const serving = roles.find((role) => role.kind === 'certificate' && role.row.kinds.includes('server') && role.leaf);
  return (serving ?? others.find(({ kubelet }) => kubelet !== undefined))?.leaf?.publicKey.id ?? '';
}

/** A hash of every certificate and key, with its path on the node, and of every manifest and argument. */
function contents(pki: Pki): string {
  const pem = [...findPem(pki)].map(({ path, entry, pem: { blocks } }) => [path, entry, ...blocks.map(idOf)]);
  const pods = [...pki.node.files.values()].flatMap((file: NodeFile) =>
    file.content?.type === 'manifest' ? [[file.path, file.content.pod.digest]] : [],
  );
  const flags = pki.node.components.map(({ name, arguments: all }) => [
    name,
    ...all.map(({ spelled, value }) => `${spelled}=${value}`),
  ]);
  return hash(
    'sha256',
    JSON.stringify([pem, pods, flags].map((part) => part.map((one) => JSON.stringify(one)).sort())),
  );
}

function idOf(block: PemBlock): string {
  switch (block.type) {
    case 'certificate':
      return block.certificate.fingerprint256;
    case 'private-key':
      return block.key.publicKey.id;
    case 'public-key':
      return block.key.id;
    case 'certificate-request':
      return block.request.publicKey.id;
    default:
      return block.label;
  }
}

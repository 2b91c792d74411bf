/** Every certificate, key and request that was found, with its use. */

import type { Certificate, DistinguishedName, PublicKey } from '../../artifact/certificate.ts';
import type { Pem, PemBlock } from '../../artifact/pem-blocks.ts';
import { day } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import type { PemSource } from '../../model/roles/source.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import { issues } from '../../x509/verify/chain.ts';
import { isSignatureLimit, limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import { countsForAuthority } from '../fix/renewal.ts';

/** The earliest expiry of a chain, in milliseconds since the epoch. */
export function effectiveEnd(leaf: Certificate, chain: readonly Certificate[] | undefined): number {
  return Math.min(leaf.notAfter, ...(chain ?? []).map((certificate) => certificate.notAfter));
}

interface Found {
  readonly path: string;
  readonly entry: string | null;
  readonly pem: Pem;
}

/** The inventory of a node, in the order of its paths. */
export function buildInventory(pki: Pki): readonly InventoryItem[] {
  const dated = new Set(pki.others.flatMap((other) => other.dated));
  return limitSignatures(signaturesOfNode, () =>
    [...findPem(pki)].flatMap((found) =>
      found.pem.blocks.flatMap((block, index) => {
        const item = itemOf(block, found, pki, dated);
        return item === undefined ? [] : [{ ...item, index }];
      }),
    ),
  );
}

/** Yields all PEM of a node: each file once, and data embedded in kubeconfigs. */
export function* findPem(pki: Pki): Generator<Found> {
  const files = [...pki.node.files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  // A link and its target are one file, listed by the path that a component uses.
  const listed = new Set<string>();
  for (const file of files) {
    if (file.content?.type === 'pem') {
      const real = file.realPath ?? file.path;
      if (listed.has(real) && !pki.uses.has(file.path)) continue;
      listed.add(real);
      yield { path: file.path, entry: null, pem: file.content.pem };
    }
    const { cluster, user } = file.content?.type === 'kubeconfig' ? file.content.kubeconfig : {};
    for (const reference of [cluster?.certificateAuthority, user?.certificate, user?.key]) {
      if (reference?.embedded) yield { path: file.path, entry: reference.entry, pem: reference.embedded };
    }
  }
}

type Item = Omit<InventoryItem, 'index'>;

function itemOf(block: PemBlock, found: Found, pki: Pki, dated: ReadonlySet<Certificate>): Item | undefined {
  if (block.type === 'certificate') {
    const item = certificateItem(block.certificate, found, pki);
    return { ...item, judged: item.judged || dated.has(block.certificate) };
  }
  if (block.type === 'certificate-request') {
    const { subject, publicKey } = block.request;
    return {
      ...blank(found, pki, publicKey),
      kind: 'request',
      subject: subject.text,
      subjectAttributes: partsOf(subject),
    };
  }
  if (block.type === 'private-key') return { ...blank(found, pki, block.key.publicKey), kind: 'private-key' };
  return block.type === 'public-key' ? { ...blank(found, pki, block.key), kind: 'public-key' } : undefined;
}

function certificateItem(certificate: Certificate, found: Found, pki: Pki): Item {
  // The names of one file have the same certificates, and so may the entries of a kubeconfig.
  const isOf = (source: PemSource | undefined) =>
    source?.path === found.path && (found.entry === null || source.entry === found.entry);
  const role = pki.roles.find((one) => one.leaf === certificate && isOf(one.certificate));
  const authority = authorityOf(certificate, pki);
  const date = (time: number) => new Date(time).toISOString();
  return {
    ...blank(found, pki, certificate.publicKey),
    role: role?.id ?? authority ?? null,
    kind: certificate.basicConstraints?.ca ? 'authority' : 'certificate',
    subject: certificate.subject.text,
    subjectAttributes: partsOf(certificate.subject),
    issuer: certificate.issuer.text,
    issuerAttributes: partsOf(certificate.issuer),
    serial: certificate.serial,
    notBefore: date(certificate.notBefore),
    notAfter: date(certificate.notAfter),
    daysLeft: Math.floor((certificate.notAfter - pki.judging.at) / day),
    effectiveNotAfter: date(effectiveEnd(certificate, role?.verified)),
    sans: certificate.sans ?? [],
    usages: [...(certificate.keyUsage ?? []), ...(certificate.extendedKeyUsage ?? [])],
    signatureAlgorithm: certificate.signatureAlgorithm,
    fingerprint256: certificate.fingerprint256,
    ...signerOf(certificate, role, pki),
    judged:
      role?.inUse === true ||
      (authority !== undefined && countsForAuthority(certificate.fingerprint256, authority, pki)),
  };
}

function authorityOf(certificate: Certificate, pki: Pki): string | undefined {
  return pki.authorities.find((authority) =>
    authority.certificates.some((one) => one.fingerprint256 === certificate.fingerprint256),
  )?.id;
}

type Signer = Pick<InventoryItem, 'signedBy' | 'signedByKey'>;

function signerOf(certificate: Certificate, role: Role | undefined, pki: Pki): Signer {
  // A server may have the name of the CA that signed it.
  const isOwn = role?.signedBy === undefined && certificate.issuer.der === certificate.subject.der;
  if (isOwn) return { signedBy: 'itself', signedByKey: null };
  const verified: Signer = {
    signedBy: role?.signedBy ?? null,
    signedByKey: role?.verified?.[1]?.publicKey.id ?? null,
  };
  try {
    for (const { id, certificates } of pki.authorities) {
      const parent = certificates.find((one) => issues(one, certificate, pki.strictness));
      if (parent !== undefined) return { signedBy: id, signedByKey: parent.publicKey.id };
    }
    return verified;
  } catch (error) {
    if (isSignatureLimit(error)) return verified;
    throw error;
  }
}

const partsOf = ({ attributes }: DistinguishedName) => attributes.map(({ type, value }) => ({ type, value }));

function blank({ path, entry }: Found, pki: Pki, key: PublicKey): Item {
  const uses = pki.uses.get(path) ?? [];
  return {
    node: pki.name,
    role: uses.find((use) => use.role !== null)?.role ?? null,
    path,
    entry,
    kind: 'public-key',
    subject: null,
    subjectAttributes: [],
    issuer: null,
    issuerAttributes: [],
    serial: null,
    notBefore: null,
    notAfter: null,
    daysLeft: null,
    effectiveNotAfter: null,
    sans: [],
    usages: [],
    key: { type: key.type, bits: key.bits, curve: key.curve ?? null, id: key.id },
    signatureAlgorithm: null,
    fingerprint256: null,
    signedBy: null,
    signedByKey: null,
    usedBy: uses.filter(({ slot, role }) => slot !== undefined || role === null).map((use) => use.user),
    judged: false,
  };
}

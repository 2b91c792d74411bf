/** Flags that name the private key of a different role, and the pairs of which the keys are part. */
import type { Certificate, PrivateKey } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { keyFlagOf } from '../../model/handshake/signers.ts';
import { type Pki, trustOf } from '../../model/roles/pki.ts';
import { idOfSlot } from '../../model/roles/role.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { type Loaded, loadKeyOnly, loadSigner } from '../../x509/load.ts';
import type { WrongFile } from './wrong-signer.ts';

/** A key flag that names a file other than the recommended one, with the key of a different certificate. */
export function wrongKey(slot: Slot | undefined, pki: Pki): WrongFile | undefined {
  const kind = slot?.row.holds;
  if (slot?.path === undefined || slot.row.role === null || (kind !== 'key' && kind !== 'signer-key')) return undefined;
  const owners = keyOwners(pki);
  const id = idOfSlot(pki.roles, slot);
  const own = owners.find((one) => one.id === id);
  const pem = sourceAt(pki.node, slot.path).pem;
  const key = pem && loadKeyOnly(pem);
  if (!own || !key?.ok || slot.path === own.recommended) return undefined;
  const isOwner = ({ certificates }: KeyOwner) => hasKeyOf(certificates, key.value);
  if (isOwner(own)) return undefined;
  const owner = owners.find(isOwner);
  return owner && { role: own.id, wanted: own.recommended, found: `the private key of ${owner.id}` };
}

/** Whether a signing key belongs to the certificate that its component signs with, whose flag then is reported. */
export function goesWithSigner(slot: Slot, pki: Pki): boolean {
  const { pem } = sourceAt(pki.node, slot.path ?? '');
  const signers = signersByComponent(pki).get(slot.component) ?? [];
  return signers.some((signer) => isKeyOf(pem, trustOf(pki, signer)?.loaded) === true);
}

/** A node can have thousands of slots. */
const signersByComponent = remember((pki: Pki) =>
  groupBy(
    pki.slots.filter(({ row }) => row.holds === 'signer'),
    ({ component }) => component,
  ),
);

/** Whether a private key is that of one of the certificates. */
export function hasKeyOf(certificates: readonly Certificate[], { publicKey }: PrivateKey): boolean {
  return certificates.some((certificate) => certificate.publicKey.id === publicKey.id);
}

/** Whether the private key in a file is that of one of the loaded certificates; undefined if either is not loaded. */
export function isKeyOf(
  pem: Pem | undefined,
  certificates: Loaded<readonly Certificate[]> | undefined,
): boolean | undefined {
  const key = pem && loadKeyOnly(pem);
  return key?.ok && certificates?.ok ? hasKeyOf(certificates.value, key.value) : undefined;
}

interface KeyOwner {
  readonly id: string;
  readonly recommended: string;
  readonly certificates: readonly Certificate[];
}

/** The roles that a key can belong to. */
function keyOwners(pki: Pki): readonly KeyOwner[] {
  return [
    ...pki.authorities.map(({ id, row, certificates }) => ({ id, key: row.key, certificates })),
    ...pki.roles.flatMap((one) =>
      one.kind === 'certificate' && one.leaf ? [{ id: one.id, key: one.row.key, certificates: [one.leaf] }] : [],
    ),
  ].map(({ id, key, certificates }) => ({ id, recommended: inFolder(pki.node.pki, key), certificates }));
}

/** The path where the key of a role is recommended to be. */
export function keyPathOf(id: string | null, pki: Pki): string | undefined {
  return keyOwners(pki).find((one) => one.id === id)?.recommended;
}

/** The flag for the key of the certificate that a flag names. */
export function slotOfKey({ component, row }: Slot, { slots }: Pki): Slot | undefined {
  if (row.holds === 'signer')
    return slots.find((one) => one.component === component && one.row.flag === keyFlagOf({ row }));
  if (row.holds !== 'certificate') return undefined;
  return slots.find((one) => one.component === component && one.row.holds === 'key' && one.row.role === row.role);
}

/** The flag for the certificate of a pair, of which a flag names either half; undefined for other flags. */
function slotOfCertificate(slot: Slot, { slots }: Pki): Slot | undefined {
  const { component, row } = slot;
  if (row.holds === 'certificate' || row.holds === 'signer') return slot;
  const isOf = (one: Slot) =>
    row.holds === 'key'
      ? one.row.holds === 'certificate' && one.row.role === row.role
      : one.row.holds === 'signer' && keyFlagOf(one) === row.flag;
  return slots.find((one) => one.component === component && isOf(one));
}

/** The flag of a pair that names its certificate. */
export function pairFlag(slot: Slot, pki: Pki): string {
  return slotOfCertificate(slot, pki)?.row.flag ?? slot.row.flag;
}

/**
 * What kube-controller-manager prints, and then exits, if the certificate and the key of a signer do not belong
 * together (pkg/controller/certificates/authority/ca_provider.go).
 */
export function signerPairError(slot: Slot, pki: Pki): string | undefined {
  if (slot.row.holds !== 'signer' && slot.row.holds !== 'signer-key') return undefined;
  const signer = slotOfCertificate(slot, pki);
  const key = signer && slotOfKey(signer, pki);
  const [certificate, secret] = [signer, key].map((one) => sourceAt(pki.node, one?.path ?? '').pem);
  const pair = certificate && secret && loadSigner(certificate, secret);
  return pair?.ok === false ? `error reading CA cert file "${signer?.path}": ${pair.error}` : undefined;
}

/** What one component signs and another verifies, without a handshake: tokens, and certificates for the asking. */

import { sharesKey } from '../authorities.ts';
import { fileId, keyPairId } from '../ids.ts';
import type { Pki } from '../pki.ts';
import { poolOfSlot } from '../pools.ts';
import { idsOfSlot, on, trustedBy } from './ends.ts';
import { fails, isUnknown, type Leg, leg } from './legs.ts';

/** Whether every key that signs tokens on one node is among those by which another node's API server verifies them. */
export function tokenLeg(signing: Pki, verifying: Pki): Leg {
  const signers = signing.serviceAccount.signers;
  const { verifiers, external } = verifying.serviceAccount;
  const blames = [signing, verifying].flatMap((pki) => [
    on(pki, keyPairId),
    ...pki.slots
      .filter(({ row }) => row.role === pki.serviceAccount.row.role)
      .flatMap(idsOfSlot)
      .map((id) => on(pki, id)),
  ]);
  const sources = [...signers, ...verifiers].map(({ source }) => source);
  const answer = () => {
    if (external) return isUnknown('an external signer keeps the keys (--service-account-signing-endpoint)');
    const unread = [...signers, ...verifiers].find(({ loaded }) => loaded === undefined)?.source;
    if (unread?.seen === 'absent') return fails(`open ${unread.path}: no such file or directory`);
    if (unread) return isUnknown(`${unread.path}: ${unread.reason ?? 'not read'}`);
    const known = new Set(verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map(({ id }) => id) : [])));
    const strange = signers.some(({ loaded }) => loaded?.ok && !known.has(loaded.value.publicKey.id));
    return strange || known.size === 0 ? fails('Unauthorized: invalid bearer token') : undefined;
  };
  const files = sources.map(({ path }) => fileId(path));
  const all = [...blames, ...files.flatMap((id) => [on(signing, id), on(verifying, id)])];
  return leg('client-trust', { blames: all, at: { path: sources[0]?.path ?? signing.node.pki } }, answer());
}

/**
 * Whether the API server takes the certificates that kube-controller-manager signs: they come without the signer's own,
 * which must hence be trusted itself (k8s.io/kubernetes pkg/controller/certificates/authority).
 */
export function signerLeg(signing: Pki, verifying: Pki): Leg {
  const trusted = trustedBy(verifying, 'kube-apiserver client-ca-file', 'kubernetes-ca');
  const slot = signing.slots.find(({ row, argument }) => row.holds === 'signer' && argument !== undefined);
  const at = slot?.argument?.at ?? { path: signing.node.pki };
  const ids = slot ? [...idsOfSlot(slot), fileId(slot.path ?? '')] : [];
  const answer = () => {
    if (slot?.path === undefined) return isUnknown(slot?.problem?.reason ?? 'nothing signs');
    const { source, loaded } = poolOfSlot(signing.node, slot, slot.path);
    if (loaded === undefined) return isUnknown(`${slot.path}: ${source.reason ?? 'not read'}`);
    if (!loaded.ok) return fails(loaded.error);
    const [signer] = loaded.value;
    if (signer && signer.notAfter <= signing.judging.at) return fails(expired(signer.notAfter));
    if (trusted.has.state !== 'known') return isUnknown(trusted.has.reason);
    if (!sharesKey(trusted.has.value, loaded.value)) {
      return fails('Unauthorized: x509: certificate signed by unknown authority');
    }
    return undefined;
  };
  return leg('client-trust', { blames: [...ids.map((id) => on(signing, id)), ...trusted.blames], at }, answer());
}

/** What PermissiveSigningPolicy says (pkg/controller/certificates/authority/policies.go); Go prints times so. */
function expired(notAfter: number): string {
  const [day, time = ''] = new Date(notAfter).toISOString().split('T');
  return `the signer has expired: NotAfter=${day} ${time.slice(0, 8)} +0000 UTC`;
}

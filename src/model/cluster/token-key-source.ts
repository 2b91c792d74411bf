/**
 * From which node of the input another one gets the key pair of service account tokens, which all control planes share.
 */
import type { Pki, TokenKeyHolder } from '../roles/pki.ts';
import type { ServiceAccountKeys } from '../roles/service-account.ts';
import { ownName } from './evidence.ts';

/** Returns the nodes with a pair of which both files can be read and belong together. */
export function tokenKeyHolders(pkis: readonly Pki[]): readonly TokenKeyHolder[] {
  return pkis.flatMap((pki) => {
    const { signers, verifiers, external } = pki.serviceAccount;
    const [secret, shared] = [signers[0], verifiers[0]];
    if (external || !secret?.loaded?.ok || !shared?.loaded?.ok) return [];
    const { publicKey } = secret.loaded.value;
    const isPair = shared.loaded.value.some(({ id }) => id === publicKey.id);
    if (!isPair) return [];
    const paths = { secret: secret.source.path, shared: shared.source.path };
    return [{ node: pki.name, machine: ownName(pki), id: publicKey.id, ...paths }];
  });
}

/** Returns a different node with the pair of which this node still has one half; undefined if it has none, or both. */
export function holderOfTokenKeys(pki: Pki): TokenKeyHolder | undefined {
  const ids = idsOf(pki.serviceAccount);
  return pki.input.tokenKeys.find(({ node, machine, id }) => {
    const isItself = node === pki.name || machine === undefined || machine === ownName(pki);
    return !isItself && ids.includes(id);
  });
}

function idsOf({ signers, verifiers }: ServiceAccountKeys): readonly string[] {
  return [
    ...signers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.publicKey.id : [])),
    ...verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map(({ id }) => id) : [])),
  ];
}

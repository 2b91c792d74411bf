/** The service account key pair: the keys that sign tokens, and those that verify them. */
import { componentNamed, isOn } from '../../artifact/arguments.ts';
import type { PrivateKey, PublicKey } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Holds, KeyPairRow } from '../../tables/tables.ts';
import { type Loaded, loadServiceAccountSigner, loadServiceAccountVerifiers } from '../../x509/load.ts';
import { mlDsaNamed } from '../../x509/ml-dsa.ts';
import { type Applicability, type Context, isStartedByUnits, no, yes } from './applicability.ts';
import type { Slot } from './slots.ts';
import { type PemSource, sourceAt } from './source.ts';

/** A file with the key of a signer or a verifier, as its component loads it. */
export interface TokenKey<T> {
  /** undefined for the recommended path, which is used if no component was seen. */
  readonly slot: Slot | undefined;
  readonly source: PemSource;
  readonly loaded: Loaded<T> | undefined;
}

export interface ServiceAccountKeys {
  /**
   * The first pair of the layout. Where it has several, the keys of all are here: each signer needs one verifier of
   * any.
   */
  readonly row: KeyPairRow;
  readonly applies: Applicability;
  readonly signers: readonly TokenKey<PrivateKey>[];
  readonly verifiers: readonly TokenKey<readonly PublicKey[]>[];
  /** Whether an external signer (`--service-account-signing-endpoint`, KEP-740) replaces all files. */
  readonly external: boolean;
}

/**
 * The component that exits because kube-apiserver refuses the tokens that it gives out. With
 * `--use-service-account-credentials`, which kubeadm sets, kube-controller-manager asks for the tokens of its
 * controllers when it starts (k8s.io/controller-manager clientbuilder/client_builder_dynamic.go; before 1.20 it signed
 * them itself).
 */
export function stoppedWithoutTokens({ node }: Pick<Context, 'node'>): readonly string[] {
  const manager = componentNamed(node, 'kube-controller-manager');
  return manager && isOn(manager, 'use-service-account-credentials') ? [manager.name] : [];
}

/** The row of a layout without a key pair: only flags say which keys sign and verify tokens. */
const noPair: KeyPairRow = { role: roleIds.serviceAccount, private: '', public: '' };

/** Finds the keys that sign and verify service account tokens on this node. */
export function findKeyPair({ node, slots, kind }: Context): ServiceAccountKeys {
  const { keyPairs } = node.layout;
  const [row = noPair] = keyPairs;
  const external = node.components.some((component) =>
    component.arguments.some((argument) => argument.name === 'service-account-signing-endpoint' && argument.value),
  );
  const isSeen = (...names: readonly string[]) => node.components.some(({ name }) => names.includes(name));
  const keyAt = <T>(slot: Slot | undefined, path: string, load: (pem: Pem) => Loaded<T>): TokenKey<T> => {
    const source = sourceAt(node, path);
    if (source.pem && holdsMlDsa(source.pem)) return { slot, source: unjudged(source), loaded: undefined };
    return { slot, source, loaded: source.pem && load(source.pem) };
  };
  const named = <T>(holds: Holds, load: (pem: Pem) => Loaded<T>) =>
    slots.flatMap((slot) => (slot.row.holds === holds && slot.path ? [keyAt(slot, slot.path, load)] : []));
  const isRecommended = (...readers: readonly string[]) =>
    row !== noPair && !isSeen(...readers) && !isStartedByUnits(node);
  return {
    row,
    external,
    applies: appliesTo(kind, row),
    signers: isRecommended('kube-apiserver', 'kube-controller-manager')
      ? keyPairs.map((one) => keyAt(undefined, inFolder(node.pki, one.private), loadServiceAccountSigner))
      : named('token-signer', loadServiceAccountSigner),
    verifiers: isRecommended('kube-apiserver')
      ? keyPairs.map((one) => keyAt(undefined, inFolder(node.pki, one.public), loadServiceAccountVerifiers))
      : named('verifiers', loadServiceAccountVerifiers),
  };
}

/** Whether a file holds an ML-DSA key that Go reads. */
const holdsMlDsa = ({ blocks }: Pem): boolean =>
  blocks.some(
    (block) =>
      (block.type === 'private-key' && mlDsaNamed(block.key.publicKey.type)) ||
      (block.type === 'public-key' && mlDsaNamed(block.key.type)),
  );

/** Why no key for tokens is made or judged that is of ML-DSA. */
export const mlDsaForTokens = 'it is not known whether keys of ML-DSA work for tokens';

/** kubernetes/kubernetes#141838: tokens with ML-DSA wait for a library. No release is known to take such keys. */
const unjudged = ({ pem: _, ...source }: PemSource): PemSource => ({
  ...source,
  seen: 'unseen',
  reason: mlDsaForTokens,
});

function appliesTo(kind: Context['kind'], row: KeyPairRow): Applicability {
  if (row === noPair) return no('its layout has no key pair for tokens');
  return kind === 'control-plane' ? yes : no('this node is not a control plane');
}

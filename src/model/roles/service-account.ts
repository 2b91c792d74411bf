/** The service account key pair: who signs tokens, and with what they are verified. */
import type { PrivateKey, PublicKey } from '../../core/certificate.ts';
import { inFolder } from '../../core/paths.ts';
import type { KeyPairRow } from '../../tables/tables.ts';
import { type Loaded, loadServiceAccountSigner, loadServiceAccountVerifiers } from '../../x509/load.ts';
import type { Applicability, Context } from './applicability.ts';
import type { Slot } from './slots.ts';
import { type PemSource, sourceAt } from './source.ts';

export interface TokenSigner {
  /** undefined: the recommended path, since no component was seen that names it. */
  readonly slot: Slot | undefined;
  readonly source: PemSource;
  readonly loaded: Loaded<PrivateKey> | undefined;
}

export interface TokenVerifier {
  readonly slot: Slot | undefined;
  readonly source: PemSource;
  readonly loaded: Loaded<readonly PublicKey[]> | undefined;
}

export interface ServiceAccountKeys {
  readonly row: KeyPairRow;
  readonly applies: Applicability;
  readonly signers: readonly TokenSigner[];
  readonly verifiers: readonly TokenVerifier[];
  /** An external signer (`--service-account-signing-endpoint`, KEP-740) takes the place of all files. */
  readonly external: boolean;
}

/** Who signs and who verifies service account tokens on this node. */
export function findKeyPair(context: Context): ServiceAccountKeys {
  const { node, slots, kind } = context;
  const [row] = node.layout.keyPairs;
  if (row === undefined) throw new Error(`${node.layout.name} has no key pair`);
  const named = (holds: string) => slots.filter((slot) => slot.row.holds === holds && slot.path !== undefined);
  const external = node.components.some((component) =>
    component.arguments.some((argument) => argument.name === 'service-account-signing-endpoint' && argument.value),
  );
  const seen = (component: string) => node.components.some((one) => one.name === component);
  const signerPaths = named('token-signer').map((slot) => ({ slot, path: slot.path ?? '' }));
  const verifierPaths = named('verifiers').map((slot) => ({ slot, path: slot.path ?? '' }));
  const anySigner = seen('kube-apiserver') || seen('kube-controller-manager');
  const fallback = (path: string) => [{ slot: undefined, path: inFolder(node.pki, path) }];
  return {
    row,
    external,
    applies:
      kind === 'control-plane' ? { answer: 'yes' } : { answer: 'no', reason: 'this node is not a control plane' },
    signers: (anySigner ? signerPaths : fallback(row.private)).map(({ slot, path }) => {
      const source = sourceAt(node, path);
      return { slot, source, loaded: source.pem && loadServiceAccountSigner(source.pem) };
    }),
    verifiers: (seen('kube-apiserver') ? verifierPaths : fallback(row.public)).map(({ slot, path }) => {
      const source = sourceAt(node, path);
      return { slot, source, loaded: source.pem && loadServiceAccountVerifiers(source.pem) };
    }),
  };
}

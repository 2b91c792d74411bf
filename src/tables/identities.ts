/** What an identity means: `rules/tables/identities.json`, typed. Its schema is checked by the tests. */
import table from '../../rules/tables/identities.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { ArgumentName } from './names.ts';

/** What a thief is to whoever verifies clients by an argument. */
export interface VerifierRow {
  /** `kube-apiserver client-ca-file` */
  readonly by: ArgumentName;
  /** With one certificate; `{identity}` is its user and groups. */
  readonly leaf: NonEmptyString;
  /** With the key of a CA. */
  readonly signer: NonEmptyString;
  /** Whether `names` says what the identity may do there. */
  readonly named: boolean;
  /** How it is taken back. */
  readonly back: NonEmptyString;
}

/** What a user or group may do at kube-apiserver. */
export interface NameRow {
  readonly kind: 'user' | 'group';
  /** One that ends in a colon begins the names that are meant. */
  readonly name: NonEmptyString;
  readonly may: NonEmptyString;
  readonly back: NonEmptyString | null;
}

/** `rules/tables/identities.json`. */
export interface IdentityTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  readonly verifiers: NonEmptyList<VerifierRow>;
  readonly names: NonEmptyList<NameRow>;
  /** What any other name may do. */
  readonly others: NonEmptyString;
  /** What a thief of a serving certificate can do. */
  readonly server: { readonly leaf: NonEmptyString; readonly signer: NonEmptyString; readonly back: NonEmptyString };
  /** What a thief of a key that signs tokens can do. */
  readonly tokens: { readonly signer: NonEmptyString; readonly back: NonEmptyString };
  /** How the key of a CA is taken back. */
  readonly rotation: NonEmptyString;
}

const identities = table as IdentityTable;

export const { verifiers: verifierRows, names: nameRows, others: otherNames } = identities;
export const { server: posing, tokens: tokenSigning, rotation } = identities;

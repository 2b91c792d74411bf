/** What an identity is worth to an attacker: `rules/tables/identities.json`, typed. The tests validate its schema. */
import table from '../../rules/tables/identities.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { ArgumentName } from './name-types.ts';
import type { CommandRow } from './step-rows.ts';

/** What an attacker can do at a component that verifies clients with the file of an argument. */
export interface VerifierRow {
  /** `kube-apiserver client-ca-file` */
  readonly by: ArgumentName;
  /** With the key of one certificate; `{identity}` is its user and groups. */
  readonly leaf: NonEmptyString;
  /** With the key of a CA. */
  readonly signer: NonEmptyString;
  /** Whether `names` lists what the identity may do there. */
  readonly named: boolean;
  /** How to revoke access. */
  readonly back: NonEmptyString;
  /** Whether that does not help against someone who has the key of the CA, who signs further certificates. */
  readonly ofLeaf?: true;
}

/** What a user or group may do at kube-apiserver. */
export interface NameRow {
  readonly kind: 'user' | 'group';
  /** A name, or a prefix of names if it ends in a colon. */
  readonly name: NonEmptyString;
  readonly may: NonEmptyString;
  readonly back: NonEmptyString | CommandRow | null;
}

/** `rules/tables/identities.json`. */
export interface IdentityTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  readonly verifiers: NonEmptyList<VerifierRow>;
  readonly names: NonEmptyList<NameRow>;
  /** What any other name may do. */
  readonly others: NonEmptyString;
  /** What an attacker can do with the key of a serving certificate. */
  readonly server: { readonly leaf: NonEmptyString; readonly signer: NonEmptyString; readonly back: NonEmptyString };
  /** What an attacker can do with a key that signs tokens. */
  readonly tokens: { readonly signer: NonEmptyString; readonly back: NonEmptyString };
  /** How to replace the key of a CA. */
  readonly rotation: NonEmptyString;
}

const identities = table as IdentityTable;

export const { verifiers: verifierRows, names: nameRows, others: otherNames } = identities;
export const { server: posing, tokens: tokenSigning, rotation } = identities;

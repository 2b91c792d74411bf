/** What an identity means: `rules/tables/identities.json`, typed. Its schema is checked by the tests. */
import table from '../../rules/tables/identities.json' with { type: 'json' };

/** What a thief is to whoever verifies clients by an argument. */
export interface VerifierRow {
  /** `kube-apiserver client-ca-file` */
  readonly by: string;
  /** With one certificate; `{identity}` is its user and groups. */
  readonly leaf: string;
  /** With the key of a CA. */
  readonly signer: string;
  /** Whether `names` says what the identity may do there. */
  readonly named: boolean;
  /** How it is taken back. */
  readonly back: string;
}

/** What a user or group may do at kube-apiserver. */
export interface NameRow {
  readonly kind: 'user' | 'group';
  /** One that ends in a colon begins the names that are meant. */
  readonly name: string;
  readonly may: string;
  readonly back: string | null;
}

export const verifierRows: readonly VerifierRow[] = table.verifiers;
export const nameRows = table.names as readonly NameRow[];
/** What any other name may do. */
export const otherNames: string = table.others;
export const posing: { readonly leaf: string; readonly signer: string; readonly back: string } = table.server;
export const tokenSigning: { readonly signer: string; readonly back: string } = table.tokens;
/** How the key of a CA is taken back. */
export const rotation: string = table.rotation;

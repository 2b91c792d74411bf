/** A kubeconfig, as plain data. */
import type { Pem } from './pem-blocks.ts';
import type { Place, Placed } from './place.ts';

/** A certificate, key or CA to which a kubeconfig or a kubelet setting refers: embedded, or by path. */
export interface Reference {
  /** `users[default-auth].client-certificate-data`, … */
  readonly entry: string;
  readonly at: Place;
  /** Absolute path on the node, if the reference is by path. */
  readonly path?: string;
  /** That path as it is written, if it starts at the folder of the kubeconfig. */
  readonly relative?: string;
  /** The contents of the embedded base64. */
  readonly embedded?: Pem;
  /** Why embedded data could not be decoded. */
  readonly error?: string;
  /** Whether the data is PEM, which is not base64. */
  readonly isPem?: true;
}

/** The file of a token: its absolute path on the node, and the one that is written if that is relative. */
export type TokenFile = Placed<string> & Pick<Reference, 'relative'>;

/** What a kubeconfig refers to: the CAs of its cluster, the certificate of its user, and the key of that. */
export type ReferenceKind = 'trust' | 'certificate' | 'key';

/** What gets the credential of a user: an exec plugin, or an auth provider. */
export interface CredentialPlugin {
  readonly kind: 'exec' | 'auth-provider';
  /** The version of the API of an exec plugin; the name of an auth provider. */
  readonly name: Placed<string>;
  /** Whether an exec plugin needs a terminal. */
  readonly isInteractive?: true;
}

export interface Kubeconfig {
  readonly currentContext: Placed<string> | undefined;
  /** Why the current context does not lead to a cluster and a user; undefined if it does. */
  readonly unresolved: Placed<string> | undefined;
  /** Names of the contexts that do, at most ten; only if the current one does not. */
  readonly goodContexts?: readonly string[];
  /** Why client-go rejects the cluster or user of the context, as in its error: fields that exclude each other. */
  readonly refused?: Placed<string> | undefined;
  /** A value of either that client-go refuses, as in its error. */
  readonly invalid?: Placed<string> | undefined;
  readonly cluster?:
    | {
        readonly name: string;
        readonly at: Place;
        readonly server: Placed<string> | undefined;
        readonly tlsServerName: Placed<string> | undefined;
        /** May have a password. */
        readonly proxyUrl?: Placed<string> | undefined;
        readonly insecureSkipTlsVerify: Placed<boolean> | undefined;
        readonly certificateAuthority: Reference | undefined;
        /** Whether the kubeconfig has no other cluster. */
        readonly isOnly?: true;
      }
    | undefined;
  readonly user?:
    | {
        readonly name: string;
        readonly at: Place;
        readonly certificate: Reference | undefined;
        readonly key: Reference | undefined;
        /** Credentials that are not certificates: `token`, `tokenFile`, `exec`, `auth-provider`, `username`. */
        readonly otherCredentials: readonly string[];
        /** The file of its token, if that is read: not if there is a token too. */
        readonly tokenFile?: TokenFile | undefined;
        readonly plugin?: CredentialPlugin | undefined;
      }
    | undefined;
}

/** Returns what the cluster and the user of the current context refer to. */
export function referencesOf({
  cluster,
  user,
}: Kubeconfig): readonly { readonly kind: ReferenceKind; readonly reference: Reference }[] {
  const all = [
    { kind: 'trust', reference: cluster?.certificateAuthority },
    { kind: 'certificate', reference: user?.certificate },
    { kind: 'key', reference: user?.key },
  ] as const;
  return all.flatMap(({ kind, reference }) => (reference === undefined ? [] : { kind, reference }));
}

/** The documented tables (`rules/tables/`), typed. A test validates the JSON, so the type assertions are safe. */
import argumentTable from '../../rules/tables/arguments.json' with { type: 'json' };
import authorityTable from '../../rules/tables/authorities.json' with { type: 'json' };
import bindingTable from '../../rules/tables/bindings.json' with { type: 'json' };
import certificateTable from '../../rules/tables/certificates.json' with { type: 'json' };
import connectionTable from '../../rules/tables/connections.json' with { type: 'json' };
import keyPairTable from '../../rules/tables/key-pairs.json' with { type: 'json' };
import kubeconfigTable from '../../rules/tables/kubeconfigs.json' with { type: 'json' };
import usageTable from '../../rules/tables/usages.json' with { type: 'json' };
import type { KeyUsage } from '../artifact/certificate.ts';
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type {
  ArgumentName,
  ComponentName,
  FilesOfRow,
  FlagName,
  IntervalBound,
  PkiPath,
  ReleaseNumber,
  RoleName,
} from './names.ts';

/** Where a row applies: everywhere, with any etcd (also an external one), or only with an etcd on this node. */
export type Topology = 'any' | 'etcd' | 'stacked';

export interface AuthorityRow {
  readonly role: RoleName;
  readonly cn: NonEmptyString;
  readonly accepts: readonly NonEmptyString[];
  readonly certificate: PkiPath;
  readonly key: PkiPath;
  readonly for: NonEmptyString;
  readonly topology: Topology;
}

/**
 * A range of releases, from the first (inclusive) to the second (exclusive); '' for an open end.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Interval = readonly IntervalBound[];

/** The organizations that kubeadm wrote, and the releases of kubeadm that wrote them. */
export interface OrganizationHistory {
  readonly o: readonly NonEmptyString[];
  readonly releases: NonEmptyList<Interval>;
}

/** How an identity is authorized for its work. */
export type AuthorizedBy = 'nothing' | 'group' | 'user' | 'group-and-user' | 'group-or-user' | 'allowed-names';

export interface CertificateRow extends FilesOfRow<'certificate' | 'key'> {
  readonly role: RoleName;
  readonly cn: NonEmptyString;
  readonly accepts: readonly NonEmptyString[];
  readonly parent: RoleName;
  readonly o: readonly NonEmptyString[];
  readonly kinds: NonEmptyList<'server' | 'client'>;
  readonly needs: NonEmptyList<'serverAuth' | 'clientAuth'>;
  readonly hosts: readonly NonEmptyString[];
  readonly topology: Topology;
  readonly authorizedBy: AuthorizedBy;
  readonly kubeadm: NonEmptyList<OrganizationHistory>;
}

export interface KubeconfigRow {
  readonly role: RoleName;
  readonly credential: NonEmptyString;
  readonly cn: NonEmptyString;
  readonly o: readonly NonEmptyString[];
  readonly usedBy: NonEmptyString;
  readonly on: 'any' | 'control-plane';
  readonly optional: boolean;
  readonly without: Without;
  readonly authorizedBy: AuthorizedBy;
  /** Whether any group is accepted (`<admin-group>`). */
  readonly anyGroup: boolean;
  /** Whether kubeadm renews it, on upgrade and with `kubeadm certs renew` (renewal/manager.go). */
  readonly renewed: boolean;
  readonly kubeadm: NonEmptyList<OrganizationHistory>;
}

export interface KeyPairRow extends FilesOfRow<'private' | 'public'> {
  readonly role: RoleName;
}

/** The effect if something is missing. */
export type Without = 'outage' | 'degraded' | 'nothing';

/** How a component reads the file that an argument names. */
export type Holds =
  | 'pool'
  | 'etcd-pool'
  | 'certificate'
  | 'key'
  | 'signer'
  | 'signer-key'
  | 'verifiers'
  | 'token-signer'
  | 'kubeconfig'
  | 'sni-pair'
  /** A configuration file in YAML. */
  | 'settings'
  /** A file with other content. */
  | 'file'
  | 'text';

export interface ArgumentRow {
  readonly component: ComponentName;
  readonly flag: FlagName;
  readonly role: RoleName | null;
  readonly holds: Holds;
  /** The recommended path, relative to the PKI root; null if there is none. */
  readonly path: PkiPath | null;
  readonly documented: boolean;
  readonly without: Without;
  readonly when: Condition;
  readonly since?: ReleaseNumber;
  /** The first release that does not need it. */
  readonly until?: ReleaseNumber;
  readonly replacedBy?: NonEmptyList<FlagName>;
  /** The effect of its absence under a further condition, instead of `without` and `breaks`. */
  readonly instead?: { readonly when: Condition; readonly without: Without; readonly breaks: NonEmptyString };
  /** The flag that this one requires, and what breaks if only that flag is set. */
  readonly half?: { readonly of: FlagName; readonly breaks: NonEmptyString };
  /** Whether Kubernetes works with an expired file: only metrics, or etcd's HTTP gateway, depend on it. */
  readonly minor?: true;
  /** Whether the component does not start, or exits, if it is not given. */
  readonly stops?: true;
  /** Whether the component starts even if it cannot load the file: it loads it when it needs it. */
  readonly lazy?: true;
  /** What the component logs before the error, if it cannot load the file: `failed to load SNI cert and key: `. */
  readonly said?: NonEmptyString;
  readonly breaks: string;
  /** The flag without which the file is not read. */
  readonly readWith?: FlagName;
  /** Whether it is a slot only where it is given. */
  readonly optional?: true;
}

/** An argument that names a file of no role, and that no component needs. */
export interface FileArgumentRow extends Pick<ArgumentRow, 'component' | 'flag' | 'holds' | 'readWith'> {
  /** What happens without the file. */
  readonly breaks: NonEmptyString;
  /** Where the component reads it. */
  readonly code: NonEmptyString;
}

/** When an argument is needed (`conditions` in `src/model/roles/conditions.ts`). */
export type Condition =
  | 'always'
  | 'never'
  | 'etcd-over-tls'
  | 'etcd-wants-client-certificates'
  | 'etcd-serves-tls'
  | 'etcd-asks-clients'
  | 'etcd-peers-over-tls'
  | 'etcd-asks-peers'
  | 'one-signer'
  | 'signer-for-each'
  | 'serving-certificates-requested'
  | 'kubeconfig-embeds-ca'
  | 'kubelet-config-seen';

export interface UsageRow {
  readonly kind: 'server' | 'client';
  readonly keyUsage: NonEmptyList<KeyUsage>;
  readonly extendedKeyUsage: NonEmptyList<'serverAuth' | 'clientAuth'>;
}

/** The ClusterRoleBinding that a certificate with these groups needs. */
export interface BindingRow {
  readonly role: RoleName;
  readonly o: readonly NonEmptyString[];
  /** The name of the ClusterRoleBinding. */
  readonly name: NonEmptyString;
  readonly clusterRole: NonEmptyString;
  /**
   * The option of `kubectl create clusterrolebinding` for the user or group.
   *
   * @pattern ^--(user|group)=
   */
  readonly subject: string;
  /** What fails without the binding. */
  readonly without: NonEmptyString;
  /** @pattern ^ [A-Z].*[.]$ */
  readonly note?: string;
}

export const bindingRows = bindingTable.rows as readonly BindingRow[];
export const authorityRows = authorityTable.rows as readonly AuthorityRow[];
export const certificateRows = certificateTable.rows as readonly CertificateRow[];
/** Documented hosts that kubeadm never adds to a certificate. */
export const unwrittenHosts: readonly string[] = certificateTable.unwritten;
export const kubeconfigRows = kubeconfigTable.rows as readonly KubeconfigRow[];
/** Kubeconfigs that are not in the tables of the documentation. */
export const undocumentedKubeconfigRows = kubeconfigTable.undocumented as readonly KubeconfigRow[];
export const keyPairRows = keyPairTable.rows as readonly KeyPairRow[];
const fileRows = (argumentTable.files as readonly FileArgumentRow[]).map((row): ArgumentRow => {
  const { component, flag, holds, breaks, readWith } = row;
  const unneeded = { role: null, path: null, documented: false, without: 'nothing', when: 'never' } as const;
  return { component, flag, holds, breaks, ...unneeded, ...(readWith && { readWith }), optional: true };
});

export const argumentRows: readonly ArgumentRow[] = [...(argumentTable.rows as readonly ArgumentRow[]), ...fileRows];
export const usageRows = usageTable.rows as readonly UsageRow[];

/** Where the addresses of a connection are configured (`src/model/handshake/dials.ts` reads them). */
export type Dials =
  | 'etcd-servers'
  | 'peer-urls'
  | 'etcd-listener'
  | 'etcd-gateway'
  | 'kubelets'
  | 'kubeconfig-server'
  | 'service'
  | 'signer'
  | 'api-server-peers'
  | 'nothing';

/** A connection: its client and server, what each presents, and what each trusts. */
export interface ConnectionRow {
  /** @pattern ^[a-z-]+$ */
  readonly id: string;
  readonly client: NonEmptyString;
  readonly server: NonEmptyString;
  /** The component that dials, if the connection exists only when that component was seen. */
  readonly on: ComponentName | null;
  /** The role of the certificate or token that the client presents. */
  readonly presents: RoleName;
  /** The argument (`component flag`) with which the server verifies the client. */
  readonly verifies: ArgumentName;
  readonly verifiedBy: RoleName;
  readonly serves: RoleName | null;
  /** What the client verifies the server with: an argument (`component flag`), an authority, `kubeconfig`, nothing. */
  readonly trust: ArgumentName | 'kubeconfig' | 'etcd-ca' | 'nothing';
  readonly trusts: RoleName | null;
  readonly dials: Dials;
  /** The server's error for a `{user}` that is not authorized; undefined if names do not matter. */
  readonly forbidden?: NonEmptyString;
  /** What does not work without the connection; `ifSeveral`: while it is not known whether etcd has other members. */
  readonly without: NonEmptyString;
  readonly ifSeveral?: NonEmptyString;
}

export const connectionRows = connectionTable.rows as readonly ConnectionRow[];

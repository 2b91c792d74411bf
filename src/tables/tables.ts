/**
 * The typed face of `rules/`: what the documentation says, row by row. The JSON is checked against `rules/schema/` by
 * the tests, so that this module may trust it: the casts below are the only ones.
 */
import argumentTable from '../../rules/tables/arguments.json' with { type: 'json' };
import authorityTable from '../../rules/tables/authorities.json' with { type: 'json' };
import bindingTable from '../../rules/tables/bindings.json' with { type: 'json' };
import certificateTable from '../../rules/tables/certificates.json' with { type: 'json' };
import conflictTable from '../../rules/tables/conflicting-arguments.json' with { type: 'json' };
import connectionTable from '../../rules/tables/connections.json' with { type: 'json' };
import keyPairTable from '../../rules/tables/key-pairs.json' with { type: 'json' };
import kubeconfigTable from '../../rules/tables/kubeconfigs.json' with { type: 'json' };
import removedTable from '../../rules/tables/removed-arguments.json' with { type: 'json' };
import usageTable from '../../rules/tables/usages.json' with { type: 'json' };
import type { KeyUsage } from '../core/certificate.ts';
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type {
  ArgumentName,
  ComponentName,
  FlagName,
  IntervalBound,
  PkiPath,
  ReleaseNumber,
  RoleName,
} from './names.ts';

/** Where a row applies: with any etcd, with an etcd at all (also an external one), with an etcd on this node. */
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
 * Two releases, from the first (inclusive) to the second (exclusive); '' where open.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Interval = readonly IntervalBound[];

/** The organizations that kubeadm wrote, and the releases that wrote them. */
export interface OrganizationHistory {
  readonly o: readonly NonEmptyString[];
  readonly releases: NonEmptyList<Interval>;
}

/** What decides whether an identity may do its work. */
export type AuthorizedBy = 'nothing' | 'group' | 'user' | 'group-and-user' | 'group-or-user' | 'allowed-names';

export interface CertificateRow {
  readonly role: RoleName;
  readonly cn: NonEmptyString;
  readonly accepts: readonly NonEmptyString[];
  readonly parent: RoleName;
  readonly o: readonly NonEmptyString[];
  readonly kinds: NonEmptyList<'server' | 'client'>;
  readonly needs: NonEmptyList<'serverAuth' | 'clientAuth'>;
  readonly hosts: readonly NonEmptyString[];
  readonly certificate: PkiPath;
  readonly key: PkiPath;
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
  /** Whether any group will do (`<admin-group>`). */
  readonly anyGroup: boolean;
  /** Whether kubeadm renews it, with every upgrade and when it is told to (renewal/manager.go). */
  readonly renewed: boolean;
  readonly kubeadm: NonEmptyList<OrganizationHistory>;
}

export interface KeyPairRow {
  readonly role: RoleName;
  readonly private: PkiPath;
  readonly public: PkiPath;
}

/** What breaks where a thing is missing. */
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
  | 'text';

export interface ArgumentRow {
  readonly component: ComponentName;
  readonly flag: FlagName;
  readonly role: RoleName | null;
  readonly holds: Holds;
  /** Recommended path, relative to the PKI root; null where there is none. */
  readonly path: PkiPath | null;
  readonly documented: boolean;
  readonly without: Without;
  readonly when: Condition;
  readonly since?: ReleaseNumber;
  readonly replacedBy?: NonEmptyList<FlagName>;
  /** The flag without which this one must not be, and what breaks where that one is given alone. */
  readonly half?: { readonly of: FlagName; readonly breaks: NonEmptyString };
  readonly breaks: string;
}

/** When an argument is needed; `src/model/conditions.ts` decides. */
export type Condition =
  | 'always'
  | 'never'
  | 'etcd-over-tls'
  | 'etcd-wants-client-certificates'
  | 'etcd-serves-tls'
  | 'etcd-asks-clients'
  | 'etcd-peers-over-tls'
  | 'etcd-asks-peers'
  | 'ca-key-on-node'
  | 'kubeconfig-embeds-no-ca'
  | 'kubelet-config-seen';

export interface RemovedArgumentRow {
  readonly component: ComponentName;
  readonly flag: FlagName;
  readonly removedIn: ReleaseNumber;
  readonly said: NonEmptyString;
  /** The value with which kubeadm itself wrote it, in some releases before it was removed. */
  readonly written?: string;
}

/** Arguments that must not be given together. */
export interface ConflictRow {
  readonly component: ComponentName;
  readonly flags: NonEmptyList<FlagName>;
  readonly with: NonEmptyList<FlagName>;
  /** What the component says. */
  readonly said: NonEmptyString;
}

export interface UsageRow {
  readonly kind: 'server' | 'client';
  readonly keyUsage: NonEmptyList<KeyUsage>;
  readonly extendedKeyUsage: NonEmptyList<'serverAuth' | 'clientAuth'>;
}

/** What a certificate with these groups is bound by. */
export interface BindingRow {
  readonly role: RoleName;
  readonly o: readonly NonEmptyString[];
  /** Of the ClusterRoleBinding. */
  readonly name: NonEmptyString;
  readonly clusterRole: NonEmptyString;
  /**
   * As an option of `kubectl create clusterrolebinding`.
   *
   * @pattern ^--(user|group)=
   */
  readonly subject: string;
  /** What fails without it. */
  readonly without: NonEmptyString;
  /** @pattern ^ [A-Z].*[.]$ */
  readonly note?: string;
}

export const bindingRows = bindingTable.rows as readonly BindingRow[];
export const authorityRows = authorityTable.rows as readonly AuthorityRow[];
export const certificateRows = certificateTable.rows as readonly CertificateRow[];
/** Hosts of the page that kubeadm itself never writes. */
export const unwrittenHosts: readonly string[] = certificateTable.unwritten;
export const kubeconfigRows = kubeconfigTable.rows as readonly KubeconfigRow[];
/** Kubeconfigs that no table of the page has. */
export const undocumentedKubeconfigRows = kubeconfigTable.undocumented as readonly KubeconfigRow[];
export const keyPairRows = keyPairTable.rows as readonly KeyPairRow[];
export const argumentRows = argumentTable.rows as readonly ArgumentRow[];
export const removedArgumentRows = removedTable.rows as readonly RemovedArgumentRow[];
export const conflictRows = conflictTable.rows as readonly ConflictRow[];
export const usageRows = usageTable.rows as readonly UsageRow[];

/** Where the addresses of a connection are written; `src/model/connections/dials.ts` reads them. */
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

/** Who dials whom, showing and trusting what. */
export interface ConnectionRow {
  /** @pattern ^[a-z-]+$ */
  readonly id: string;
  readonly client: NonEmptyString;
  readonly server: NonEmptyString;
  /** The component that dials, where it must be seen for the connection to exist. */
  readonly on: ComponentName | null;
  /** The role whose certificate, or token, the client shows. */
  readonly presents: RoleName;
  /** `component flag`: by which the server verifies the client. */
  readonly verifies: ArgumentName;
  readonly verifiedBy: RoleName;
  readonly serves: RoleName | null;
  /** `component flag`, an authority, `kubeconfig` or `nothing`: by which the client verifies the server. */
  readonly trust: ArgumentName | 'kubeconfig' | 'etcd-ca' | 'nothing';
  readonly trusts: RoleName | null;
  readonly dials: Dials;
  /** What the server says to a name, `{user}`, that may not do the work; undefined where names do not matter. */
  readonly forbidden?: NonEmptyString;
  /** What does not work without it. */
  readonly without: NonEmptyString;
}

export const connectionRows = connectionTable.rows as readonly ConnectionRow[];

/** The documented tables (`rules/tables/`), typed. A test validates the JSON, so the type assertions are safe. */
import argumentTable from '../../rules/tables/arguments.json' with { type: 'json' };
import authorityTable from '../../rules/tables/authorities.json' with { type: 'json' };
import certificateTable from '../../rules/tables/certificates.json' with { type: 'json' };
import keyPairTable from '../../rules/tables/key-pairs.json' with { type: 'json' };
import kubeconfigTable from '../../rules/tables/kubeconfigs.json' with { type: 'json' };
import usageTable from '../../rules/tables/usages.json' with { type: 'json' };
import type { KeyUsage } from '../artifact/certificate.ts';
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type {
  ComponentName,
  FilesOfRow,
  FlagName,
  IntervalBound,
  PkiPath,
  ReleaseNumber,
  RoleName,
} from './name-types.ts';

/** Where a row applies: everywhere, with any etcd (also an external one), or only with an etcd on this node. */
export type Topology = 'any' | 'etcd' | 'stacked';

export interface AuthorityRow {
  readonly role: RoleName;
  readonly cn: NonEmptyString;
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

/** The organizations that an installer wrote, and its releases that wrote them. */
export interface OrganizationHistory {
  readonly o: readonly NonEmptyString[];
  readonly releases: NonEmptyList<Interval>;
}

/** How an identity is authorized for its work. */
export type AuthorizedBy = 'nothing' | 'group' | 'user' | 'group-and-user' | 'group-or-user' | 'allowed-names';

/** The kind of nodes that have the file of a role. */
export type NodesWithRole = 'control-plane' | 'worker' | 'etcd' | 'any';

/** Which nodes have a file, what uses it, and what its absence means. */
interface Use {
  readonly usedBy: NonEmptyString;
  readonly on: NodesWithRole;
  readonly optional: boolean;
  readonly without: Without;
}

/** Of a documented certificate, the topology and the arguments show its use. */
export interface CertificateRow extends FilesOfRow<'certificate' | 'key'>, Partial<Use> {
  readonly role: RoleName;
  readonly cn: NonEmptyString;
  readonly parent: RoleName;
  readonly o: readonly NonEmptyString[];
  readonly kinds: NonEmptyList<'server' | 'client'>;
  readonly needs: NonEmptyList<'serverAuth' | 'clientAuth'>;
  readonly hosts: readonly NonEmptyString[];
  readonly topology: Topology;
  readonly authorizedBy: AuthorizedBy;
}

export interface KubeconfigRow extends Use {
  readonly role: RoleName;
  readonly credential: NonEmptyString;
  readonly cn: NonEmptyString;
  readonly o: readonly NonEmptyString[];
  readonly parent: RoleName;
  readonly authorizedBy: AuthorizedBy;
  /** Whether any group is accepted (`<admin-group>`). */
  readonly anyGroup: boolean;
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
  /** A folder of configuration files, `*.conf`, each of which is a slot. */
  | 'drop-ins'
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
  readonly optional?: boolean;
}

/** Returns the name of an argument in the tables: `kube-apiserver client-ca-file`. */
export const argumentName = ({ component = '', flag = '' }: Partial<Pick<ArgumentRow, 'component' | 'flag'>>): string =>
  `${component} ${flag}`;

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

export const authorityRows = authorityTable.rows as readonly AuthorityRow[];
export const certificateRows = certificateTable.rows as readonly CertificateRow[];
/** Documented hosts that no client dials. */
export const unwrittenHosts: readonly string[] = certificateTable.unwritten;
export const kubeconfigRows = kubeconfigTable.rows as readonly KubeconfigRow[];
/** Kubeconfigs that are not in the tables of the documentation. */
export const undocumentedKubeconfigRows = kubeconfigTable.undocumented as readonly KubeconfigRow[];
export const keyPairRows = keyPairTable.rows as readonly KeyPairRow[];
/** An argument whose file plays no role: it is read where the argument is given. */
export const ofNoRole = {
  role: null,
  path: null,
  documented: false,
  without: 'nothing',
  when: 'never',
  optional: true,
} as const;

const fileRows = (argumentTable.files as readonly FileArgumentRow[]).map((row): ArgumentRow => {
  const { component, flag, holds, breaks, readWith } = row;
  return { component, flag, holds, breaks, ...ofNoRole, ...(readWith && { readWith }) };
});

export const argumentRows: readonly ArgumentRow[] = [...(argumentTable.rows as readonly ArgumentRow[]), ...fileRows];
export const usageRows = usageTable.rows as readonly UsageRow[];

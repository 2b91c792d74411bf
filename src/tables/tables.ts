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

/** Where a row applies: with any etcd, with an etcd at all (also an external one), with an etcd on this node. */
export type Topology = 'any' | 'etcd' | 'stacked';

export interface AuthorityRow {
  readonly role: string;
  readonly cn: string;
  readonly accepts: readonly string[];
  readonly certificate: string;
  readonly key: string;
  readonly for: string;
  readonly topology: Topology;
}

/** Two releases, from the first (inclusive) to the second (exclusive); '' where open. */
export type Interval = readonly string[];

/** The organizations that kubeadm wrote, and the releases that wrote them. */
export interface OrganizationHistory {
  readonly o: readonly string[];
  readonly releases: readonly Interval[];
}

/** What decides whether an identity may do its work. */
export type AuthorizedBy = 'nothing' | 'group' | 'user' | 'group-and-user' | 'group-or-user' | 'allowed-names';

export interface CertificateRow {
  readonly role: string;
  readonly cn: string;
  readonly accepts: readonly string[];
  readonly parent: string;
  readonly o: readonly string[];
  readonly kinds: readonly ('server' | 'client')[];
  readonly needs: readonly string[];
  readonly hosts: readonly string[];
  readonly certificate: string;
  readonly key: string;
  readonly topology: Topology;
  readonly authorizedBy: AuthorizedBy;
  readonly kubeadm: readonly OrganizationHistory[];
}

export interface KubeconfigRow {
  readonly role: string;
  readonly credential: string;
  readonly cn: string;
  readonly o: readonly string[];
  readonly usedBy: string;
  readonly on: 'any' | 'control-plane';
  readonly optional: boolean;
  readonly without: Without;
  readonly authorizedBy: AuthorizedBy;
  /** Whether any group will do (`<admin-group>`). */
  readonly anyGroup: boolean;
  /** Whether kubeadm renews it, with every upgrade and when it is told to (renewal/manager.go). */
  readonly renewed: boolean;
  readonly kubeadm: readonly OrganizationHistory[];
}

export interface KeyPairRow {
  readonly role: string;
  readonly private: string;
  readonly public: string;
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
  readonly component: string;
  /** Without its dashes. */
  readonly flag: string;
  readonly role: string | null;
  readonly holds: Holds;
  /** Recommended path, relative to the PKI root; null where there is none. */
  readonly path: string | null;
  readonly documented: boolean;
  readonly without: Without;
  readonly when: Condition;
  readonly since?: string;
  readonly replacedBy?: readonly string[];
  /** The flag without which this one must not be, and what breaks where that one is given alone. */
  readonly half?: { readonly of: string; readonly breaks: string };
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
  readonly component: string;
  readonly flag: string;
  readonly removedIn: string;
  readonly said: string;
  /** The value with which kubeadm itself wrote it, in some releases before it was removed. */
  readonly written?: string;
}

/** Arguments that must not be given together. */
export interface ConflictRow {
  readonly component: string;
  readonly flags: readonly string[];
  readonly with: readonly string[];
  /** What the component says. */
  readonly said: string;
}

export interface UsageRow {
  readonly kind: 'server' | 'client';
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly string[];
}

/** What a certificate with these groups is bound by. */
export interface BindingRow {
  readonly role: string;
  readonly o: readonly string[];
  /** Of the ClusterRoleBinding. */
  readonly name: string;
  readonly clusterRole: string;
  /** As an option of `kubectl create clusterrolebinding`. */
  readonly subject: string;
  /** What fails without it. */
  readonly without: string;
  readonly note?: string;
}

export const bindingRows = bindingTable.rows as readonly BindingRow[];
export const authorityRows = authorityTable.rows as readonly AuthorityRow[];
export const certificateRows = certificateTable.rows as readonly CertificateRow[];
/** Hosts of the page that kubeadm itself never writes. */
export const unwrittenHosts: readonly string[] = certificateTable.unwritten;
export const kubeconfigRows = kubeconfigTable.rows as readonly KubeconfigRow[];
export const kubeconfigDirectory: string = kubeconfigTable.directory;
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
  readonly id: string;
  readonly client: string;
  readonly server: string;
  /** The component that dials, where it must be seen for the connection to exist. */
  readonly on: string | null;
  /** The role whose certificate, or token, the client shows. */
  readonly presents: string;
  /** `component flag`: by which the server verifies the client. */
  readonly verifies: string;
  readonly verifiedBy: string;
  readonly serves: string | null;
  /** `component flag`, an authority, `kubeconfig` or `nothing`: by which the client verifies the server. */
  readonly trust: string;
  readonly trusts: string | null;
  readonly dials: Dials;
  /** What the server says to a name, `{user}`, that may not do the work; undefined where names do not matter. */
  readonly forbidden?: string;
  /** What does not work without it. */
  readonly without: string;
}

export const connectionRows = connectionTable.rows as readonly ConnectionRow[];

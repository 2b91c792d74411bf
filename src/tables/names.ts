/** Names, paths and releases as the rows of `rules/tables/` write them. `rules/schema/tables.schema.json` is generated from these types. */

/**
 * A row's name: what plays it is a role.
 *
 * @pattern ^[a-z][a-z.-]*$
 */
export type RoleName = string;

/**
 * Relative to the PKI root.
 *
 * @pattern ^(\.\./)?[a-z][a-z/.-]*$
 */
export type PkiPath = string;

/**
 * Without its dashes.
 *
 * @pattern ^[a-z][a-z0-9-]*$
 */
export type FlagName = string;

export type ComponentName = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd' | 'kubelet';

/**
 * A component and one of its flags, without dashes: a row of the arguments table.
 *
 * @pattern ^(kube-apiserver|kube-controller-manager|etcd|kubelet) [a-z-]+$
 */
export type ArgumentName = string;

/**
 * `1.29.0`, without a `v`.
 *
 * @pattern ^\d+\.\d+\.\d+$
 */
export type ReleaseNumber = string;

/**
 * A release, or '' where the interval is open.
 *
 * @pattern ^(\d+\.\d+\.\d+)?$
 */
export type IntervalBound = string;

/**
 * `1.29`: its releases are 1.29.0 and later ones.
 *
 * @pattern ^1\.\d+$
 */
export type MinorVersion = string;

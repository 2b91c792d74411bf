/** The releases of etcd that kubeadm deploys, and the way from one to the next: `rules/tables/etcd-releases.json`. */
import table from '../../rules/tables/etcd-releases.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { FlagName, ReleaseNumber } from './name-types.ts';

/** The etcd that kubeadm deploys for a release of Kubernetes, and for those after it. */
interface DeployedRow {
  readonly kubernetes: ReleaseNumber;
  readonly etcd: ReleaseNumber;
  readonly said: NonEmptyString;
}

/** The oldest release from which the members of a cluster may go to the next minor. */
interface LineRow {
  readonly to: ReleaseNumber;
  readonly from: ReleaseNumber;
  readonly said: NonEmptyString;
}

/** `rules/tables/etcd-releases.json`. */
export interface EtcdReleaseTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** The newest minor whose flags are known: `v3.7`. */
  readonly known: NonEmptyString;
  /** From the oldest to the newest. */
  readonly deployed: NonEmptyList<DeployedRow>;
  readonly lines: NonEmptyList<LineRow>;
  /** Feature gates of etcd, by the flags that they replace. */
  readonly gates: Readonly<Record<FlagName, NonEmptyString>>;
}

const { deployed, lines, gates, known } = table as unknown as EtcdReleaseTable;

export const etcdKnownUpTo = known;
export const deployedRows: readonly DeployedRow[] = deployed;
export const lineRows: readonly LineRow[] = lines;

/** Returns the feature gate of etcd that replaces a flag; undefined for other flags. */
export const gateInsteadOf = (flag: string): string | undefined =>
  Object.hasOwn(gates, flag) ? gates[flag] : undefined;

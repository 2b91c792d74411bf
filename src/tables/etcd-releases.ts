/** The releases of etcd that kubeadm deploys, and the way from one to the next: `rules/tables/etcd-releases.json`. */
import table from '../../rules/tables/etcd-releases.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { FlagName, MinorVersion, ReleaseNumber } from './name-types.ts';

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

/** The Go that built the releases of etcd from one to another. */
interface BuildRow {
  readonly etcd: ReleaseNumber;
  readonly until: ReleaseNumber;
  readonly go: MinorVersion;
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
  /** From the oldest to the newest. Between two rows of a minor, the Go is not newer than that of the second. */
  readonly builds: NonEmptyList<BuildRow>;
  /** Feature gates of etcd, by the flags that they replace. */
  readonly gates: Readonly<Record<FlagName, NonEmptyString>>;
}

const { deployed, lines, builds, gates, known } = table as unknown as EtcdReleaseTable;

export const etcdKnownUpTo = known;
export const deployedRows: readonly DeployedRow[] = deployed;
export const lineRows: readonly LineRow[] = lines;

/** A release as a number, for comparison: `3.5.22`. */
const ordinal = (release: string): number =>
  release.split('.').reduce((sum, part) => sum * 1000 + (Number.parseInt(part, 10) || 0), 0);

/** The Go that built a release of etcd. */
interface EtcdBuild {
  readonly go: MinorVersion;
  /** Whether an older one may have built it. */
  readonly orOlder: boolean;
}

/** Returns the Go that built a release of etcd; undefined if the release is newer than those known. */
export function goOfEtcd(release: string): EtcdBuild | undefined {
  const ofMinor = builds.filter(({ etcd }) => etcd.startsWith(`${/^\d+\.\d+\./.exec(release)?.[0]}`));
  const isOld = builds.every(({ etcd }) => ordinal(release) < ordinal(etcd));
  const row = (isOld ? builds : ofMinor).find(({ until }) => ordinal(release) <= ordinal(until));
  return row && { go: row.go, orOlder: ordinal(release) < ordinal(row.etcd) };
}

/** Returns the feature gate of etcd that replaces a flag; undefined for other flags. */
export const gateInsteadOf = (flag: string): string | undefined =>
  Object.hasOwn(gates, flag) ? gates[flag] : undefined;

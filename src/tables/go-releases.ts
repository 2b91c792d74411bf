/** Which Go built which Kubernetes release, and how strictly each Go release checks certificates. */
import strictnessTable from '../../rules/tables/go-strictness.json' with { type: 'json' };
import kubernetesTable from '../../rules/tables/kubernetes-go.json' with { type: 'json' };
import { type Leniency, type Strictness, strictest } from '../artifact/strictness.ts';
import type { NonEmptyString } from '../core/formats.ts';
import type { MinorVersion, ReleaseNumber } from './name-types.ts';

export interface StrictnessRow extends Strictness {
  /** The first Go release that is this strict. */
  readonly go: ReleaseNumber;
  /** The change, and where Go documents it. */
  readonly said: NonEmptyString;
}

/**
 * A switch of a release branch to a later Go. For patch releases from `maybe` until `from`, it is not known whether the
 * earlier or the later Go built them.
 *
 * @minProperties 2
 */
interface Move {
  readonly go: ReleaseNumber;
  /** The first patch release that it certainly built. */
  readonly from?: ReleaseNumber;
  /** The first patch release that it may have built. */
  readonly maybe?: ReleaseNumber;
}

export interface KubernetesRow {
  readonly kubernetes: MinorVersion;
  /** The newest patch release that is known. */
  readonly newest: ReleaseNumber;
  /** The Go minor that built the .0 release. The GODEBUG defaults of the branch stay at this version. */
  readonly go: MinorVersion;
  /** Later Go releases that built patch releases, in order. */
  readonly later: readonly Move[];
  /** It is not released yet: what is known of it is true of its pre-releases. */
  readonly upcoming?: true;
}

/** From the oldest to the newest. */
export const strictnessRows = strictnessTable.rows as readonly StrictnessRow[];
export const kubernetesRows = kubernetesTable.rows as readonly KubernetesRow[];

/** The newest minor that is released: `1.37`. */
export const newestMinor = kubernetesRows.findLast(({ upcoming }) => !upcoming)?.kubernetes ?? '';

/** Leniencies that are GODEBUG settings: they depend on the Go version in go.mod, whichever Go builds the program. */
const godebugLeniencies = Object.keys(strictnessTable.settings) as readonly Leniency[];

/**
 * Converts a Go or Kubernetes release to a number for comparison: `go1.24.4`, `v1.32.9`, `1.24` (the same as 1.24.0).
 */
function ordinal(release: string): number | undefined {
  const [, minor, patch = '0'] = /^(?:go|v)?1\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.])/.exec(release) ?? [];
  return minor === undefined ? undefined : Number(minor) * 1000 + Number(patch);
}

/**
 * Returns how strictly a Go release checks certificates. A release newer than the table counts as the newest in it.
 * undefined for one that is older than the table, or is not a release.
 */
export function strictnessOfGo(go: string): Strictness | undefined {
  const wanted = ordinal(go);
  return wanted === undefined ? undefined : strictnessRows.findLast((row) => (ordinal(row.go) ?? 0) <= wanted);
}

const minorOf = (release: string): number => Math.floor((ordinal(release) ?? 0) / 1000);

/**
 * Returns the newest patch release of a minor release (`1.33`) that is known; undefined for an unknown minor.
 *
 * @param minor default: the newest that is released
 */
export function newestPatch(minor = newestMinor): string | undefined {
  return kubernetesRows.find(({ kubernetes }) => kubernetes === minor)?.newest;
}

/**
 * Returns the releases that an upgrade goes through, the target last: kubeadm upgrades by one minor release at most
 * (cmd/kubeadm/app/phases/upgrade/policy.go, MaximumAllowedMinorVersionUpgradeSkew). Of those between, the newest patch
 * releases; none if the target is older than the release.
 */
export function upgradePath(release: string, target: string): readonly string[] {
  if (ordinal(release) === undefined || (ordinal(target) ?? 0) < (ordinal(release) ?? 0)) return [];
  const between = Array.from({ length: Math.max(0, minorOf(target) - minorOf(release) - 1) }, (_, index) => {
    const minor = `1.${minorOf(release) + index + 1}`;
    return newestPatch(minor) ?? `${minor}.0`;
  });
  return [...between, target];
}

/** How strictly the components of a Kubernetes release check certificates. */
export interface Built {
  /** The Go releases that may have built it. */
  readonly go: readonly string[];
  /** Rejects only what all of them reject: of a patch release after the newest, what the newest Go rejects too. */
  readonly strictness: Strictness;
  /** Whether all of them reject the same. */
  readonly sure: boolean;
  /** Rejects what the newest of them rejects. */
  readonly strict: Strictness;
}

/**
 * Returns how strictly a Kubernetes release checks certificates (`v1.32.9`; `1.32` is the same as 1.32.0); undefined if
 * the release is not in the table. This depends on the Go that built the patch release, except for GODEBUG settings,
 * which depend on go.mod.
 */
export function strictnessOfKubernetes(release: string): Built | undefined {
  const wanted = ordinal(release);
  const row = kubernetesRows.find(({ kubernetes }) => ordinal(kubernetes) === Math.floor((wanted ?? 0) / 1000) * 1000);
  if (wanted === undefined || row === undefined) return undefined;
  const reached = (first: string | undefined) => first !== undefined && (ordinal(first) ?? 0) <= wanted;
  const certain = row.later.findLastIndex((move) => reached(move.from));
  const possible = row.later.slice(certain + 1).filter((move) => reached(move.maybe));
  const go = [row.later[certain]?.go ?? row.go, ...possible.map((move) => move.go)];
  const initial = strictnessOfGo(row.go)?.takes ?? [];
  const takes = go.map((one) => [
    ...new Set([...(strictnessOfGo(one)?.takes ?? []), ...godebugLeniencies.filter((name) => initial.includes(name))]),
  ]);
  const all = [...new Set(takes.flat())];
  const refused = wanted > (ordinal(row.newest) ?? 0) ? [] : go.map((one) => strictnessOfGo(one)?.refuses ?? []);
  const refuses = refused[0]?.filter((one) => refused.every((some) => some.includes(one))) ?? [];
  const strict = { takes: takes.at(-1) ?? [], refuses };
  return { go, strictness: { takes: all, refuses }, sure: takes.every((some) => some.length === all.length), strict };
}

/**
 * Returns the first release of Kubernetes after `release` that certainly refuses what a leniency accepts; undefined if
 * none in the table does.
 */
export function firstWithout(leniency: Leniency, release: string): string | undefined {
  const releases = kubernetesRows.flatMap(({ kubernetes, later }) => [
    `${kubernetes}.0`,
    ...later.flatMap(({ from }) => from ?? []),
  ]);
  return releases
    .filter((one) => (ordinal(one) ?? 0) > (ordinal(release) ?? 0))
    .find((one) => !strictnessOfNode(one).takes.includes(leniency));
}

/**
 * Returns how strictly the certificates of a node with this release are checked: as by the newest one that is released
 * if the release is unknown, as by the newest Go if it is newer than the table, and as by the oldest if it is older.
 */
export function strictnessOfNode(release: string | undefined): Strictness {
  // Whether it is ML-DSA that a Go before 1.27 does not know depends on the release.
  if (release === undefined) return { ...strictnessOfNode(newestMinor), refuses: [] };
  const older = (ordinal(release) ?? 0) < (ordinal(kubernetesRows[0]?.kubernetes ?? '') ?? 0);
  return strictnessOfKubernetes(release)?.strictness ?? (older ? strictnessRows[0] : undefined) ?? strictest;
}

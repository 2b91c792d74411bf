/** Which Go builds which Kubernetes, and how each judges certificates. */
import strictnessTable from '../../rules/tables/go-strictness.json' with { type: 'json' };
import kubernetesTable from '../../rules/tables/kubernetes-go.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';
import { type Leniency, type Strictness, strictest } from '../core/strictness.ts';
import type { MinorVersion, ReleaseNumber } from './names.ts';

export interface StrictnessRow extends Strictness {
  /** The first release of Go that judges so. */
  readonly go: ReleaseNumber;
  /** The change, and where Go documents it. */
  readonly said: NonEmptyString;
}

/**
 * A move of a release branch to a later Go. Between `maybe` and `from` it is not known which of two built a patch release.
 *
 * @minProperties 2
 */
interface Move {
  readonly go: ReleaseNumber;
  /** The first patch release that was certainly built by it. */
  readonly from?: ReleaseNumber;
  /** The first that may have been. */
  readonly maybe?: ReleaseNumber;
}

export interface KubernetesRow {
  readonly kubernetes: MinorVersion;
  /** The minor that built its .0, and that its settings of GODEBUG stay at. */
  readonly go: MinorVersion;
  /** What built its patch releases, in order. */
  readonly later: readonly Move[];
}

/** From the oldest to the newest. */
export const strictnessRows = strictnessTable.rows as readonly StrictnessRow[];
export const kubernetesRows = kubernetesTable.rows as readonly KubernetesRow[];

/** Leniencies that a program keeps as the Go of its go.mod has them, whichever Go builds it. */
const kept = Object.keys(strictnessTable.settings) as readonly Leniency[];

/** `go1.24.4`, `1.24` (which is its .0) as a number to compare by; of Kubernetes the same. */
function ordinal(release: string): number | undefined {
  const [, minor, patch = '0'] = /^(?:go|v)?1\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.])/.exec(release) ?? [];
  return minor === undefined ? undefined : Number(minor) * 1000 + Number(patch);
}

/**
 * How a release of Go judges certificates; one beyond the table as the newest in it. undefined: no release, or older than
 * the table.
 */
export function strictnessOfGo(go: string): Strictness | undefined {
  const wanted = ordinal(go);
  return wanted === undefined ? undefined : strictnessRows.findLast((row) => (ordinal(row.go) ?? 0) <= wanted);
}

/** How the components of a Kubernetes release judge certificates. */
export interface Built {
  /** The Go that built it; several where it is not known which of them did. */
  readonly go: readonly string[];
  /** What all of them refuse. */
  readonly strictness: Strictness;
  /** Whether they all refuse the same. */
  readonly sure: boolean;
  /** What the newest of them refuses. */
  readonly strict: Strictness;
}

/**
 * How a Kubernetes release (`v1.32.9`; `1.32` is its .0) judges certificates; undefined where the table has it not. What
 * Go changed follows the Go that built that patch release, but for the settings of GODEBUG, which follow go.mod.
 */
export function strictnessOfKubernetes(release: string): Built | undefined {
  const wanted = ordinal(release);
  const row = kubernetesRows.find(({ kubernetes }) => ordinal(kubernetes) === Math.floor((wanted ?? 0) / 1000) * 1000);
  if (wanted === undefined || row === undefined) return undefined;
  const reached = (first: string | undefined) => first !== undefined && (ordinal(first) ?? 0) <= wanted;
  const certain = row.later.findLastIndex((move) => reached(move.from));
  const possible = row.later.slice(certain + 1).filter((move) => reached(move.maybe));
  const go = [row.later[certain]?.go ?? row.go, ...possible.map((move) => move.go)];
  const atFirst = strictnessOfGo(row.go)?.takes ?? [];
  const takes = go.map((one) => [
    ...new Set([...(strictnessOfGo(one)?.takes ?? []), ...kept.filter((leniency) => atFirst.includes(leniency))]),
  ]);
  const all = [...new Set(takes.flat())];
  const strict = { takes: takes.at(-1) ?? [] };
  return { go, strictness: { takes: all }, sure: takes.every((some) => some.length === all.length), strict };
}

/** By whose judgement a node of a release is read: a release beyond the table, or none, as the newest Go has it. */
export function strictnessOfNode(release: string | undefined): Strictness {
  if (release === undefined) return strictest;
  const older = (ordinal(release) ?? 0) < (ordinal(kubernetesRows[0]?.kubernetes ?? '') ?? 0);
  return strictnessOfKubernetes(release)?.strictness ?? (older ? strictnessRows[0] : undefined) ?? strictest;
}

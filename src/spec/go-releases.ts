/** Which Go builds which Kubernetes, and how each judges certificates. */
import strictnessTable from '../../rules/tables/go-strictness.json' with { type: 'json' };
import kubernetesTable from '../../rules/tables/kubernetes-go.json' with { type: 'json' };
import type { Strictness } from '../core/strictness.ts';

interface StrictnessRow extends Strictness {
  /** The first release that judges so. */
  readonly go: string;
  /** The change, and where it is told. */
  readonly said: string;
}

interface KubernetesRow {
  readonly kubernetes: string;
  /** The minor that built its .0. */
  readonly go: string;
  /** Minors that built some of its patch releases. */
  readonly later: readonly string[];
}

/** From the oldest to the newest. */
export const strictnessRows = strictnessTable.rows as readonly StrictnessRow[];
export const kubernetesRows = kubernetesTable.rows as readonly KubernetesRow[];

/** `go1.24.4`, `1.24` (which is its .0) as a number to compare by. */
function ordinal(go: string): number | undefined {
  const [, minor, patch = '0'] = /^(?:go)?1\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(go) ?? [];
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

/** The minor of Go that built the .0 of a Kubernetes release (`v1.32.4`, `1.32`); undefined where the table has it not. */
export function goOfKubernetes(release: string): string | undefined {
  const minor = /^v?(\d+\.\d+)(?!\d)/.exec(release)?.[1];
  return kubernetesRows.find((row) => row.kubernetes === minor)?.go;
}

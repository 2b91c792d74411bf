/** The certificate that kube-apiserver makes for itself when it starts. */
import { day } from '../../core/time.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import { processOf } from './processes.ts';

/**
 * The first release that makes it for three years (k8s.io/apiserver pkg/server/options/serving_with_loopback.go;
 * kubernetes#130047).
 */
const longFrom = '1.33.0';

/** The first release whose /livez fails after its end, so that the kubelet restarts it (kubernetes#136477). */
const restartedFrom = '1.36.0';

/**
 * Returns when that certificate of the running kube-apiserver ends: milliseconds since the epoch; undefined if nothing
 * shows it.
 */
export function loopbackEnd(pki: Pki): number | undefined {
  const started = processOf(pki, 'kube-apiserver')?.started;
  const release = pki.facts.kubernetesVersion?.value;
  if (started === undefined || release === undefined || isFrom(release, restartedFrom)) return undefined;
  const days = isFrom(release, longFrom) ? 3 * 365 + 1 : 365;
  return started + days * day - day / 24;
}

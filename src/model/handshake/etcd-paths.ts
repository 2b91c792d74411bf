/** The paths that etcd answers by HTTP. */
import { isFrom } from '../facts/release.ts';
import type { ProbeListener } from './probe-listeners.ts';

/** Added by etcd-io/etcd#17039: CHANGELOG-3.5.md and CHANGELOG-3.4.md. */
const newPaths = { paths: ['/livez', '/readyz'], since: '3.5.11', backported: ['3.4.29', '3.5.0'] } as const;

/** Whether a release of etcd answers the new paths. */
export function hasNewPaths(release: string): boolean {
  const [from, before] = newPaths.backported;
  return isFrom(release, newPaths.since) || (isFrom(release, from) && !isFrom(release, before));
}

/** Whether a listener of a release does not serve a path. */
export function lacksPath(path: string, release: string, listener: ProbeListener): boolean {
  if (newPaths.paths.some((one) => path === one)) return !hasNewPaths(release);
  return isAbsentFromMetrics(path, listener);
}

/**
 * Whether a listener for metrics does not serve a path: server/embed/etcd.go, serveMetrics, and api/etcdhttp/health.go.
 * Paths with empty or relative parts are redirected, and the checks below the new paths differ between releases.
 */
function isAbsentFromMetrics(path: string, { isMetrics }: ProbeListener): boolean {
  if (isMetrics !== true || !/^(?:\/\w[\w.=-]*)+\/?$/.test(path)) return false;
  const isChecked = newPaths.paths.some((one) => path.startsWith(`${one}/`));
  return !isChecked && path !== '/health' && path !== '/metrics';
}

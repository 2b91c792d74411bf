/** The paths that the servers of Kubernetes answer by HTTP. */

/**
 * The paths of health checks, which need no credentials (k8s.io/kubernetes
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy).
 */
export const healthPaths = ['/healthz', '/livez', '/readyz'] as const;

/**
 * The first parts of all paths (k8s.io/apiserver pkg/server, routes of the generic server, and component-base zpages).
 */
const firstParts = new Set(
  'healthz livez readyz api apis configz debug flagz logs metrics openapi openid statusz swagger ui version .well-known'.split(
    ' ',
  ),
);

/**
 * Whether no server of Kubernetes has a path. Then a request without credentials is Forbidden before it is Not Found.
 */
export function isNoPath(path: string): boolean {
  const [, first = ''] = /^\/?([^/?#]*)/.exec(path) ?? [];
  return first !== '' && !firstParts.has(first);
}

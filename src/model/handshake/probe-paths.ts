/** The paths that the servers of Kubernetes answer by HTTP. */

/** The paths of health checks, which need no credentials (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy). */
export const healthPaths = ['/healthz', '/livez', '/readyz'] as const;

/** The first parts of all other paths (k8s.io/apiserver pkg/server, routes of the generic server, and component-base zpages). */
const others = 'api|apis|configz|debug|flagz|logs|metrics|openapi|openid|statusz|swagger|ui|version|\\.well-known';

const known = new RegExp(`^/(?:healthz|livez|readyz|${others})?(?:[/?#]|$)`);

/** Whether no server of Kubernetes has a path. Then a request without credentials is Forbidden before it is Not Found. */
export const isNoPath = (path: string): boolean => !known.test(path.startsWith('/') ? path : `/${path}`);

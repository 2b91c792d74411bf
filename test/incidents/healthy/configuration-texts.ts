/** Configuration files of kube-apiserver and others, as their documentation has them. */

/** The example of the audit documentation. */
export const auditPolicy = `# Log all requests at the Metadata level.
apiVersion: audit.k8s.io/v1 # This is required.
kind: Policy
# Don't generate audit events for all requests in RequestReceived stage.
omitStages:
  - "RequestReceived"
rules:
  # Log pod changes at RequestResponse level
  - level: RequestResponse
    resources:
    - group: ""
      # Resource "pods" doesn't match requests to any subresource of pods
      resources: ["pods"]
  - level: Metadata
    resources:
    - group: ""
      resources: ["pods/log", "pods/status"]
  # Don't log requests to a configmap called "controller-leader"
  - level: None
    resources:
    - group: ""
      resources: ["configmaps"]
      resourceNames: ["controller-leader"]
  - level: None
    users: ["system:kube-proxy"]
    verbs: ["watch"]
    resources:
    - group: "" # core API group
      resources: ["endpoints", "services"]
  - level: None
    userGroups: ["system:authenticated"]
    nonResourceURLs:
    - "/api*" # Wildcard matching.
    - "/version"
  - level: Request
    resources:
    - group: "" # core API group
      resources: ["configmaps"]
    namespaces: ["kube-system"]
  - level: Metadata
    resources:
    - group: "" # core API group
      resources: ["secrets", "configmaps"]
  # A catch-all rule to log all other requests at the Metadata level.
  - level: Metadata
    omitStages:
      - "RequestReceived"
`;

const group = (name: string) => `      - group: "${name}"\n`;
const known = ['', 'admissionregistration.k8s.io', 'apps', 'batch', 'certificates.k8s.io', 'rbac.authorization.k8s.io']
  .map(group)
  .join('');

/** The policy of the scripts for Google's cloud, which kubespray uses too, without its repetitions. */
export const gcePolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - level: None
    users: ["system:unsecured"]
    namespaces: ["kube-system"]
    verbs: ["get"]
    resources:
      - group: "" # core
        resources: ["configmaps"]
  - level: None
    userGroups: ["system:nodes"]
    verbs: ["get"]
    resources:
      - group: "" # core
        resources: ["nodes", "nodes/status"]
  - level: None
    nonResourceURLs:
      - /healthz*
      - /version
      - /swagger*
  - level: Metadata
    resources:
      - group: "" # core
        resources: ["secrets", "configmaps", "serviceaccounts/token"]
      - group: authentication.k8s.io
        resources: ["tokenreviews"]
    omitStages:
      - "RequestReceived"
  - level: Request
    verbs: ["get", "list", "watch"]
    resources:
${known}    omitStages:
      - "RequestReceived"
  - level: RequestResponse
    resources:
${known}    omitStages:
      - "RequestReceived"
  - level: Metadata
    omitStages:
      - "RequestReceived"
`;

/** The policy that RKE2 writes for its cis profile: nothing is logged. */
export const silentPolicy =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata:\n  name: rke2\nrules:\n- level: None\n';

/** Anonymous requests to the health checks only. */
export const anonymousOnHealth = (version: string): string => `apiVersion: apiserver.config.k8s.io/${version}
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
  - path: /livez
  - path: /readyz
  - path: /healthz
`;

export const eventRateLimit = `apiVersion: eventratelimit.admission.k8s.io/v1alpha1
kind: Configuration
limits:
  - type: Namespace
    qps: 50
    burst: 100
    cacheSize: 2000
  - type: User
    qps: 10
    burst: 50
`;

export const admission = (plugins: string, version = 'apiserver.config.k8s.io/v1'): string =>
  `apiVersion: ${version}\nkind: AdmissionConfiguration\nplugins:\n${plugins}`;

/** A provider of an EncryptionConfiguration with named keys: `[['key1', madeUpKey(1)]]`. */
export const provider = (name: 'aescbc' | 'aesgcm' | 'secretbox', keys: readonly (readonly [string, string])[]) =>
  `      - ${name}:\n          keys:\n${keys.map(([key, secret]) => `            - name: ${key}\n              secret: ${secret}\n`).join('')}`;

export const identity = '      - identity: {}\n';

export const encryption = (providers: string, resources = '[secrets]'): string =>
  `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources: ${resources}\n    providers:\n${providers}`;

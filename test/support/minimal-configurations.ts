/** Configuration files as short as their components take them. */

const apiServer = 'apiVersion: apiserver.config.k8s.io/v1\n';

export const authenticationConfiguration = `${apiServer}kind: AuthenticationConfiguration\n`;

export const authorizationConfiguration = `${apiServer}kind: AuthorizationConfiguration
authorizers: [{ type: Node, name: node }, { type: RBAC, name: rbac }]
`;

export const admissionConfiguration = `${apiServer}kind: AdmissionConfiguration\nplugins: []\n`;

export const encryptionConfiguration = `${apiServer}kind: EncryptionConfiguration
resources: [{ resources: [secrets], providers: [{ identity: {} }] }]
`;

export const tracingConfiguration = `${apiServer}kind: TracingConfiguration\n`;

export const egressSelectorConfiguration =
  'apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections: []\n';

export const auditPolicy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n';

export const schedulerConfiguration = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /etc/kubernetes/scheduler.conf
`;

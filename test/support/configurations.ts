import { mount } from '../cases/manifest-edits.ts';
import type { NodeTree } from './node-tree.ts';

const pki = '/etc/kubernetes/pki';

/** Writes a configuration file in a folder that is mounted, and names it. */
export function configure(
  node: NodeTree,
  flag: string,
  file: string,
  text: string,
  { component = 'kube-apiserver', mode = 0o600 }: { readonly component?: string; readonly mode?: number } = {},
): NodeTree {
  const folder = file.slice(0, file.lastIndexOf('/'));
  node.write(file, text, mode);
  if (!folder.startsWith(pki)) mount(node, component, folder);
  return node.replaceFlag(component, flag, file);
}

/** An EncryptionConfiguration for Secrets, with its providers in YAML. */
export const encryption = (
  providers: string,
  version = 'apiserver.config.k8s.io/v1',
  kind = 'EncryptionConfiguration',
) => `apiVersion: ${version}\nkind: ${kind}\nresources:\n- resources: [secrets]\n  providers:\n${providers}`;

/** A key of 32 bytes, all of which are the same. */
export const secretOf = (letter: string) => Buffer.from(letter.repeat(32)).toString('base64');

/** A provider with keys, by name: `key1` has the letter `a`. */
export const keyed = (keys: Readonly<Record<string, string>>, provider = 'aescbc') =>
  `  - ${provider}:\n      keys:\n${Object.entries(keys)
    .map(([name, secret]) => `      - name: ${name}\n        secret: ${secret}\n`)
    .join('')}`;

/** The provider that does not encrypt. */
export const identity = '  - identity: {}\n';

/** An AuthenticationConfiguration with one issuer. */
export const authentication = (issuer: string, more = '', version = 'v1') =>
  `apiVersion: apiserver.config.k8s.io/${version}\nkind: AuthenticationConfiguration\n${more}jwt:\n- issuer:\n${issuer}  claimMappings:\n    username:\n      claim: email\n      prefix: 'oidc:'\n`;

// The shortest that their components take.

const ofApiServer = 'apiVersion: apiserver.config.k8s.io/v1\n';

export const authenticationConfiguration = `${ofApiServer}kind: AuthenticationConfiguration\n`;

export const authorizationConfiguration = `${ofApiServer}kind: AuthorizationConfiguration
authorizers: [{ type: Node, name: node }, { type: RBAC, name: rbac }]
`;

export const admissionConfiguration = `${ofApiServer}kind: AdmissionConfiguration\nplugins: []\n`;

export const encryptionConfiguration = `${ofApiServer}kind: EncryptionConfiguration
resources: [{ resources: [secrets], providers: [{ identity: {} }] }]
`;

export const tracingConfiguration = `${ofApiServer}kind: TracingConfiguration\n`;

export const egressSelectorConfiguration =
  'apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections: []\n';

export const auditPolicy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n';

export const schedulerConfiguration = `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: /etc/kubernetes/scheduler.conf
`;

import { configure } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { setFlags } from '../manifest-edits.ts';

const folder = '/etc/kubernetes/pki';
const refused = ['configuration/value@kube-apiserver --admission-control-config-file'];
const group = 'pod-security.admission.config.k8s.io';

const admits = (plugins: string) => (node: NodeTree) =>
  configure(
    node,
    'admission-control-config-file',
    `${folder}/admission.yaml`,
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n${plugins}`,
  );

const security = (defaults: string, version = 'v1', kind = 'PodSecurityConfiguration') =>
  admits(
    `- name: PodSecurity\n  configuration:\n    apiVersion: ${group}/${version}\n    kind: ${kind}\n    defaults: ${defaults}\n`,
  );

const byFile = (text: string) => (node: NodeTree) => {
  node.write(`${folder}/plugin.yaml`, text, 0o600);
  admits('- name: EventRateLimit\n  path: plugin.yaml\n')(node);
  setFlags(node, 'kube-apiserver', { 'enable-admission-plugins': 'NodeRestriction,EventRateLimit' });
};

const settings: readonly (readonly [what: string, change: (node: NodeTree) => unknown, stops: boolean])[] = [
  ['levels and versions', security('{enforce: baseline, enforce-version: v1.32, warn: restricted}'), false],
  ['a level in upper case', security('{enforce: Baseline}'), true],
  ['a level that does not exist', security('{audit: strict}'), true],
  ['a release in place of a version', security('{warn: baseline, warn-version: 1.32}'), true],
  ['a version with a patch', security('{enforce-version: v1.32.1}'), true],
  ['a version with a zero', security('{audit-version: v1.032}'), true],
  ['an unknown level of warnings', security('{warn: none}'), true],
  ['an unknown field', security('{enforce: baseline, enforceVersion: latest}'), true],
  ['a number for a level', security('{enforce: 1}'), true],
  ['a version that no release has', security('{}', 'v2'), true],
  ['a different kind', security('{}', 'v1', 'PodSecurity'), true],
  [
    'a limit of events in a file',
    byFile(
      'apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\nlimits:\n- {type: Server, qps: 50, burst: 100}\n',
    ),
    false,
  ],
  [
    'a limit of events of a version that no release has',
    byFile('apiVersion: eventratelimit.admission.k8s.io/v1\nkind: Configuration\nlimits: []\n'),
    true,
  ],
];

/** Configurations of admission plugins. */
export const admission: readonly Case[] = settings.map(([what, change, stops]) => ({
  name: `a plugin of admission with ${what}`,
  change,
  findings: stops ? refused : [],
}));

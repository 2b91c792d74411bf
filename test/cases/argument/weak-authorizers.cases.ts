import { configure } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const file = '/etc/kubernetes/pki/authorization.yaml';
const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n';

const authorizes = (types: string) => (node: NodeTree) => {
  const authorizers = types.split(' ').map((type) => `- {type: ${type}, name: ${type.toLowerCase()}}\n`);
  const text = `${head}${authorizers.join('')}`;
  configure(node, 'authorization-config', file, text).replaceFlag('kube-apiserver', 'authorization-mode', undefined);
};

const weak = ['argument/weak@kube-apiserver'];
const open = ['argument/authorization@kube-apiserver'];

const lists: readonly (readonly [types: string, findings: readonly string[]])[] = [
  ['RBAC', weak],
  ['Node', weak],
  ['Node RBAC', []],
  ['RBAC Node', []],
  ['AlwaysDeny', []],
  ['Node RBAC AlwaysAllow', open],
  ['AlwaysAllow', open],
];

/** Files with authorizers are judged as --authorization-mode is. */
export const weakAuthorizers: readonly Case[] = [
  ...lists.map(
    ([types, findings]): Case => ({
      name: `a file with the authorizers ${types}`,
      change: authorizes(types),
      findings,
    }),
  ),
  {
    name: 'a file with the authorizer RBAC twice, which is refused',
    change: authorizes('RBAC RBAC'),
    findings: ['configuration/value@kube-apiserver --authorization-config'],
  },
];

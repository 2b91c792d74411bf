import { controlPlane } from '../../support/cluster.ts';
import { authentication, authorizationConfiguration, configure } from '../../support/configurations.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const firstTwo = () => [controlPlane(1), controlPlane(2)];

type Flags = Readonly<Record<string, string | undefined>>;

const withFlags = (flags: Flags) => (node: NodeTree) => {
  for (const [flag, value] of Object.entries(flags)) node.replaceFlag('kube-apiserver', flag, value);
};

/** The third API server has flags of its own, and the first two have theirs. */
const differing = (name: string, own: Flags, common: Flags, ...flags: readonly string[]): Case => ({
  name,
  node: () => controlPlane(3),
  change: withFlags(own),
  beside: () =>
    firstTwo().map((node) => {
      withFlags(common)(node);
      return node;
    }),
  findings: flags.map((flag) => `cluster/setting@kube-apiserver --${flag}`),
});

const oidc = { 'oidc-issuer-url': 'https://login.example.test', 'oidc-client-id': 'kubernetes' };

/** Like the flags `oidc`, but by a file. */
const byFile =
  (text: string, flag = 'authentication-config') =>
  (node: NodeTree) =>
    configure(node, flag, `/etc/kubernetes/pki/${flag}.yaml`, text);

const one = `    url: https://login.example.test\n    audiences: [a, b]\n    audienceMatchPolicy: MatchAny\n`;
const same = `    audienceMatchPolicy: MatchAny\n    audiences: [b, a]\n    url: https://login.example.test\n`;

const files = (name: string, own: (node: NodeTree) => NodeTree, common: (node: NodeTree) => NodeTree): Case => ({
  name,
  node: () => own(controlPlane(3)),
  beside: () => firstTwo().map(common),
  findings: [],
});

const plain = (node: NodeTree) => node;
const configDiffers = ['cluster/setting@kube-apiserver --authentication-config'];

export const commonSettings: readonly Case[] = [
  differing('API servers with two prefixes in etcd', { 'etcd-prefix': '/registry2' }, {}, 'etcd-prefix'),
  differing('one prefix in etcd in other words', { 'etcd-prefix': 'registry/' }, {}),
  differing('one API server with OpenID Connect', oidc, {}, 'oidc-issuer-url'),
  differing('another client ID', { ...oidc, 'oidc-client-id': 'other' }, oidc, 'oidc-client-id'),
  differing('another claim with groups', { ...oidc, 'oidc-groups-claim': 'roles' }, oidc, 'oidc-groups-claim'),
  differing('names without a prefix', { ...oidc, 'oidc-username-prefix': '-' }, oidc, 'oidc-username-prefix'),
  differing(
    'defaults of OpenID Connect that are given',
    {
      ...oidc,
      'oidc-username-claim': 'sub',
      'oidc-username-prefix': 'https://login.example.test#',
      'oidc-signing-algs': 'RS256',
      'oidc-groups-prefix': 'unused',
    },
    oidc,
  ),
  differing(
    'claims that are required in another order',
    { ...oidc, 'oidc-required-claim': 'a=1,b=2' },
    { ...oidc, 'oidc-required-claim': 'b=2,a=1' },
  ),
  differing('modes of authorization in another order', { 'authorization-mode': 'RBAC,Node' }, {}),
  {
    ...differing('an API server without the mode Node', { 'authorization-mode': 'RBAC' }, {}),
    findings: ['argument/weak@kube-apiserver', 'cluster/setting@kube-apiserver --authorization-mode'],
  },
  { ...files('one API server with a file of issuers', byFile(authentication(one)), plain), findings: configDiffers },
  {
    ...files('two files of issuers', byFile(authentication(one)), byFile(authentication(one.replace('b]', 'c]')))),
    findings: configDiffers,
  },
  files('two files that say the same', byFile(authentication(one)), byFile(authentication(same, '', 'v1beta1'))),
  files('a file of issuers that replaces flags node by node', byFile(authentication(one)), (node) => {
    withFlags(oidc)(node);
    return node;
  }),
  files(
    'a file with the modes that others have as a flag',
    (node) =>
      byFile(
        authorizationConfiguration,
        'authorization-config',
      )(node.replaceFlag('kube-apiserver', 'authorization-mode', undefined)),
    plain,
  ),
  {
    ...differing('audiences that only one API server has', { 'api-audiences': 'api,vault' }, {}),
    findings: ['cluster/issuer@kube-apiserver --api-audiences'],
  },
  differing('one more audience', { 'api-audiences': 'vault,https://kubernetes.default.svc.cluster.local' }, {}),
];

import { buildNode, type NodeOptions } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { addProbes } from '../support/probes.ts';
import { backup, edited, type FixCase } from './fix-case.ts';

const file = '/etc/kubernetes/pki/authentication.yaml';
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml';

/** A kube-apiserver that refuses requests without credentials. */
const closed = (options: NodeOptions = {}, kinds?: readonly string[]) =>
  addProbes(buildNode(options), kinds).replaceFlag('kube-apiserver', 'anonymous-auth', 'false');

const written = (version: string) =>
  `allow requests without credentials only to the paths of health checks: printf '%s\\n' '{"apiVersion":"apiserver.config.k8s.io/${version}","kind":"AuthenticationConfiguration","anonymous":{"enabled":true,"conditions":[{"path":"/livez"},{"path":"/readyz"},{"path":"/healthz"}]}}' > ${file}`;

const byFile = edited(
  'kube-apiserver',
  `'s|- --anonymous-auth=false\\(\\r*\\)$|- --authentication-config=${file}\\1|'`,
);
const back = edited('kube-apiserver', "'s|- --anonymous-auth=false\\(\\r*\\)$|- --anonymous-auth=true\\1|'");

const withFile = (kinds?: readonly string[]) => (): readonly NodeTree[] => [
  addProbes(buildNode(), kinds)
    .write(
      'pki/own.yaml',
      'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: { enabled: false }\n',
    )
    .replaceFlag('kube-apiserver', 'authentication-config', '/etc/kubernetes/pki/own.yaml'),
];

/** Each is a fix of both rules: the second is about a container that keeps running. */
const both: readonly (readonly [rule: string, kinds: readonly string[] | undefined])[] = [
  ['manifest/probe', undefined],
  ['manifest/probe-minor', ['readiness']],
];

export const probeFixes: readonly FixCase[] = [
  ...both.flatMap(([rule, kinds]): readonly FixCase[] => [
    {
      name: `${rule}: only the paths of health checks are allowed, by a file of the release`,
      nodes: () => [closed({}, kinds)],
      rule,
      steps: [written('v1'), ...byFile],
    },
    {
      name: `${rule}: 1.32 knows the file in an earlier version`,
      nodes: () => [closed({ release: '1.32' }, kinds)],
      rule,
      steps: [written('v1beta1'), ...byFile],
    },
    {
      name: `${rule}: earlier releases have only the flag`,
      nodes: () => [closed({ release: '1.28' }, kinds)],
      rule,
      steps: back,
      never: /authentication/,
    },
    {
      name: `${rule}: next to flags of OIDC the file is refused`,
      nodes: () => [
        closed({}, kinds)
          .replaceFlag('kube-apiserver', 'oidc-issuer-url', 'https://issuer.example.test')
          .replaceFlag('kube-apiserver', 'oidc-client-id', 'kubernetes'),
      ],
      rule,
      steps: back,
      never: /printf/,
    },
    {
      name: `${rule}: with an earlier flag of that name the file is refused`,
      nodes: () => [
        closed({}, kinds).edit('manifests/kube-apiserver.yaml', (text) =>
          text.replace('    - --anonymous-auth=false', '    - --anonymous-auth=true\n$&'),
        ),
      ],
      rule,
      steps: back,
      never: /printf/,
    },
    {
      name: `${rule}: a flag that no command can replace`,
      nodes: () => [
        closed({}, kinds).edit('manifests/kube-apiserver.yaml', (text) =>
          text.replace('- --anonymous-auth=false', '- "--anonymous-auth=false" # by CIS'),
        ),
      ],
      rule,
      steps: [
        written('v1'),
        `write --authentication-config=${file} instead of --anonymous-auth=false into the manifest`,
      ],
      never: /sed/,
    },
    {
      name: `${rule}: a file that disables them`,
      nodes: withFile(kinds),
      rule,
      steps: ['in /etc/kubernetes/pki/own.yaml, let anonymous have enabled: true and list /'],
      never: /sed/,
    },
  ]),
  {
    name: 'a file that exists is not overwritten',
    nodes: () => [closed().write('pki/authentication.yaml', 'kind: Something\n')],
    rule: 'manifest/probe',
    steps: back,
    never: /printf/,
  },
  {
    name: 'the manifest is copied before it is changed',
    nodes: () => [closed()],
    rule: 'manifest/probe',
    steps: [
      `edit a copy: the kubelet would run a temporary file in /etc/kubernetes/manifests: cp -p ${manifest} ${backup}/`,
    ],
  },
];

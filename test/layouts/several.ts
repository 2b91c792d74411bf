/**
 * A layout with several files for one role, and a component that no table knows: its agent presents a certificate of
 * its own for front-proxy-client, administrators have two kubeconfigs, and kube-controller-manager signs tokens with a
 * key of its own.
 */
import { layouts } from '../../src/tables/layouts/index.ts';
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { Layout } from '../../src/tables/layouts/layout.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import type { ArgumentRow } from '../../src/tables/tables.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { known, row as toy, toyNode } from './toy.ts';

const also = {
  'front-proxy-client': [{ certificate: 'wan_agent/Proxy_2.pem', key: 'wan_agent/Proxy_2-key.pem' }],
  'admin.conf': [{ path: '/srv/toy/access/admin_2.access' }],
  'service-account': [{ private: 'tokens_2.pem', public: 'tokens_2-public.pem' }],
} as const;

const fileArgument = { component: 'wan-agent2', role: 'front-proxy-client', documented: false } as const;

const ownArguments: readonly ArgumentRow[] = (['certificate', 'key'] as const).map((holds) => ({
  ...fileArgument,
  flag: `proxy-${holds}`,
  holds,
  path: also['front-proxy-client'][0][holds],
  without: 'degraded',
  when: 'always',
  breaks: 'the agent has no credential for the API server',
}));

const isAlso = (role: string): role is keyof typeof also => Object.hasOwn(also, role);

/** The rows of the toy, with the further files of those that have any. */
const withAlso = <Row extends { readonly role: string }>(rows: readonly Row[] = []) =>
  rows.map((one) => (isAlso(one.role) ? { ...one, also: also[one.role] } : one));

const row: LayoutRow = {
  ...toy,
  name: 'several',
  nodes: [{ kind: 'control-plane', signs: [[{ path: '/srv/toy/tls/wan_agent' }]] }],
  sources: [...toy.sources, 'static-pods'],
  changes: {
    ...toy.changes,
    certificates: withAlso(toy.changes.certificates),
    keyPairs: withAlso(toy.changes.keyPairs),
    kubeconfigs: withAlso(toy.changes.kubeconfigs),
    arguments: ownArguments,
  },
};

const usual = layouts[0].remedies;

const remedies: Remedies = {
  ...usual,
  restarts: [...usual.restarts.map(({ component }) => component), fileArgument.component].map((component) => ({
    component,
    restart: [{ command: `toyctl restart ${component}`, writes: false }],
    changed: [{ command: `toyctl restart ${component}`, writes: false }],
  })),
  rows: usual.rows.map(({ role }) => {
    const [made, renewed] = [[{ command: `toyctl make ${role}` }], [{ command: `toyctl renew ${role}` }]];
    return { role, missing: made, wrong: made, names: made, expired: renewed };
  }),
  reloads: [
    ...usual.reloads,
    { role: 'front-proxy-client', step: { restart: fileArgument.component }, restarts: [fileArgument.component] },
  ],
};

export const several: Layout = layoutOf(row, remedies);

/** What a run knows that meets such nodes. */
export const knownSeveral = { ...known, layouts: [...layouts, several] } as const;

/** The paths of the further files. */
export const further = {
  certificate: `${row.pki}/wan_agent/Proxy_2.pem`,
  key: `${row.pki}/wan_agent/Proxy_2-key.pem`,
  kubeconfig: '/srv/toy/access/admin_2.access',
} as const;

/** The paths of the second key pair for tokens. */
export const tokens = { private: `${row.pki}/tokens_2.pem`, public: `${row.pki}/tokens_2-public.pem` } as const;

/** A static pod of the agent, with a flag of which nothing is known. */
const agent = `apiVersion: v1
kind: Pod
metadata: { name: wan-agent2, namespace: kube-system }
spec:
  containers:
  - name: agent
    image: registry.example/wan-agent2:v0.3.1
    command:
    - /usr/bin/wan-agent2
    - --proxy-certificate=${further.certificate}
    - --proxy-key=${further.key}
    - --wan_mode2
    volumeMounts:
    - { name: tls, mountPath: ${row.pki} }
  volumes:
  - name: tls
    hostPath: { path: ${row.pki} }
`;

/** A control plane of the layout, without its further files. */
export function severalNode(): NodeTree {
  const tree = toyNode();
  tree.directory(`${row.pki}/wan_agent`, 0o755);
  const [key, unit] = [keyNamed('tokens 2'), (name: string) => `/srv/toy/units/${name}`];
  tree.write(tokens.private, privateKeyPem(key), 0o600).write(tokens.public, publicKeyPem(key), 0o644);
  tree.edit(unit('kube-apiserver'), (text) => `${text}--service-account-key-file=${tokens.public}\n`);
  tree.edit(unit('kube-controller-manager'), (text) => text.replace(`${row.pki}/tokens.pem`, tokens.private));
  return tree.write('/srv/toy/pods/wan-agent2.yaml', agent, 0o600);
}

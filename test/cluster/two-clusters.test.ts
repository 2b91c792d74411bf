/** Two clusters in one run are judged as in two runs, also where names and addresses of both are the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/api/lint.ts';
import type { Finding, LintOptions } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { plant } from '../scan/support.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { sample, sampled } from '../support/extent.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import { NodeTree } from '../support/node-tree.ts';
import { scenarios } from './dispute-scenarios.ts';

/** The names and addresses of a cluster. */
interface Site {
  readonly controlPlane: string;
  readonly worker: string;
  readonly network: string;
  /** What all clients dial; without it, an address in the network. */
  readonly endpoint?: string;
}

/** How many control planes and workers a cluster has. */
type Size = readonly [number, number];

const usual: Site = { controlPlane: 'cp', worker: 'worker', network: '192.0.2' };

const ofOwn = (name: string): NonNullable<NodeOptions['certificates']> =>
  Object.fromEntries(
    (['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'] as const).map((role) => [
      role,
      { key: keyNamed(`${role} of ${name}`) },
    ]),
  );

/** A healthy cluster with keys of its own. */
function clusterOf(name: string, site: Site, [controlPlanes, workers]: Size): readonly NodeTree[] {
  const ip = (index: number) => `${site.network}.${9 + index}`;
  const usualEndpoint = controlPlanes > 1 ? `${site.network}.5:6443` : `${ip(1)}:6443`;
  const shared = { certificates: ofOwn(name), controlPlaneEndpoint: site.endpoint ?? usualEndpoint };
  const tokens = keyNamed(`tokens of ${name}`);
  const first = Array.from({ length: controlPlanes }, (_unused, index) => {
    const node = buildNode({ ...shared, name: `${site.controlPlane}-${index + 1}`, ip: ip(index + 1) });
    const members = Array.from(
      { length: index + 1 },
      (_each, member) => `${site.controlPlane}-${member + 1}=https://${ip(member + 1)}:2380`,
    );
    node.write('pki/sa.key', privateKeyPem(tokens)).write('pki/sa.pub', publicKeyPem(tokens));
    return index === 0 ? node : node.replaceFlag('etcd', 'initial-cluster', members.join());
  });
  const others = Array.from({ length: workers }, (_unused, index) =>
    buildNode({ ...shared, worker: true, name: `${site.worker}-${index + 1}`, ip: `${site.network}.${21 + index}` }),
  );
  return [...first, ...others];
}

/** All nodes in one directory, or each cluster in one of its own. */
const flat = (...clusters: (readonly NodeTree[])[]) =>
  inputOf(clusters.flat().map((tree, index) => [`${index}`, tree]));
const apart = (...clusters: (readonly NodeTree[])[]) =>
  inputOf(
    clusters.flatMap((trees, cluster) => trees.map((tree, index) => [`${'ab'[cluster]}/${index}`, tree] as const)),
  );

/** Options to lint nodes in one run, each in its directory of an archive. */
async function inputOf(trees: readonly (readonly [string, NodeTree])[]): Promise<LintOptions> {
  const all = new NodeTree();
  for (const [place, tree] of trees)
    for (const [path, entry] of tree.entries) all.entries.set(`/${place}${path}`, entry);
  const archive = await all.toTar();
  return { at, paths: ['-'], stdin: () => Readable.from([archive]) };
}

/** What distinguishes nodes of the same name, also as a comment in a shell has them. */
const places = / (?:\(-!\/[\w/]+\)|\\x28-\\x21\/[\w/]+\\x29)/g;

/** The nodes of each cluster, by their places in the input, and what is wrong with them. */
async function judged(
  options: LintOptions,
): Promise<{ readonly clusters: readonly string[]; readonly problems: readonly Finding[] }> {
  const { clusters, report } = await audit(options);
  return {
    clusters: clusters.map(({ nodes }) => nodes.map(({ node }) => node.label.replace('-!/', '')).join(' ')).sort(),
    problems: report.findings.filter(({ severity }) => severity !== 'info'),
  };
}

/** What is said of each node, whatever else is in the input. */
const problemsOf = ({ problems }: { readonly problems: readonly Finding[] }): readonly string[] =>
  problems
    .map(({ node, rule, severity, subject, message, fix }) =>
      [node, rule, severity, subject, message, ...fix.flat().map(({ text }) => text)].join('\n').replaceAll(places, ''),
    )
    .sort();

const clustersIn = async (options: LintOptions) => (await judged(options)).clusters;

const sum = ([one, other]: Size): number => one + other;

const other = { controlPlane: 'main', worker: 'node', network: '198.51.100' };
const endpoint = 'lb.kubesphere.local:6443';
const sites: Readonly<Record<string, readonly [Site, Site]>> = {
  'the same names and addresses': [usual, usual],
  'the same names': [usual, { ...usual, network: other.network }],
  'the same addresses': [usual, { ...other, network: usual.network }],
  'the same addresses, and the same names of workers': [usual, { ...usual, controlPlane: 'main' }],
  'the same endpoint': [
    { ...usual, endpoint },
    { ...other, endpoint },
  ],
  'the same address of a balancer': [
    { ...usual, endpoint: '203.0.113.5:6443' },
    { ...other, endpoint: '203.0.113.5:6443' },
  ],
};
const sizes: readonly { readonly first: Size; readonly second: Size }[] = [
  { first: [1, 0], second: [1, 0] },
  { first: [1, 0], second: [3, 2] },
  { first: [1, 5], second: [1, 2] },
];

// The sample is one size of each.
const pairs = Object.entries(sites).map(([name, both], index) => ({
  name,
  both,
  tried: sampled(
    sizes.filter((_size, turn) => turn === index % sizes.length),
    sizes,
  ),
}));

describe.each(pairs)('two healthy clusters with $name', ({ both: [one, two], tried }) => {
  it.each(tried)('of $first and $second nodes are two', async ({ first, second }) => {
    const nodes = clusterOf('one', one, first);
    const indices = Array.from({ length: nodes.length + sum(second) }, (_unused, index) => `${index}`);
    const groups = [indices.slice(0, nodes.length), indices.slice(nodes.length)].filter(({ length }) => length > 1);
    expect(await judged(await flat(nodes, clusterOf('two', two, second)))).toEqual({
      clusters: groups.map((group) => group.join(' ')).sort(),
      problems: [],
    });
  });
});

/** Healthy clusters next to a broken one. */
const strangers: Readonly<Record<string, readonly NodeTree[]>> = {
  'with the same names and addresses': clusterOf('another', { ...usual, endpoint: 'lb.example.test:6443' }, [2, 2]),
  'with the same endpoint': clusterOf('another', { ...other, endpoint: 'lb.example.test:6443' }, [1, 1]),
};

describe.each(Object.entries(strangers))('a broken cluster next to a healthy one %s', (_name, stranger) => {
  const all = Object.entries(scenarios).filter(([name]) => name !== 'a worker to which a PKI folder was copied');
  it.each(sample(all, 3))('is judged as if it were alone: %s', async (_scenario, build) => {
    const alone = problemsOf(await judged(await flat(build())));
    expect(problemsOf(await judged(await apart(stranger, build())))).toEqual(alone);
  });
});

describe('where two clusters have the same endpoint, a worker that trusts a CA of its own', () => {
  const [one, two] = [
    { ...usual, endpoint },
    { ...other, endpoint },
  ];
  const build = (changes: NodeOptions = {}) =>
    buildNode({ worker: true, name: 'late', ip: '203.0.113.9', controlPlaneEndpoint: endpoint, ...changes });
  const stray = (changes: NodeOptions = {}) => build({ certificates: ofOwn('nobody'), ...changes });
  const clusters = [clusterOf('one', one, [1, 1]), clusterOf('two', two, [1, 1])] as const;

  it('is in neither, if nothing shows in which', async () => {
    expect(await clustersIn(await flat(...clusters, [stray()]))).toEqual(['0 1', '2 3']);
  });

  it('is in the one that signed its credential', async () => {
    const signed = build({ certificates: ofOwn('two') });
    const pem = stray().certificate('kubernetes-ca');
    signed.write('pki/ca.crt', pem).editKubeconfig('kubelet.conf', { certificateAuthority: pem });
    expect(await clustersIn(await flat(...clusters, [signed]))).toEqual(['0 1', '2 3 4']);
  });

  it('is in the one whose directory it is in', async () => {
    const [first, second] = clusters;
    expect(await clustersIn(await apart(first, [...second, stray()]))).toEqual(['a/0 a/1', 'b/0 b/1 b/2']);
  });

  it('is in the only one whose DNS server its pods use', async () => {
    const changes = { serviceCidr: '10.200.0.0/16', serviceIp: '10.200.0.1' };
    expect(await clustersIn(await flat(clusters[0], [stray()]))).toEqual(['0 1 2']);
    expect(await clustersIn(await flat(clusters[0], [stray(changes)]))).toEqual(['0 1']);
  });
});

describe('a control plane that was made again is in its cluster', () => {
  const tokens = keyNamed('tokens of the new one');
  const made = (options: NodeOptions = {}) =>
    controlPlane(2, { certificates: ofOwn('new'), ...options })
      .write('pki/sa.key', privateKeyPem(tokens))
      .write('pki/sa.pub', publicKeyPem(tokens));
  const alone = () => made().replaceFlag('etcd', 'initial-cluster', 'cp-2=https://192.0.2.11:2380');

  it.each<[string, () => readonly NodeTree[]]>([
    ['if etcd lists the members', () => [controlPlane(1), made()]],
    [
      'if it has the CA of their external etcd',
      () => {
        const externalEtcd = ['https://192.0.2.31:2379'];
        const { 'etcd-ca': _theirs, ...certificates } = ofOwn('new');
        return [controlPlane(1, { externalEtcd }), made({ externalEtcd, certificates })];
      },
    ],
    [
      'if a kubeconfig still has the old CA',
      () => [
        controlPlane(1),
        alone().editKubeconfig('kubelet.conf', { certificateAuthority: controlPlane(1).certificate('kubernetes-ca') }),
      ],
    ],
  ])('%s', async (_why, build) => {
    expect(await clustersIn(await flat(build()))).toEqual(['0 1']);
  });

  it('but is a cluster of its own if only the endpoint is the same', async () => {
    expect(await clustersIn(await flat([controlPlane(1), alone()]))).toEqual([]);
  });
});

it('two clusters are two as directories, in one directory, and as archives', async () => {
  const root = plant({});
  const names = ['a', 'b'];
  for (const name of names) {
    const all = new NodeTree();
    for (const [index, tree] of clusterOf(name, usual, [1, 1]).entries())
      for (const [path, entry] of tree.entries) all.entries.set(`/${index}${path}`, entry);
    all.toDisk(join(root, 'clusters', name));
    writeFileSync(join(root, `${name}.tar`), await all.toTar());
  }
  const inputs = [
    names.map((name) => join(root, 'clusters', name)),
    [join(root, 'clusters')],
    names.map((name) => join(root, `${name}.tar`)),
  ];
  for (const paths of inputs) {
    const { clusters, report } = await audit({ at, paths });
    expect(clusters.map(({ nodes }) => nodes.length)).toEqual([2, 2]);
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  }
});

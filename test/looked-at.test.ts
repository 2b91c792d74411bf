/** An all-clear is earned: a verdict names what it rests on, and every format says what was not looked at. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LintOptions, lint, type Report, reporters } from '../src/index.ts';
import { allReporters } from '../src/report/index.ts';
import type { ReportedNode } from '../src/results/reported-node.ts';
import { at, lintTree, lintTrees, treeOf } from './cases/harness.ts';
import { hardWay, k3s } from './cases/shared/freedoms/layouts.ts';
import { buildNode } from './support/build-node.ts';
import { corpus } from './support/corpus.ts';
import { NodeTree } from './support/node-tree.ts';

const plain = { color: false, quiet: false, verbose: false, width: 80 } as const;
const without =
  (...paths: readonly string[]) =>
  (node: NodeTree): NodeTree => {
    for (const path of paths) node.remove(path);
    return node;
  };

/** Only the files of a node below a path, as in an archive of that. */
const only =
  (folder: string) =>
  (node: NodeTree): NodeTree => {
    for (const path of [...node.entries.keys()]) if (!`${path}/`.startsWith(`${folder}/`)) node.entries.delete(path);
    return node;
  };

/** A folder of a node by itself. */
function moved(node: NodeTree, folder: string): NodeTree {
  const tree = new NodeTree();
  for (const [path, entry] of node.entries) {
    if (path.startsWith(`${folder}/`)) tree.entries.set(path.slice(folder.lastIndexOf('/')), entry);
  }
  return tree;
}

const manifests = { part: 'manifests', path: '/etc/kubernetes/manifests' } as const;
const kubelet = { part: 'kubelet', path: '/var/lib/kubelet' } as const;
const components = { part: 'components', path: '/etc/kubernetes/pki' } as const;

const bothMissing = 'static pod manifests, /var/lib/kubelet (not in the input)';

interface Input {
  readonly name: string;
  readonly node: () => NodeTree | Promise<NodeTree>;
  readonly missing: readonly NonNullable<ReportedNode['notLookedAt']>[number][];
  /** The line of the head, without its beginning. */
  readonly head: string;
  /** The verdict with its mark. */
  readonly verdict: string;
}

const complete = '✔ No problems found. 20 certificates, 36 flags and 14 connections checked.';
const inPart = '✔ No problems found in what was checked. 20 certificates, 33 flags and 13 of 14 connections checked.';

const inputs: readonly Input[] = [
  { name: 'a whole control plane', node: () => buildNode(), missing: [], head: '', verdict: complete },
  {
    name: 'a control plane with an external etcd',
    node: () => corpus('kubeadm-1.36-external-etcd'),
    missing: [],
    head: '',
    verdict: '✔ No problems found. 17 certificates, 30 flags and 10 of 13 connections checked.',
  },
  {
    name: 'a worker',
    node: () => corpus('kubeadm-1.36-worker'),
    missing: [],
    head: '',
    verdict: '✔ No problems found. 6 certificates, 3 flags and 0 of 1 connection checked.',
  },
  {
    name: 'a control plane without manifests',
    node: () => without('manifests')(buildNode()),
    missing: [manifests],
    head: 'static pod manifests (not in the input)',
    verdict: '? Nothing wrong found in 20 certificates and 3 flags: no component of the control plane was found',
  },
  {
    name: 'a control plane without the files of the kubelet',
    node: () => without('/var')(buildNode()),
    missing: [kubelet],
    head: '/var/lib/kubelet (not in the input)',
    verdict: inPart,
  },
  {
    name: 'a control plane without both',
    node: () => without('manifests', '/var')(buildNode()),
    missing: [manifests, kubelet],
    head: bothMissing,
    verdict: '? Nothing wrong found in 20 certificates and 0 flags: no component was found',
  },
  {
    name: 'a control plane whose kubelet reads a folder that is not in the input',
    node: () =>
      buildNode()
        .edit('/var/lib/kubelet/config.yaml', (text) =>
          text.replace(/staticPodPath: .*/, 'staticPodPath: /opt/manifests'),
        )
        .remove('manifests'),
    missing: [{ part: 'manifest', path: '/opt/manifests' }],
    head: '/opt/manifests (not in the input)',
    verdict: '? Nothing wrong found in 20 certificates and 3 flags: no component of the control plane was found',
  },
  {
    name: 'a control plane without the flags of the kubelet',
    node: () => without('/var/lib/kubelet/kubeadm-flags.env')(buildNode()),
    missing: [{ part: 'kubelet', path: '/var/lib/kubelet/kubeadm-flags.env' }],
    head: '/var/lib/kubelet/kubeadm-flags.env (not in the input)',
    verdict: '✔ No problems found in what was checked. 20 certificates, 36 flags and 14 connections checked.',
  },
  {
    name: 'a control plane whose kubelet has folders that are not in the input',
    node: () =>
      buildNode().edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace(/"\n?$/, ' --config-dir=/opt/kubelet.d/ --cert-dir=/opt/certs --root-dir=/data"\n'),
      ),
    missing: ['/opt/kubelet.d/', '/opt/certs'].map((path) => ({ part: 'kubelet', path }) as const),
    head: '/opt/kubelet.d/, /opt/certs (not in the input)',
    verdict: '✔ No problems found in what was checked. 20 certificates, 36 flags and 14 connections checked.',
  },
  {
    name: 'a control plane whose kubelet has folders that are in the input',
    node: () =>
      buildNode()
        .edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
          text.replace(/"\n?$/, ' --config-dir=/var/lib/kubelet/d/ --cert-dir=/var/lib/kubelet/pki/"\n'),
        )
        .directory('/var/lib/kubelet/d', 0o755)
        .directory('/var/lib/kubelet/pki', 0o755),
    missing: [],
    head: '',
    verdict: '✔ No problems found. 20 certificates, 36 flags and 14 connections checked.',
  },
  {
    name: 'a worker without the files of the kubelet',
    node: async () => without('/var')(await corpus('kubeadm-1.36-worker')),
    missing: [kubelet],
    head: '/var/lib/kubelet (not in the input)',
    verdict: '? Nothing wrong found in 2 certificates and 0 flags: no component was found',
  },
  {
    name: 'a worker without the credential of the kubelet',
    node: async () => without('/var/lib/kubelet/pki')(await corpus('kubeadm-1.36-worker')),
    missing: [{ part: 'kubelet', path: '/var/lib/kubelet/pki/kubelet-client-current.pem' }],
    head: '/var/lib/kubelet/pki/kubelet-client-current.pem (not in the input)',
    verdict: '✔ No problems found in what was checked. 2 certificates, 3 flags and 0 of 1 connection checked.',
  },
  {
    name: 'the PKI folder of a control plane',
    node: () => moved(buildNode(), '/etc/kubernetes/pki'),
    missing: [manifests, kubelet],
    head: bothMissing,
    verdict: '✔ No problems found in 10 certificates; 0 flags: no component was found',
  },
  {
    name: 'one kubeconfig',
    node: () => only('/etc/kubernetes/admin.conf')(buildNode()),
    missing: [components],
    head: 'flags (no component was found)',
    verdict: '? Nothing wrong found in 1 of 2 certificates and 0 flags: no component was found',
  },
];

/** The line of a text that has a mark and is not a row of a table. */
const verdictIn = (text: string): string =>
  text
    .split('\n\n')
    .at(-1)
    ?.split('\n')
    .filter((line) => !line.startsWith('Not ') && !line.startsWith('  --verbose'))
    .join('\n')
    .split('\n  Next expiry')[0]
    ?.replaceAll(/\n */g, ' ') ?? '';

const concise = (report: Report) => reporters.concise(report);

/** Without the line about what runs, which does not change the verdict (test/report/not-compared.test.ts). */
const ofFiles = ({ nodes, ...report }: Report): Report => ({
  ...report,
  nodes: nodes.map(({ notCompared: _, ...node }) => node),
});

describe.each(inputs)('$name', ({ node, missing, head, verdict }) => {
  it('says what was not looked at, and on what the verdict rests', async () => {
    const report = ofFiles(await lintTree(await node(), { picture: true }));
    expect(report).toMatchObject({ findings: [], exitCode: 0 });
    expect(report.nodes[0]?.notLookedAt ?? []).toEqual(missing);
    expect(report.summary.notLookedAt ?? 0).toBe(missing.length);
    const text = await allReporters.report.table(report, plain);
    expect(verdictIn(text)).toBe(verdict);
    const line = `not looked at: ${head}`;
    const [, lines = ''] = /^(not looked at[\s\S]*?)\n\n/m.exec(text) ?? [];
    expect(lines.replaceAll(/\n */g, ' ')).toBe(head === '' ? '' : line);
    const markdown = await reporters.markdown(report);
    expect(/^Not looked at: .*$/m.exec(markdown)?.[0]).toBe(head === '' ? undefined : `Not looked at: ${head}.`);
    expect(markdown.split(' ')[1]).toBe(verdict.startsWith('✔') ? '✅' : '❔');
    const html = await reporters.html(report);
    expect(html.includes(`Not looked at: ${head}`)).toBe(head !== '');
    expect(html).toContain(`<h1 class="${verdict.startsWith('✔') ? 'ok' : 'skipped'}">`);
    const rest = await concise(report);
    expect(rest.includes(`info: ${line} [pki-lint/not-looked-at]`)).toBe(head !== '');
    expect(rest.includes('Nothing wrong found')).toBe(verdict.startsWith('?'));
    expect(/^::notice title=pki-lint::.*not looked at/m.test(await reporters.github(report))).toBe(head !== '');
  });

  it('fails --require-complete if a part is missing, and is silent with --quiet only if a component was found', async () => {
    const report = await lintTree(await node(), { requireComplete: true });
    const isRed = missing.length > 0;
    expect(report.exitCode).toBe(isRed ? 1 : 0);
    expect(
      (await concise(report)).match(/: error: not looked at: .*\[pki-lint\/not-looked-at\]$/gm) ?? [],
    ).toHaveLength(missing.length);
    const usual = await lintTree(await node());
    const quiet = await allReporters.report.table(usual, { ...plain, quiet: true });
    expect(quiet === '').toBe(verdict.startsWith('✔'));
  });
});

it.each([
  ['a folder of certificates like that of k3s', k3s],
  ['the flat folder of Kubernetes the hard way', hardWay],
])('%s, of which no layout is known, is not cleared', async (_, node) => {
  const report = await lintTree(await treeOf({ node }), { requireComplete: true });
  expect(report.exitCode).toBe(1);
  const usual = await lintTree(await treeOf({ node }));
  expect(await allReporters.report.table(usual, plain)).toMatch(/^\? Nothing wrong found in .* and 0 flags: no /m);
});

it('the folder of manifests of a control plane that is there, and empty, is reported by a rule', async () => {
  const report = await lintTree(without('manifests')(buildNode()).directory('manifests', 0o700));
  expect(report.nodes[0]?.notLookedAt).toBeUndefined();
  expect(report.findings.map(({ rule }) => rule)).toEqual(['manifest/missing']);
});

const deep = Array.from({ length: 17 }, (_, index) => index).join('/');

it.each<[string, (node: NodeTree) => NodeTree, string]>([
  [
    'a program in front of kube-apiserver',
    (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('- kube-apiserver\n', '- /opt/wrapper\n')),
    '/etc/kubernetes/manifests/kube-apiserver.yaml',
  ],
  [
    'manifests that the kubelet may read from a URL',
    (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) =>
        text.replace(/staticPodPath: .*/, 'staticPodURL: https://pods.example.test'),
      ),
    'https://pods.example.test',
  ],
  ['a key too deep to be read', (node) => node.write(`pki/${deep}/ca.key`, 'a key'), '/etc/kubernetes/pki/0/1'],
  [
    'a key too large to be read',
    (node) => node.write('pki/x.key', '\n'.repeat(5_000_000)),
    '/etc/kubernetes/pki/x.key',
  ],
  ['a link out of the input', (node) => node.link('pki/y.key', '/opt/secret/ca.key'), '/etc/kubernetes/pki/y.key'],
  ['a link to a folder out of the input', (node) => node.link('pki/y', '/opt/pki'), '/etc/kubernetes/pki/y'],
])('%s fails --require-complete', async (_, change, path) => {
  const report = await lintTree(change(buildNode()), { requireComplete: true });
  expect(report.exitCode).toBe(1);
  const unseen = [...report.notChecked, ...(report.nodes[0]?.notLookedAt ?? [])].map((one) => one.path);
  expect(unseen.filter((one) => one.startsWith(path))).toHaveLength(1);
});

it('of several nodes, those without a component are named', async () => {
  const lacking = buildNode({ name: 'cp-2', ip: '192.0.2.11' });
  const report = await lintTrees([buildNode(), without('manifests', '/var')(lacking)]);
  const errors = report.findings.filter(({ severity }) => severity !== 'info');
  expect(errors).toEqual([]);
  const text = await allReporters.report.table(report, plain);
  const [, second] = report.nodes;
  expect(text.split('\n')[1]).toBe(
    `not looked at: static pod manifests, /var/lib/kubelet on ${second?.name} (not in the input)`,
  );
  expect(verdictIn(text)).toContain(`36 flags: no component was found on ${second?.name}`);
  expect(text).toMatch(/^\? {2}cp-2 /m);
});

it('a baseline and a selection of rules are part of the verdict', async () => {
  const baseline = { file: 'b.json', known: 1, rose: 0, fixed: 0, created: null } as unknown as Report['baseline'];
  const report = await lintTree(without('manifests', '/var')(buildNode()));
  const known = await allReporters.report.markdown({ ...report, ...(baseline && { baseline }) }, plain);
  expect(known.split('\n')[0]).toContain('nothing new wrong found in 20 certificates and 0 flags');
  const selected = await lintTree(buildNode(), { only: ['key/*'] });
  expect(selected.only).toEqual(['key/*']);
  expect(verdictIn(await allReporters.report.table(selected, plain))).toBe(
    '✔ No problems found with --only key/*. 20 certificates, 36 flags and 14 connections read.',
  );
});

it('an archive that was made as the documentation says is complete', async () => {
  const node = await corpus('kubeadm-1.36-finalized');
  const archived = [
    '/etc/kubernetes',
    ...['config.yaml', 'kubeadm-flags.env', 'pki'].map((name) => `/var/lib/kubelet/${name}`),
  ];
  for (const path of [...node.entries.keys()]) {
    if (!archived.some((one) => `${path}/`.startsWith(`${one}/`))) node.entries.delete(path);
  }
  const options: LintOptions = { at, paths: ['-'], requireComplete: true };
  const stdin = await node.toTar();
  const report = await lint({ ...options, stdin: () => Readable.from([stdin]) });
  expect({ exitCode: report.exitCode, lacks: report.nodes[0]?.notLookedAt }).toEqual({ exitCode: 0, lacks: undefined });
});

describe('folders on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'looked-at-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [whole, empty] = ['whole', 'empty'].map((name) => join(folder, name)) as [string, string];
  beforeAll(() => {
    mkdirSync(empty);
    buildNode().toDisk(whole);
  });

  it('a node that has nothing to lint fails --require-complete, in all formats', async () => {
    const report = await lint({ at, paths: [whole, empty], requireComplete: true });
    expect(report.exitCode).toBe(1);
    expect(await allReporters.report.concise(report, plain)).toContain('nothing to lint');
    expect(await allReporters.report.junit(report, plain)).toMatch(/<testsuites [^>]*(?:failures|errors)="[1-9]/);
    const without = await lint({ at, paths: [whole, empty] });
    expect(without.exitCode).toBe(3);
    expect(await allReporters.report.junit(without, plain)).toMatch(/<testsuites [^>]*(?:failures|errors)="[1-9]/);
  });

  it('a folder next to nodes that is not linted fails --require-complete, in all formats', async () => {
    const fleet = join(folder, 'fleet');
    buildNode().toDisk(join(fleet, 'cp-1'));
    cpSync(join(whole, 'etc/kubernetes/manifests'), join(fleet, 'cp-2/manifests'), { recursive: true });
    const report = await lint({ at, paths: [fleet], requireComplete: true, picture: true });
    expect({ exitCode: report.exitCode, paths: report.failures.map(({ path }) => path) }).toEqual({
      exitCode: 1,
      paths: [join(fleet, 'cp-2')],
    });
    const silent: string[] = [];
    for (const [name, format] of Object.entries(allReporters.report)) {
      if (!(await format(report, plain)).includes('cp-2')) silent.push(name);
    }
    // Metrics only count what could not be linted, and an inventory lists only what was read.
    expect(silent).toEqual(['openmetrics', 'cyclonedx']);
    expect((await lint({ at, paths: [fleet] })).exitCode).toBe(0);
  });

  it('the folder of certificates by itself has no component, and a layout that is known', async () => {
    const report = await lint({ at, paths: [join(whole, 'etc/kubernetes/pki')] });
    expect(verdictIn(await allReporters.report.table(report, plain))).toMatch(/^✔ No problems found/);
    const copied = join(folder, 'pki');
    cpSync(join(whole, 'etc/kubernetes/pki'), copied, { recursive: true });
    const alone = await lint({ at, paths: [copied] });
    expect(verdictIn(await allReporters.report.table(alone, plain))).toMatch(
      /^✔ No problems found in \d+ certificates; 0 flags: no component was found/,
    );
  });
});

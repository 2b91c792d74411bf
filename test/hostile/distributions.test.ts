/** Whatever is in the files that configure a distribution, its nodes are judged in time, and no secret is shown. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { adding, config, nodeOf } from '../cases/configuration/k3s-nodes.ts';
import { sample, sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { seededRandom } from '../support/random.ts';
import { detector, keysOf } from '../support/secrets.ts';
import { mutations } from './support/mutations.ts';
import { lintStream, shown } from './support/shown.ts';

/** In milliseconds of CPU. */
const longest = 5000;

/** Lints and prints a node; `original`: before its files, and so its keys, were damaged. */
async function judge(node: NodeTree, label: string, original = node): Promise<{ readonly report: Report }> {
  const hasKey = detector(keysOf(original));
  const start = process.cpuUsage();
  const report = await lintStream(node);
  const text = await shown(report);
  expect.soft(process.cpuUsage(start).user / 1000, label).toBeLessThan(longest);
  expect(report.failures, label).toEqual([]);
  expect(hasKey(text), label).toBe(false);
  expect(text.length, label).toBeLessThan(10_000_000);
  return { report };
}

const first = (kit: string): NodeTree => nodeOf(kit, 0);

/** Certificates, keys and kubeconfigs of all nodes are read by the same code. */
const isOfDistribution = (path: string): boolean => !/\.(?:crt|key|pub|pem|kubeconfig|conf|kubeconfigs)$/.test(path);

const filesOf = (kit: string): readonly string[] =>
  [...first(kit).entries].flatMap(([path, { type }]) => (type === 'file' && isOfDistribution(path) ? path : []));

const distributions: readonly string[] = [
  'k3s server with etcd',
  'MicroK8s node',
  'k8s snap node',
  'k0s controller',
  'MicroShift node',
];

const numbered = mutations.map((mutation, index) => ({ ...mutation, index }));

describe('a file of a distribution', () => {
  // The sample leaves the other kinds of damage to the files of kubeadm's nodes (fuzz.test.ts).
  it.each(sample(numbered, 4))('$name', async ({ spoil, index }) => {
    const random = seededRandom(index + 1);
    const one = distributions.slice(index % distributions.length).slice(0, 1);
    for (const kit of sampled(one, distributions)) {
      const files = filesOf(kit);
      for (const file of [...files].sort(() => random() - 0.5).slice(0, sampled(1, files.length))) {
        const node = first(kit);
        node.write(file, spoil(node.bytes(file), random));
        await judge(node, `${kit}: ${file}`, first(kit));
      }
    }
  });
});

const dropIns = (number: number, text: (index: number) => string) =>
  Object.fromEntries(
    Array.from({ length: number }, (_, index) => [`/etc/rancher/k3s/config.yaml.d/${index}.yaml`, text(index)]),
  );
const lines = (number: number, line: (index: number) => string) =>
  Array.from({ length: number }, (_, index) => line(index)).join('\n');
const command = (words: string) => ({
  '/etc/systemd/system/k3s.service': (text: string) =>
    text.replace(/^( *)server \\$/m, (line) => `${line}\n ${words} \\`),
});

const shapes: Readonly<Record<string, Parameters<typeof nodeOf>[2]>> = {
  'settings that do not exist': { [config]: adding(lines(400, (index) => `tls-sans${index}: 1`)) },
  'drop-ins full of settings': dropIns(100, () => lines(1000, (index) => `a${index}: 1`)),
  'drop-ins that take a list away from each other': dropIns(100, (index) => `tls-san: [a${index}, b, c, d, e, f]`),
  'long lists': dropIns(100, () => `tls-san+: [${Array(500).fill('a')}]\nkubelet-arg+: [${Array(500).fill('a=b')}]`),
  'one flag, again and again': command(Array(9000).fill('--tls-san=a').join(' ')),
  'flags that do not exist': command(lines(9000, (index) => `--tls-sans${index}=a`).replaceAll('\n', ' ')),
  'flags of a component': { [config]: adding(`kube-apiserver-arg: [${Array(4000).fill('tls-cert-file-=/a')}]`) },
};

/** What is said about what was not read. */
const unread: Readonly<Record<string, string>> = {
  'drop-ins full of settings': 'it has too many settings',
  'one flag, again and again': 'its command line',
};

describe('k3s with', () => {
  // The sample leaves out the other settings and flags, which the same code reads.
  const leftOut = [
    'settings that do not exist',
    'drop-ins that take a list away from each other',
    'flags that do not exist',
    'flags of a component',
  ];
  const all = Object.entries(shapes);
  const tried = all.filter(([name]) => !leftOut.includes(name));
  it.each(sampled(tried, all))('%s', async (name, files) => {
    const { report } = await judge(nodeOf('k3s server with etcd', 0, files), name);
    expect(JSON.stringify(report)).toContain(unread[name] ?? '');
  });
});

import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LintOptions, lint, type Report } from '../src/index.ts';
import { allReporters } from '../src/report/index.ts';
import { at, names } from './cases/harness.ts';
import { hardWay, k3s } from './cases/shared/freedoms/layouts.ts';
import { type CorpusName, corpora, corpus } from './support/corpus.ts';
import { sampled } from './support/extent.ts';
import type { NodeTree } from './support/node-tree.ts';

const commonRoot = ['warning authority/distinct@etcd-ca', 'warning authority/distinct@front-proxy-ca'];
const keyElsewhere = 'kubeadm makes the keys of CAs on the node: someone chose to keep them elsewhere';

/**
 * Infos about real nodes that are healthy, each with the reason why the node is not what kubeadm makes by its defaults.
 * All other healthy nodes have no finding at all.
 */
const infos: Partial<Record<CorpusName, Readonly<Record<string, string>>>> = {
  'intermediate-root': {
    'cert/organization-earlier@kube-apiserver-kubelet-client': 'its certificates were made by hand, from the page',
  },
  'kubeadm-1.36-external-ca': {
    'authority/key@front-proxy-ca': keyElsewhere,
    'authority/key@kubernetes-ca': keyElsewhere,
  },
};

/** The findings above info: two nodes are not healthy (fixtures/corpora/README.md). */
const alarms: Partial<Record<CorpusName, readonly string[]>> = {
  'intermediate-root': commonRoot,
  'kubeadm-1.36-intermediate': [
    'error argument/load@kube-controller-manager --cluster-signing-cert-file',
    ...commonRoot,
  ],
};

const findingsOf = (name: CorpusName) =>
  [...(alarms[name] ?? []), ...Object.keys(infos[name] ?? {}).map((info) => `info ${info}`)].sort();

const withSeverity = ({ findings }: Report) =>
  findings.map(({ severity, rule, subject }) => `${severity} ${rule}@${subject}`).sort();

const schema = JSON.parse(readFileSync(new URL('../rules/schema/report.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

const corpusFile = (name: CorpusName) => new URL(`../fixtures/corpora/${name}.tar.gz`, import.meta.url).pathname;

const isWorker = (name: CorpusName) => name.includes('worker');

/** The archives that were made without the files of the kubelet. */
const isWithoutKubelet = (name: CorpusName) =>
  ['kubeadm-1.22-renewed', 'kubeadm-1.36-aged', 'kubeadm-1.36-intermediate'].includes(name);

const alarmsOf = (report: Report) => withSeverity(report).filter((name) => !name.startsWith('info '));

/** The report without the fields that identify the copy. */
function withoutCopy(report: Report): unknown {
  return JSON.parse(
    JSON.stringify(report, (key, value) => (key === 'file' || key === 'rootfs' || key === 'size' ? undefined : value)),
  );
}

/** Every line of base64 of every private key, and every secret number in the formats that tools print. */
function secretsOf(node: NodeTree): readonly string[] {
  const secrets = new Set<string>();
  const take = (text: string) => {
    for (const [pem] of text.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g)) {
      for (const line of pem.split('\n').filter((one) => one.length > 20 && !one.startsWith('-----')))
        secrets.add(line);
      const { d, p, q } = createPrivateKey(pem).export({ format: 'jwk' });
      for (const number of [d, p, q]) {
        if (number === undefined) continue;
        const bytes = Buffer.from(number, 'base64url');
        for (const encoding of ['hex', 'base64', 'base64url'] as const) secrets.add(bytes.toString(encoding));
        secrets.add(BigInt(`0x${bytes.toString('hex')}`).toString());
      }
    }
  };
  for (const [path, entry] of node.entries) {
    if (entry.type !== 'file' || !/\.(key|pem|conf)$/.test(path)) continue;
    const text = entry.content.toString();
    take(text);
    for (const [, data = ''] of text.matchAll(/client-key-data: (\S+)/g)) {
      take(Buffer.from(data, 'base64').toString());
      for (let index = 0; index + 40 <= data.length; index += 40) secrets.add(data.slice(index, index + 40));
    }
  }
  return [...secrets];
}

const style = { quiet: false, verbose: true, width: 200, color: false };

async function rendered(report: Report): Promise<string> {
  const texts = await Promise.all(Object.values(allReporters.report).map((write) => write(report, style)));
  return texts.join('\n');
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'corpora-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(corpora)('%s', (name) => {
  let node: NodeTree;
  let archived: Report;
  const lintAt = (options: LintOptions) => lint({ at, cwd: '/', ...options });
  /** With all that a report can have. */
  const wholeOf = (options: LintOptions) => lintAt({ ...options, picture: true });
  const unpacked = () => join(folder, name);

  beforeAll(async () => {
    node = await corpus(name);
    node.toDisk(unpacked());
    archived = await wholeOf({ paths: [corpusFile(name)] });
  });

  it('has these findings and no other, and all of it was looked at', () => {
    expect(withSeverity(archived)).toEqual(findingsOf(name));
    expect(archived.exitCode).toBe(name === 'kubeadm-1.36-intermediate' ? 1 : 0);
    expect(archived).toMatchObject({ failures: [], notChecked: [] });
    const [{ notLookedAt } = {}] = archived.nodes;
    expect(notLookedAt).toEqual(isWithoutKubelet(name) ? [{ part: 'kubelet', path: '/var/lib/kubelet' }] : undefined);
    expect(archived.skipped.map(({ rule }) => rule)).toEqual(isWithoutKubelet(name) ? ['manifest/not-run'] : []);
  });

  it('passes --require-complete unless its archive lacks a part, or it has an error', async () => {
    const { exitCode } = await lintAt({ paths: [corpusFile(name)], requireComplete: true });
    expect(exitCode).toBe(isWithoutKubelet(name) ? 1 : 0);
  });

  it('passes --fail-on info unless something is said about it', async () => {
    const { exitCode } = await lintAt({ paths: [corpusFile(name)], failOn: 'info' });
    expect(exitCode).toBe(findingsOf(name).length === 0 ? 0 : 1);
  });

  const ways = [
    ['as a root', ''],
    ['by its /etc', 'etc'],
    ['by its /etc/kubernetes', 'etc/kubernetes'],
    ['by its folder of certificates', 'etc/kubernetes/pki'],
  ];
  // The sample is one of the ways to give a node, and one date.
  const turn = corpora.indexOf(name);
  it.each(
    sampled(
      ways.filter((_, index) => index === turn % ways.length),
      ways,
    ),
  )('is judged alike %s', async (_, path = '') => {
    const report = await wholeOf({ paths: [join(unpacked(), path)] });
    expect(withoutCopy(report)).toEqual(withoutCopy(archived));
  });

  it('is judged alike below --rootfs', async () => {
    const report = await wholeOf({ rootfs: unpacked(), paths: ['/etc/kubernetes/pki'] });
    expect(withoutCopy(report)).toEqual(withoutCopy(archived));
  });

  it('raises no other alarm as a bare folder of certificates', async () => {
    const copy = join(folder, `${name}-copy`);
    cpSync(join(unpacked(), 'etc/kubernetes/pki'), copy, { recursive: true });
    const report = await lintAt({ paths: [copy] });
    expect(report.failures).toEqual([]);
    expect(alarmsOf(report)).toEqual((alarms[name] ?? []).filter((one) => one.includes(' authority/')));
  });

  it('is as healthy until its leaves end soon', async () => {
    const dates = ['2026-11-25', '2027-03-01', '2027-10-20'];
    for (const later of sampled(
      dates.filter((_, index) => index === turn % 3),
      dates,
    )) {
      const report = await lintAt({ at: new Date(later), paths: [corpusFile(name)] });
      expect([later, ...names(report)]).toEqual([later, ...names(archived)]);
    }
  });

  it('gives a report that fits the schema, twice the same, and without any secret', async () => {
    const text = await rendered(archived);
    validate(JSON.parse(await allReporters.report.json(archived, style)));
    expect(validate.errors ?? []).toEqual([]);
    expect(await rendered(await wholeOf({ paths: [corpusFile(name)] }))).toBe(text);
    const secrets = secretsOf(node);
    expect(secrets.length).toBeGreaterThan(isWorker(name) ? 3 : 50);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });
});

describe('a folder of another tool', () => {
  const lintFolder = (name: string, tree: NodeTree, path: string) => {
    tree.toDisk(join(folder, name));
    return lint({ at, cwd: '/', paths: [join(folder, name, path)], picture: true });
  };

  it('of Kubernetes the hard way lacks nothing that its own rules do not ask for', async () => {
    const report = await lintFolder('hard-way', hardWay(), 'root/kubernetes-the-hard-way');
    expect(names(report)).toEqual(['authority/name@kubernetes-ca']);
    expect(report.failures).toEqual([]);
    expect(report.summary.files).toBeGreaterThan(10);
  });

  it.each(['srv/edge/server/tls', ''])('like that of k3s: everything in /%s counts as read', async (path) => {
    const tree = path === '' ? k3s().write('/etc/os-release', '') : k3s();
    const report = await lintFolder(`k3s-${path.length}`, tree, path);
    expect(report).toMatchObject({ exitCode: 0, findings: [], failures: [] });
    const certificates = report.inventory.filter(({ kind }) => kind === 'certificate' || kind === 'authority');
    expect(certificates.length).toBeGreaterThan(7);
    expect(certificates.map(({ judged }) => judged)).toEqual(certificates.map(() => true));
    expect(await rendered(report)).toContain('Next expiry: 2036-11-21');
  });
});

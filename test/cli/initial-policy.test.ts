/** What `pki-lint init` writes is a valid policy, and pins what the files say. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { initialPolicy } from '../../src/cli/commands/initial-policy.ts';
import type { Report } from '../../src/index.ts';
import { lintTree, names } from '../cases/harness.ts';
import { folderWith } from '../policy/folder.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { typed } from '../support/program.ts';

interface Written {
  readonly version: number;
  readonly extends: readonly string[];
  readonly baseline?: string;
  readonly facts?: Readonly<Record<string, string | readonly string[]>>;
}

const read = (report: Report, preset = 'recommended') => load(initialPolicy(report, { preset })) as Written;

const strings = ['controlPlaneEndpoint', 'dnsDomain', 'etcd'];

/** By the types of `PolicyFile`. */
function expectValid(policy: Written): void {
  expect(Object.keys(policy).filter((key) => !['version', 'extends', 'facts', 'baseline'].includes(key))).toEqual([]);
  expect(policy.version).toBe(1);
  expect(policy.extends).toHaveLength(1);
  for (const [key, value] of Object.entries(policy.facts ?? {})) {
    expect([...strings, 'serviceCidrs']).toContain(key);
    expect(strings.includes(key) ? typeof value === 'string' : Array.isArray(value)).toBe(true);
  }
}

/** The text without the marks of comments: what a person gets who wants all of it. */
const uncommented = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/^# ?(?=(?:failOn|rules|facts|exceptions|baseline): ?| {2})/, ''))
    .join('\n');

describe('the first policy', () => {
  it.each(corpora)('of %s is valid, and changes no finding', async (name) => {
    const node = await corpus(name);
    const report = await lintTree(node);
    const policy = read(report);
    expectValid(policy);
    const pinned = await lintTree(node, { facts: { ...policy.facts } });
    expect(names(pinned)).toEqual(names(report));
  });

  it('has the facts of the cluster', async () => {
    const { facts } = read(await lintTree(await corpus('kubeadm-1.36-ha')));
    expect(facts).toEqual({
      controlPlaneEndpoint: 'lb.example.test',
      serviceCidrs: ['172.20.0.0/16', 'fd00:20::/112'],
      dnsDomain: 'corp.internal',
      etcd: 'stacked',
    });
  });

  it('is valid with its comments in force', async () => {
    const text = initialPolicy(await lintTree(await corpus('kubeadm-1.36-ha')), {
      preset: 'strict',
      baseline: 'b.json',
    });
    const policy = load(uncommented(text)) as Record<string, unknown>;
    expect(Object.keys(policy).sort()).toEqual([
      'baseline',
      'exceptions',
      'extends',
      'facts',
      'failOn',
      'rules',
      'version',
    ]);
    expect(policy).toMatchObject({
      extends: ['strict'],
      failOn: 'error',
      baseline: 'b.json',
      rules: { 'san/documented': 'off' },
    });
    expect(policy.exceptions).toMatchObject([{ match: { rule: expect.any(String), path: expect.any(String) } }]);
  });

  it('quotes what a file says, whatever it is', async () => {
    const report = await lintTree(await corpus('kubeadm-1.36-default'));
    const [node] = report.nodes;
    if (node === undefined) throw new Error('no node');
    const nasty = 'a: b #\u001b[2J\u0085\u2028"\n- c';
    const facts = [{ name: 'DNS domain', value: nasty, source: nasty }];
    const text = initialPolicy({ ...report, nodes: [{ ...node, facts }] }, { preset: 'recommended' });
    expect(load(text)).toMatchObject({ facts: { dnsDomain: nasty } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]/);
  });

  it.each(['x;y', '10.96.0.0/33', '10.96.0.0/12,'])(
    'leaves out a fact that no policy may contain: %s',
    async (cidr) => {
      const cwd = folderWith({});
      const node = (await corpus('kubeadm-1.36-default')).edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/--service-cluster-ip-range=.*/, `--service-cluster-ip-range=${cidr}`),
      );
      writeFileSync(join(cwd, 'cp-1.tar'), await node.toTar());
      const init = await typed('init cp-1.tar --at 2026-12-01', cwd);
      const text = readFileSync(join(cwd, 'pki-lint.config.yaml'), 'utf8');
      expect(text.match(/^.*serviceCidrs.*$/m)?.[0]).toMatch(/^# {3}serviceCidrs: .* # not valid: /);
      const next = await typed(/^ {2}pki-lint (.*)$/m.exec(init.stdout)?.[1] ?? '', cwd);
      expect([0, 1]).toContain(next.exitCode);
    },
  );

  it('leaves to people what nodes say differently', async () => {
    const report = await lintTree(await corpus('kubeadm-1.36-default'));
    const [node] = report.nodes;
    if (node === undefined) throw new Error('no node');
    const other = { ...node, facts: node.facts.map((fact) => ({ ...fact, value: `${fact.value}-2` })) };
    const text = initialPolicy({ ...report, nodes: [node, other] }, { preset: 'recommended' });
    expect(text).toContain('# nodes differ: ');
    expect((load(text) as Written).facts).toBeUndefined();
  });
});

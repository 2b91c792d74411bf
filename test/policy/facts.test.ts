/** A policy that is about a different cluster: its facts contradict the node's own flags. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/api/load-config.ts';
import { issue, lint } from '../../src/index.ts';
import type { LintOptions } from '../../src/lint/rules/lint-options.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { policyWith } from '../support/policy.ts';
import { typed } from '../support/program.ts';
import { folderWith } from './folder.ts';

/** The policy of kubeadm-1.36-ha, as `init` writes it. */
const ofAnother = `version: 1
extends: [recommended]
facts:
  controlPlaneEndpoint: lb.example.test
  serviceCidrs: [172.20.0.0/16, "fd00:20::/112"]
  dnsDomain: corp.internal
  etcd: stacked
`;

const contradiction =
  '../pki-lint.config.yaml contradicts this node: serviceCidrs is 172.20.0.0/16,fd00:20::/112 (line 5), but kube-apiserver --service-cluster-ip-range is 10.96.0.0/12; dnsDomain is corp.internal (line 6), but kube-apiserver --service-account-issuer is cluster.local';

describe('the policy of a different cluster, found above the working directory', () => {
  const folder = async () => {
    const cwd = folderWith({ 'pki-lint.config.yaml': ofAnother });
    mkdirSync(join(cwd, 'there'));
    writeFileSync(join(cwd, 'there/cp-1.tar'), await (await corpus('kubeadm-1.36-default')).toTar());
    return join(cwd, 'there');
  };

  it('is the first finding, at the flag', async () => {
    const cwd = await folder();
    const { options } = await loadConfig({ cwd, paths: ['cp-1.tar'] });
    const { findings, exitCode } = await lint({ ...options, cwd, paths: ['cp-1.tar'], at: new Date('2026-12-01') });
    const [first] = findings;
    expect({ exitCode, first }).toMatchObject({
      exitCode: 1,
      first: {
        rule: 'policy/facts',
        severity: 'error',
        node: 'cp-1',
        path: '/etc/kubernetes/manifests/kube-apiserver.yaml',
        line: 39,
        message: contradiction,
        expected: '172.20.0.0/16,fd00:20::/112 (../pki-lint.config.yaml:5)',
        found: '10.96.0.0/12',
      },
    });
    expect(findings.filter(({ rule }) => rule === 'fact/agreement')).toEqual([]);
  });

  it.each(['table', 'concise', 'markdown'])('is named first in the format %s', async (format) => {
    const { stdout } = await typed(`cp-1.tar --at 2026-12-01 --format ${format}`, await folder());
    const places = ['contradicts this node', 'san/coverage', 'san/documented'].map((text) => stdout.indexOf(text));
    const [own = -1, ...others] = places;
    expect(own).toBeGreaterThan(0);
    for (const other of others.filter((place) => place !== -1)) expect(own).toBeLessThan(other);
    expect(stdout).toMatch(/policy: \.\.\/pki-lint\.config\.yaml/i);
  });

  it('is not used with --no-config', async () => {
    const { exitCode, stdout } = await typed('cp-1.tar --at 2026-12-01 --no-config', await folder());
    expect([exitCode, stdout.includes('policy')]).toEqual([0, false]);
  });
});

/** What is reported of a policy on a node, and how it is ordered. */
async function reported(tree: NodeTree, options: LintOptions): Promise<readonly string[]> {
  const { findings } = await lintTree(tree, options);
  return findings.filter(({ rule }) => rule === 'policy/facts').map(({ message }) => message.replace(/^.*?: /, ''));
}

const node = () => buildNode();

describe('a fact of a policy', () => {
  it.each<[string, LintOptions['policy'], ...string[]]>([
    [
      'in a different notation',
      policyWith({ facts: { serviceCidrs: ['10.100.3.1/12'], dnsDomain: 'Cluster.Local.' } }),
    ],
    ['of which the node has only a part', policyWith({ facts: { serviceCidrs: ['fd00::/108', '10.96.0.0/12'] } })],
    ['that does not identify a cluster', policyWith({ facts: { kubernetesVersion: 'v1.30.0', sans: ['a.example'] } })],
    [
      'about the name of the node',
      policyWith({ facts: { nodeName: 'cp-9' } }),
      'nodeName is cp-9, but kubelet --hostname-override is cp-1',
    ],
    [
      'about its address',
      policyWith({ facts: { advertiseAddress: '192.0.2.99' } }),
      'advertiseAddress is 192.0.2.99, but kube-apiserver --advertise-address is 192.0.2.10',
    ],
    [
      'about etcd',
      policyWith({ facts: { etcd: 'external' } }),
      'etcd is external, but manifest /etc/kubernetes/manifests/etcd.yaml is stacked',
    ],
    [
      'for nodes of its name',
      policyWith({ overrides: [{ nodes: ['cp-*'], facts: { dnsDomain: 'corp.internal' } }] }),
      'dnsDomain is corp.internal, but kube-apiserver --service-account-issuer is cluster.local',
    ],
    ['for other nodes', policyWith({ overrides: [{ nodes: ['worker-*'], facts: { dnsDomain: 'corp.internal' } }] })],
  ])('%s', async (_, policy, ...messages) => {
    expect(await reported(node(), policy === undefined ? {} : { policy })).toEqual(messages);
  });

  it('with which one flag of several agrees', async () => {
    const tree = node().replaceFlag('kube-controller-manager', 'service-cluster-ip-range', '10.112.0.0/12');
    expect(await reported(tree, { policy: policyWith({ facts: { serviceCidrs: ['10.112.0.0/12'] } }) })).toEqual([]);
  });

  it('that the command line outweighs', async () => {
    const policy = policyWith({ facts: { dnsDomain: 'corp.internal' } });
    expect(await reported(node(), { policy, facts: { dnsDomain: 'cluster.local' } })).toEqual([]);
    expect(await reported(node(), { facts: { dnsDomain: 'corp.internal' } })).toEqual([]);
  });

  it('about the name of the control plane, which its certificate may have before kubeconfigs use it', async () => {
    const endpoint = (controlPlaneEndpoint: string) => ({ policy: policyWith({ facts: { controlPlaneEndpoint } }) });
    const ha = () => corpus('kubeadm-1.36-ha');
    expect(await reported(await ha(), endpoint('other.example.test:6443'))).toEqual([
      'controlPlaneEndpoint is other.example.test:6443, but admin.conf is lb.example.test',
    ]);
    expect(await reported(await ha(), endpoint('api.example.test'))).toEqual([]);
    // Without a load balancer clients use the address of the node.
    expect(await reported(node(), endpoint('lb.example.test'))).toEqual([]);
  });
});

it('is first whatever its severity, and only of the node of the other cluster', async () => {
  const trees = [await corpus('kubeadm-1.36-ha'), await corpus('kubeadm-1.36-default')];
  trees[1]?.remove('pki/apiserver.crt');
  const facts = { serviceCidrs: ['172.20.0.0/16'] };
  const { findings } = await lintTrees(trees, { policy: policyWith({ facts, rules: { 'policy/facts': 'info' } }) });
  const own = findings.filter(({ rule }) => rule === 'policy/facts');
  expect(own.map(({ severity, path }) => [severity, path])).toEqual([
    ['info', '/etc/kubernetes/manifests/kube-apiserver.yaml'],
  ]);
  expect(findings[0]).toBe(own[0]);
  expect(findings[1]?.severity).toBe('error');
});

it('is not excused by an exception', async () => {
  const policy = policyWith({
    facts: { dnsDomain: 'corp.internal' },
    exceptions: [
      {
        match: { rule: 'policy/*', path: '*/kube-apiserver.yaml' },
        reason: 'as if it were one of many',
        until: '2027-01-31',
        at: { file: 'pki-lint.config.yaml', line: 9, column: 1, endLine: 9, endColumn: 9 },
      },
    ],
  });
  const { findings } = await lintTree(node(), { policy });
  expect(findings.find(({ rule }) => rule === 'policy/facts')?.suppressed).toBeNull();
});

describe('issue', () => {
  const issueWith = (policy: ReturnType<typeof policyWith>, facts = {}) => {
    const cwd = folderWith({});
    node().toDisk(cwd);
    return issue({ paths: [cwd], policy, facts, only: ['kube-apiserver'], at: new Date('2026-12-01') });
  };
  const another = policyWith({ facts: { dnsDomain: 'corp.internal' } });

  it('does nothing by the policy of a different cluster', async () => {
    await expect(issueWith(another)).rejects.toMatchObject({
      message:
        'pki-lint.config.yaml contradicts this node: dnsDomain is corp.internal, but kube-apiserver --service-account-issuer is cluster.local',
      hint: expect.stringMatching(/--no-config[\s\S]*--dns-domain/),
    });
  });

  it('uses a fact of the command line, and a new name of the control plane', async () => {
    expect((await issueWith(another, { dnsDomain: 'cluster.local' })).exitCode).toBe(0);
    const endpoint = policyWith({ facts: { controlPlaneEndpoint: 'new.example.test:6443' } });
    expect((await issueWith(endpoint)).failure).toBeNull();
  });
});

/**
 * The first fix of an address that differs from all others corrects the file that has it: followed as printed, the node
 * is the healthy one again.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { joining } from '../cases/cause-states.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';

const pasted = (finding: Finding | undefined) =>
  (finding?.fix[0] ?? []).filter(({ kind, writes }) => kind === 'command' && writes).map(({ text }) => text);

/** What `kubectl config set-cluster` changes in a kubeconfig. */
function setCluster(text: string, command: string): string {
  const [, server = ''] = /--server=(\S+)/.exec(command) ?? [];
  return text.replace(/server: .*/, `server: ${server}`);
}

/** Follows the commands of a fix on a copy of a node, and returns what is then in a file. */
function followed(node: NodeTree, commands: readonly string[], file: string): string {
  const root = onDisk(node);
  let text = readFileSync(`${root}${file}`, 'utf8');
  for (const command of commands) {
    if (command.startsWith('kubectl config set-cluster')) {
      expect(command).toContain(`--kubeconfig ${file}`);
      text = setCluster(text, command);
    } else if (command.startsWith('sed ')) {
      const [, script = ''] = /'(.*)'/.exec(command) ?? [];
      text = execFileSync('sed', [script], { input: text, encoding: 'utf8' });
    }
  }
  return text;
}

const kubeconfigs = ['controller-manager.conf', 'scheduler.conf', 'admin.conf', 'super-admin.conf', 'kubelet.conf'];
const wrong = (text: string) => text.replace(/server: .*/, 'server: https://192.0.2.99:6443');

describe('a kubeconfig', () => {
  it.each(kubeconfigs)('%s of the only node', async (file) => {
    const path = `/etc/kubernetes/${file}`;
    const node = buildNode().edit(file, wrong);
    const { findings } = await lintTree(node);
    const [finding] = findings.filter(({ severity }) => severity === 'error');
    expect(finding).toMatchObject({ rule: 'kubeconfig/address', subject: file });
    const backup = '/root/pki-backup-20261201-0000';
    expect(pasted(finding)).toEqual([
      `mkdir -p ${backup}`,
      `cp --parents --backup=numbered ${path} ${backup}/`,
      `kubectl config set-cluster kubernetes --server=https://192.0.2.10:6443 --kubeconfig ${path}`,
    ]);
    expect(followed(node, pasted(finding), path)).toBe(buildNode().read(file));
  });

  it.each([
    ...kubeconfigs.filter((file) => file !== 'super-admin.conf').map((file) => [file, 'cp-2'] as const),
    ['super-admin.conf', 'cp-1'] as const,
    ['kubelet.conf', 'worker-1'] as const,
  ])('%s of %s, one of four nodes', async (file, name) => {
    const make = () => [controlPlane(1), controlPlane(2), controlPlane(3), worker()] as const;
    const index = ['cp-1', 'cp-2', 'cp-3', 'worker-1'].indexOf(name);
    const nodes = make();
    const node = nodes[index] ?? expect.fail();
    node.edit(file, wrong);
    const { findings } = await lintTrees(nodes);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map((one) => `${one.rule}@${one.subject} of ${one.node}`)).toEqual([
      `kubeconfig/address@${file} of ${name}`,
    ]);
    expect(followed(node, pasted(errors[0]), `/etc/kubernetes/${file}`)).toBe(make()[index]?.read(file));
  });
});

it('the bootstrap kubeconfig of a worker that is to join', async () => {
  const flag = '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf ';
  const path = '/etc/kubernetes/bootstrap-kubelet.conf';
  const right = () =>
    joining(flag).edit(path, (text) => text.replace(/server: .*/, 'server: https://lb.example.test:6443'));
  const node = joining(flag).edit(path, wrong);
  const { findings } = await lintTrees([controlPlane(1), node]);
  expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    `kubeconfig/address: ${path} connects to https://192.0.2.99:6443, but no API server is known by that address: x509: certificate is valid for 10.96.0.1, 192.0.2.10, not 192.0.2.99`,
  ]);
  expect(followed(node, pasted(findings[0]), path)).toBe(right().read(path));
});

it('both components, where all others dial the load balancer: they dial their own node again', async () => {
  const make = () => buildNode({ release: '1.28', controlPlaneEndpoint: 'lb.example.test:6443' });
  const files = ['controller-manager.conf', 'scheduler.conf'];
  const node = files.reduce((one, file) => one.edit(file, wrong), make());
  const { findings } = await lintTree(node);
  const errors = findings.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual(
    files.map((file) => `kubeconfig/address@${file}`),
  );
  for (const [index, file] of files.entries()) {
    expect(followed(node, pasted(errors[index]), `/etc/kubernetes/${file}`)).toBe(make().read(file));
  }
});

describe('a flag', () => {
  it.each([
    ['kube-apiserver', 'advertise-address', '192.0.2.99'],
    ['etcd', 'advertise-client-urls', 'https://192.0.2.99:2379'],
    ['etcd', 'initial-advertise-peer-urls', 'https://192.0.2.99:2380'],
  ])('%s --%s of the second of three control planes', async (component, flag, value) => {
    const file = `manifests/${component}.yaml`;
    const node = controlPlane(2).replaceFlag(component, flag, value);
    const { findings } = await lintTrees([controlPlane(1), node, controlPlane(3)]);
    const errors = findings.filter(({ severity }) => severity !== 'info');
    expect(errors.map((one) => `${one.rule}@${one.subject} of ${one.node}`)).toEqual([
      `argument/address@${component} of cp-2`,
    ]);
    expect(pasted(errors[0]).map((command) => command.split(' ')[0])).toEqual(['mkdir', 'cp', 'cp', 'sed', 'mv']);
    expect(followed(node, pasted(errors[0]), `/etc/kubernetes/${file}`)).toBe(controlPlane(2).read(file));
  });
});

/** A control plane without IPv4. */
function ipv6(): NodeTree {
  const node = buildNode({ ip: '2001:db8::10', serviceCidr: 'fd00:10:96::/112', serviceIp: 'fd00:10:96::1' });
  node.edit('manifests/etcd.yaml', (text) =>
    text
      .replaceAll('https://2001:db8::10:', 'https://[2001:db8::10]:')
      .replace('https://127.0.0.1:2379', 'https://[::1]:2379'),
  );
  node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://[::1]:2379');
  for (const file of kubeconfigs) node.editKubeconfig(file, { server: 'https://[2001:db8::10]:6443' });
  return node;
}

describe('an IPv6 address', () => {
  it.each([
    ['kube-apiserver', 'advertise-address', '2001:db8::99'],
    ['kube-apiserver', 'advertise-address', '2001:DB8:0::99'],
    ['etcd', 'advertise-client-urls', 'https://[2001:db8::99]:2379'],
    ['etcd', 'advertise-client-urls', 'https://[2001:db8:0:0::99]:2379'],
  ])('in %s --%s, as %s', async (component, flag, value) => {
    const file = `manifests/${component}.yaml`;
    const node = ipv6().replaceFlag(component, flag, value);
    const { findings } = await lintTree(node);
    expect(findings.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual([`argument/address@${component}`]);
    expect(pasted(findings[0]).map((command) => command.split(' ')[0])).toEqual(['mkdir', 'cp', 'cp', 'sed', 'mv']);
    expect(followed(node, pasted(findings[0]), `/etc/kubernetes/${file}`)).toBe(ipv6().read(file));
  });

  it('is never replaced by one of the other family, and a certificate without it is at fault', async () => {
    const node = buildNode().replaceFlag('etcd', 'advertise-client-urls', 'https://[2001:db8::99]:2379');
    const { findings } = await lintTree(node);
    expect(findings.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual([
      'san/coverage@kube-etcd',
      'san/documented@kube-etcd-peer',
    ]);
    expect(JSON.stringify(findings)).not.toContain('argument/address');
  });
});

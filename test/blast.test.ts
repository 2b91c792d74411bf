import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { blast, type LintOptions, UserError } from '../src/index.ts';
import type { BlastRadius } from '../src/results/blast.ts';
import { at, lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { type CorpusName, corpora, corpus } from './support/corpus.ts';
import { sampled, spreadInAll } from './support/extent.ts';
import type { NodeTree } from './support/node-tree.ts';
import { detector, keysOf } from './support/secrets.ts';

const pki = '/etc/kubernetes/pki';

const ofCorpora = (what: string, ...names: CorpusName[]) =>
  blast(what, { at, paths: names.map((name) => `fixtures/corpora/${name}.tar.gz`) });

async function ofTree(what: string, tree: NodeTree, options: LintOptions = {}): Promise<BlastRadius> {
  const archive = await tree.toTar();
  const [radius, ...others] = await blast(what, {
    at,
    paths: ['-'],
    stdin: () => Readable.from([archive]),
    ...options,
  });
  if (radius === undefined || others.length > 0) throw new Error('one node has one radius');
  return radius;
}

/** Formats a capability as `kube-apiserver --client-ca-file: is any user …`. */
const powers = ({ attacker }: BlastRadius) => attacker.map(({ by, may }) => `${by}: ${may}`);
const ids = (radius: BlastRadius, when: 'lost' | 'expired') =>
  [...new Set(radius.stops.filter((stop) => stop.when.includes(when)).map(({ id }) => id))].sort();

const leaves = [
  'kube-apiserver',
  'kube-apiserver-kubelet-client',
  'kube-apiserver-etcd-client',
  'front-proxy-client',
  'kube-etcd',
  'kube-etcd-peer',
  'kube-etcd-healthcheck-client',
  'admin.conf',
  'kubelet.conf',
  'controller-manager.conf',
  'scheduler.conf',
] as const;

describe('what stops', () => {
  test('what fails already is apart, if it depends on the target', async () => {
    const expired = buildNode().issue('kube-etcd', { notBefore: '2024-01-01', notAfter: '2025-01-01' });
    const failing = async (role: string) =>
      (await ofTree(role, expired)).failing.map(({ id, when }) => `${id} ${when.join()}`);
    expect(await failing('etcd-ca')).toContain('kube-apiserver-etcd lost,expired');
    // kube-apiserver does not start without it, and dials etcd no more.
    expect(await failing('front-proxy-ca')).toContain('kube-apiserver-etcd lost');
    expect(await failing('scheduler.conf')).toEqual([]);
  });

  test.each(leaves)('after the end of %s is what linting finds broken then', async (role) => {
    const ended = buildNode().issue(role, { notBefore: '2024-01-01', notAfter: '2025-01-01' });
    const { connections } = await lintTree(ended);
    const failing = [...new Set(connections.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id))].sort();
    expect(failing.length).toBeGreaterThan(0);
    expect(ids(await ofTree(role, buildNode()), 'expired')).toEqual(failing);
  });

  test.each([
    ['kube-apiserver-etcd-client', 'pki/apiserver-etcd-client.crt'],
    ['kube-etcd', 'pki/etcd/server.key'],
    ['service-account', 'pki/sa.pub'],
    ['kubernetes-ca', 'pki/ca.crt'],
    ['kubelet.conf', 'kubelet.conf'],
  ])('without a file of %s includes what linting finds broken then', async (subject, path) => {
    const { connections } = await lintTree(buildNode().remove(path));
    const failing = connections.filter(({ verdict }) => verdict === 'fail');
    const radius = await ofTree(path, buildNode());
    expect(radius.subject).toBe(subject);
    expect(failing.length).toBeGreaterThan(0);
    expect(ids(radius, 'lost')).toEqual(expect.arrayContaining([...new Set(failing.map(({ id }) => id))]));
  });

  test('hangs on who does not start without the file', async () => {
    const radius = await ofTree('front-proxy-client', buildNode());
    expect(radius.stops.find(({ id }) => id === 'kube-apiserver-etcd')).toMatchObject({
      when: ['lost'],
      reason: 'kube-apiserver does not start',
      without: 'the API server is down',
    });
    expect(ids(radius, 'expired')).toEqual(['aggregator-extension']);
  });

  test('is not what fails today', async () => {
    const ended = buildNode().issue('scheduler.conf', { notBefore: '2024-01-01', notAfter: '2025-01-01' });
    const radius = await ofTree('scheduler.conf', ended);
    expect(radius.stops).toEqual([]);
    expect(radius.attacker).toEqual([]);
  });

  test('administrators who lose their kubeconfig dial no more', async () => {
    expect((await ofTree('admin.conf', buildNode())).stops).toMatchObject([
      { id: 'admin-kube-apiserver', when: ['lost', 'expired'] },
    ]);
  });

  test('of the key of a CA is what it signs', async () => {
    const { stops, unissued } = await ofTree('pki/ca.key', buildNode());
    expect(stops.map(({ reason }) => reason)).toContain('kube-controller-manager does not start');
    expect(unissued.map(({ role }) => role)).toEqual(expect.arrayContaining(['kube-apiserver', 'admin.conf']));
    expect(unissued.map(({ role }) => role)).not.toContain('kube-etcd');
    expect((await ofTree('pki/ca.crt', buildNode())).unissued).toEqual([]);
  });

  test('of a key that is elsewhere is nothing but what its CA signs', async () => {
    const [radius] = await ofCorpora('ca.key', 'kubeadm-1.36-external-ca');
    expect(radius && ids(radius, 'lost')).toEqual([]);
    expect(radius?.unissued.length).toBeGreaterThan(0);
  });

  test('with a root above it, only the issuer can reissue', async () => {
    const [radius] = await ofCorpora('front-proxy-ca', 'kubeadm-1.36-intermediate');
    expect(radius?.unissued.map(({ role }) => role)).toEqual(['front-proxy-client']);
  });
});

describe('an attacker', () => {
  test.each([
    ['kubernetes-ca', 'kube-apiserver --client-ca-file: act as any user in any group, including system:masters'],
    ['kubernetes-ca', 'act as any user in any group, and so run commands in every pod of the node'],
    ['kubernetes-ca', '/etc/kubernetes/kubelet.conf: impersonate every server'],
    ['etcd-ca', 'etcd --trusted-ca-file: read and write all data of the cluster'],
    ['front-proxy-ca', 'kube-apiserver --requestheader-client-ca-file: act as any user in any group'],
    ['front-proxy-client', 'kube-apiserver --requestheader-client-ca-file: act as any user in any group'],
    ['kube-apiserver-etcd-client', 'etcd --trusted-ca-file: read and write all data of the cluster'],
    ['kube-etcd', 'etcd --trusted-ca-file: read and write all data of the cluster'],
    ['kube-etcd-peer', 'etcd --peer-trusted-ca-file: act as a member of the etcd cluster'],
    ['kube-apiserver', '/etc/kubernetes/admin.conf: impersonate 192.0.2.10'],
    ['super-admin.conf', 'in "system:masters": full access, without RBAC'],
    ['admin.conf', 'in "kubeadm:cluster-admins": full access, through the ClusterRoleBinding'],
    [
      'kubelet.conf',
      'act as user "system:node:cp-1" in "system:nodes": read the Secrets and ConfigMaps of the pods of that node',
    ],
    ['controller-manager.conf', 'act as user "system:kube-controller-manager": read every object'],
    ['scheduler.conf', 'act as user "system:kube-scheduler": read pods and nodes'],
    ['kube-apiserver-kubelet-client', 'act as user "kube-apiserver-kubelet-client": full access to every kubelet'],
    ['service-account', 'kube-apiserver --service-account-key-file: create a token for any service account'],
  ])('of the key of %s: %s', async (role, power) => {
    const [radius] = await ofCorpora(role, 'kubeadm-1.36-default');
    expect(radius && powers(radius).join('\n')).toContain(power);
    expect(radius?.recovery.length).toBeGreaterThan(0);
  });

  test('loses a binding, and gets no new credential, which would have no permissions either', async () => {
    const [radius] = await ofCorpora('admin.conf', 'kubeadm-1.36-default');
    const steps = radius?.recovery.map(({ text }) => text) ?? [];
    expect(steps[0]).toBe('kubectl delete clusterrolebinding kubeadm:cluster-admins');
    expect(steps.filter((text) => text.startsWith('kubeadm') || text.startsWith('mv'))).toEqual([]);
    expect(steps.at(-1)).toMatch(/^the kubelet cannot revoke/);
  });

  test.each(['front-proxy-client', 'kube-apiserver', 'kube-etcd', 'super-admin.conf', 'scheduler.conf'])(
    'of %s: the configuration that kubeadm reads is written before it is read',
    async (role) => {
      const [radius] = await ofCorpora(role, 'kubeadm-1.36-ha');
      const steps = radius?.recovery.map(({ text }) => text) ?? [];
      const read = steps.findIndex((text) => text.includes('--config /root/kubeadm-certs.yaml'));
      expect(read).toBeGreaterThan(0);
      expect(steps.findIndex((text) => text.endsWith('> /root/kubeadm-certs.yaml'))).toBe(0);
    },
  );

  test('keeps a stolen certificate of a component until that has a new one', async () => {
    const [radius] = await ofCorpora('kube-apiserver-etcd-client', 'kubeadm-1.36-default');
    const steps = radius?.recovery.map(({ text }) => text) ?? [];
    const of = (start: string) => steps.findIndex((text) => text.startsWith(start));
    expect(of('kubeadm init phase certs')).toBeGreaterThan(0);
    expect(of('etcd refuses')).toBeGreaterThan(of('kubeadm init phase certs'));
  });

  test('with a name that no known binding has depends on RBAC', async () => {
    const other = buildNode().issue('scheduler.conf', { commonName: 'jane', organizations: ['dev', 'ops'] });
    expect(powers(await ofTree('scheduler.conf', other))[0]).toContain(
      'act as user "jane" in "dev", "ops": do what RBAC grants that user and its groups',
    );
  });

  test('with the name of kube-proxy is kube-proxy, from whichever file', async () => {
    const other = buildNode().issue('scheduler.conf', { commonName: 'system:kube-proxy' });
    expect(powers(await ofTree('scheduler.conf', other))[0]).toContain('read services, endpoints and nodes');
  });

  test('is let in by the names that are allowed, and no others', async () => {
    const other = buildNode().replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'another');
    expect(powers(await ofTree('front-proxy-client', other))).toEqual([]);
    const strict = buildNode().replaceFlag('etcd', 'client-cert-allowed-hostname', 'nobody');
    expect(powers(await ofTree('kube-apiserver-etcd-client', strict))).toEqual([
      'etcd --peer-trusted-ca-file: act as a member of the etcd cluster',
    ]);
  });

  test('a signer is reported for servers that are not in the input', async () => {
    const [radius] = await ofCorpora('etcd-ca', 'kubeadm-1.36-external-etcd');
    expect(radius && powers(radius)).toContain(
      'etcd --trusted-ca-file (not in the input): if that flag trusts it: read and write all data of the cluster, including Secrets: full access, without RBAC',
    );
  });

  test('is reported for servers that are not in the input', async () => {
    const [radius] = await ofCorpora('kubelet.conf', 'kubeadm-1.36-worker-bootstrapped');
    expect(radius && powers(radius)).toContain(
      'kube-apiserver --client-ca-file (not in the input): if that flag trusts it: act as user "system:node:worker-1" in "system:nodes": read the Secrets and ConfigMaps of the pods of that node, and write its status and theirs',
    );
  });
});

describe('what is meant', () => {
  test.each([
    [`${pki}/apiserver.key`, 'kube-apiserver', `${pki}/apiserver.key`],
    ['pki/ca.key', 'kubernetes-ca', `${pki}/ca.key`],
    ['ca.crt', 'kubernetes-ca', `${pki}/ca.crt`],
    ['etcd/ca.crt', 'etcd-ca', `${pki}/etcd/ca.crt`],
    ['apiserver.crt', 'kube-apiserver', `${pki}/apiserver.crt`],
    ['server.crt', 'kube-etcd', `${pki}/etcd/server.crt`],
    ['admin.conf', 'admin.conf', '/etc/kubernetes/admin.conf'],
    ['sa.pub', 'service-account', `${pki}/sa.pub`],
  ])('by %s is %s', async (what, subject, file) => {
    expect(await ofTree(what, buildNode())).toMatchObject({ subject, files: [file] });
  });

  test('may be a file of no role: it is what it is by its signature', async () => {
    const tree = buildNode().issue('admin.conf', {});
    const copy = tree.write('old-admin.conf', tree.read('admin.conf'));
    const radius = await ofTree('old-admin.conf', copy);
    expect(radius).toMatchObject({ subject: '/etc/kubernetes/old-admin.conf', usedBy: [], unissued: [] });
    expect(powers(radius).join()).toContain('kubernetes-admin');
  });

  test('that the page has and the node has not is said', async () => {
    await expect(ofCorpora('kube-etcd', 'kubeadm-1.36-external-etcd')).rejects.toMatchObject({
      exitCode: 2,
      message: 'kube-etcd is not on any node in the input',
    });
  });

  test.each([
    ['kube-apiservr', 'did you mean "kube-apiserver"?'],
    ['pki/apiserver.kei', 'did you mean'],
    ['/etc/kubernetes/pki/etcd/sever.crt', 'did you mean "/etc/kubernetes/pki/etcd/server.crt"?'],
    ['nothing at all', 'give a role'],
    ['', 'give a role'],
  ])('is asked for where it is nothing: %s', async (what, hint) => {
    await expect(ofTree(what, buildNode())).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 2,
      message: `unknown name "${what}"`,
      hint: expect.stringContaining(hint),
    });
  });

  test('is asked for where it is several', async () => {
    const tree = buildNode();
    const two = ['a', 'b'].reduce((one, folder) => one.write(`pki/${folder}/x.crt`, tree.read('pki/ca.crt')), tree);
    await expect(ofTree('x.crt', two)).rejects.toMatchObject({
      exitCode: 2,
      hint: `give one of: ${pki}/a/x.crt, ${pki}/b/x.crt`,
    });
  });

  test('of several nodes is reported once for each key', async () => {
    const nodes: CorpusName[] = ['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2'];
    const on = async (what: string) => (await ofCorpora(what, ...nodes)).map((radius) => radius.nodes);
    expect(await on('kubernetes-ca')).toEqual([['cp-1', 'cp-2']]);
    expect(await on('service-account')).toEqual([['cp-1', 'cp-2']]);
    expect(await on('kube-apiserver')).toEqual([['cp-1'], ['cp-2']]);
    expect(await on('super-admin.conf')).toEqual([['cp-1']]);
  });

  test('is that of all nodes that verify it, not only of the one that has it', async () => {
    const [first] = await ofCorpora('admin.conf', 'kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2');
    expect(first?.stops.map(({ node, server, when }) => [node, server, when])).toEqual([
      ['cp-1', 'kube-apiserver', ['lost', 'expired']],
      ['cp-1', 'kube-apiserver on cp-2', ['lost', 'expired']],
    ]);
    const worker = await ofCorpora('kubelet.conf', 'kubeadm-1.36-default', 'kubeadm-1.36-worker');
    expect(worker[1]?.stops.map(({ node, id, when }) => [node, id, when])).toEqual([
      ['cp-1', 'kube-apiserver-kubelet', ['lost']],
      ['worker-1', 'kubelet-kube-apiserver', ['lost', 'expired']],
    ]);
  });

  test.each(spreadInAll(corpora, 6))('on %s has a radius where it is there, without any secret', async (name) => {
    const hasKey = detector(keysOf(await corpus(name)));
    let found = 0;
    const all = ['kubernetes-ca', 'kubelet.conf', 'service-account', 'kube-etcd'];
    // The sample is two of them, which every node has one of.
    const turn = corpora.indexOf(name) % 2;
    for (const what of sampled(all.slice(turn, turn + 2), all)) {
      const radii = await ofCorpora(what, name).catch((error) => {
        if (error instanceof UserError) return undefined;
        throw error;
      });
      if (radii === undefined) continue;
      found++;
      const text = JSON.stringify(radii);
      expect(hasKey(text)).toBe(false);
      expect(text).not.toMatch(/null does|undefined/);
    }
    expect(found).toBeGreaterThan(0);
  });

  test('is the same twice', async () => {
    const twice = [await ofTree('kubernetes-ca', buildNode()), await ofTree('kubernetes-ca', buildNode())];
    expect(twice[0]).toEqual(twice[1]);
  });

  test('on a node that cannot be read is reported', async () => {
    await expect(blast('ca.key', { paths: ['/nowhere/at/all'] })).rejects.toMatchObject({ exitCode: 2 });
  });
});

/** The fixes of what has expired: which steps, in which order. */

import { describe, expect, it } from 'vitest';
import { waitLine } from '../src/core/command/fill.ts';
import { lintTree, lintTrees } from './cases/harness.ts';
import { embedInitial } from './incidents/families/expiry.ts';
import { buildNode, type NodeOptions } from './support/build-node.ts';
import { certificatePem } from './support/certificates.ts';
import { controlPlane } from './support/cluster.ts';
import { type CorpusName, corpus } from './support/corpus.ts';
import { fixLines } from './support/fix-lines.ts';
import { makeAuthority } from './support/issue.ts';
import { keyNamed, privateKeyPem } from './support/keys.ts';
import type { NodeTree } from './support/node-tree.ts';

const unhealthy = 'etcd is not healthy: see crictl ps -a and crictl logs';
const unready = 'kube-apiserver is not ready: see crictl ps -a and crictl logs';
const noCredential = 'the kubelet has no new certificate: see journalctl -u kubelet';

const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const year = new Date('2027-12-01T00:00:00Z');

/** The lines of each alternative of the only finding of a rule. */
async function alternatives(node: NodeTree, rule: string, at?: Date): Promise<readonly (readonly string[])[]> {
  const { findings } = await lintTree(node, at === undefined ? {} : { at });
  const [finding, ...more] = findings.filter((one) => one.rule === rule);
  expect(more).toEqual([]);
  return (finding?.fix ?? []).map((steps) => fixLines([steps]));
}

const named = `kubectl config set-credentials system:node:cp-1 --client-certificate=${pem} --client-key=${pem} --kubeconfig /etc/kubernetes/kubelet.conf`;
const restart = 'systemctl restart kubelet';
const restarted = (component: string) =>
  `restart ${component}: crictl ps --name '^${component}$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30`;
const backup = '/root/pki-backup-20261201-0000';
const pkiLint =
  'pki-lint runs on the node itself with Node.js 20.19 or later. Without it, run it on a copy of the node, with --rootfs COPY, and copy the new files back';

/** A node whose kubelet.conf embeds a certificate that has expired, next to the file that the kubelet renews. */
function embedded(options: NodeOptions = {}): NodeTree {
  const node = buildNode({ rotatedKubelet: true, ...options });
  embedInitial(node);
  return node;
}

/** Replaces the file that the kubelet renews. */
function renewedAs(node: NodeTree, changes: Parameters<typeof makeAuthority>[1], name = 'system:node:cp-1'): NodeTree {
  const usual = { ca: false, organizations: ['system:nodes'], usages: ['clientAuth'] } as const;
  const { certificate, key } = makeAuthority(name, { ...usual, ...changes }, node.authority('kubernetes-ca'));
  const target = [...node.entries.keys()].find((path) => /kubelet-client-2.*\.pem$/.test(path)) ?? pem;
  return node.write(target, certificatePem(certificate) + privateKeyPem(key), 0o600);
}

const kept = [`mkdir -p ${backup}`, `cp --parents --backup=numbered /etc/kubernetes/kubelet.conf ${backup}/`];

describe('an expired kubelet.conf next to the credential that the kubelet renews', () => {
  it.each([
    ['1.36', 'enable-client-cert-rotation'],
    ['1.32', 'enable-client-cert-rotation'],
    ['1.28', 'experimental-cert-rotation'],
  ] as const)('names that file, by kubeadm of %s or by kubectl', async (release, phase) => {
    expect(await alternatives(embedded({ release }), 'cert/expired')).toEqual([
      [...kept, `kubeadm init phase kubelet-finalize ${phase}`, restart],
      [...kept, named, restart],
    ]);
  });

  const edit = (node: NodeTree, from: string | RegExp, to: string) =>
    node.edit('kubelet.conf', (text) => text.replaceAll(from, to));

  it.each<[string, (node: NodeTree) => unknown]>([
    ['its user has another name', (node) => edit(node, /system:node:cp-1$/gm, 'default-auth')],
    ['the key of the CA is elsewhere', (node) => node.remove('pki/ca.key')],
  ])('is not for kubeadm if %s', async (_, change) => {
    const node = embedded();
    change(node);
    const fix = await alternatives(node, 'cert/expired');
    expect(fix).toEqual([[...kept, expect.stringMatching(/^kubectl config set-credentials /), restart]]);
  });

  it.each<[string, (node: NodeTree) => unknown]>([
    ['has expired', (node) => renewedAs(node, { notBefore: '2025-11-20', notAfter: '2026-11-21' })],
    ['is not valid yet', (node) => renewedAs(node, { notBefore: '2026-12-02' })],
    ['is that of another node', (node) => renewedAs(node, {}, 'system:node:cp-9')],
    [
      'has another key',
      (node) =>
        node.edit(pem, (text) =>
          text.replace(/-----BEGIN (?:EC )?PRIVATE[\s\S]*/, privateKeyPem(keyNamed('stranger'))),
        ),
    ],
    ['is of another CA', (node) => node.issue('kubernetes-ca', { key: keyNamed('the next CA') })],
  ])('is issued again if that file %s', async (_, change) => {
    const node = embedded();
    change(node);
    const fix = await alternatives(node, 'cert/expired');
    expect(fix.flat().filter((line) => line.includes('kubelet-finalize'))).toEqual([]);
    expect(fix.flat().filter((line) => line.startsWith('mv '))).not.toEqual([]);
  });

  it('is looked at first if it is not in the input', async () => {
    const node = buildNode().issue('kubelet.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' });
    const fix = await alternatives(node, 'cert/expired');
    expect(fix.map(([first]) => first)).toContain(
      `only if this file, which is not in the input, has not expired: openssl x509 -noout -checkend 0 -in ${pem}`,
    );
  });
});

describe('a credential of the kubelet that has expired in its file too', () => {
  it('is issued again, on the node if the key of the CA is there, and named last of all', async () => {
    const node = buildNode({ rotatedKubelet: true }).issue('kubelet.conf', {
      notBefore: '2025-11-20',
      notAfter: '2026-11-20',
    });
    expect(await alternatives(node, 'cert/expired')).toEqual([
      [
        `mkdir -p ${backup}`,
        `mv --backup=numbered /etc/kubernetes/kubelet.conf ${pem} ${backup}/`,
        'kubeadm init phase kubeconfig kubelet --node-name cp-1 --apiserver-advertise-address 192.0.2.10',
        restart,
        waitLine(`openssl x509 -noout -checkend 0 -in ${pem}`, noCredential),
        named,
        restart,
      ],
    ]);
  });

  it('comes from a control-plane node otherwise', async () => {
    const node = buildNode({ worker: true }).issue('kubelet.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' });
    const [lines = [], ...others] = await alternatives(node, 'cert/expired');
    expect(others).toEqual([]);
    const onOther = 'on a control-plane node with the key of the CA: ';
    expect(lines.slice(0, 7)).toEqual([
      `mkdir -p ${backup}`,
      `mv --backup=numbered /etc/kubernetes/kubelet.conf ${pem} ${backup}/`,
      'kubeadm.yaml is the configuration file that kubeadm init used',
      'if kubeadm.yaml is lost, a running cluster has it too: kubectl -n kube-system get configmap kubeadm-config -o jsonpath={.data.ClusterConfiguration} > kubeadm.yaml',
      `${onOther}install -m 600 /dev/null /root/worker-1.conf`,
      `${onOther}kubeadm kubeconfig user --org system:nodes --client-name system:node:worker-1 --config kubeadm.yaml > /root/worker-1.conf`,
      `${onOther}scp -p /root/worker-1.conf root@worker-1:/etc/kubernetes/kubelet.conf`,
    ]);
    expect(lines.slice(-3)).toEqual([
      waitLine(`openssl x509 -noout -checkend 0 -in ${pem}`, noCredential),
      named.replace('cp-1', 'worker-1'),
      restart,
    ]);
  });
});

/** The order of a line in the work on a node. */
const stages = [
  /^(?:pki-lint|kubeadm|mkdir|cp -a|mv --backup=numbered \S*kubelet)/,
  /^systemctl restart kubelet$/,
  /etcd|2381/,
  /kube-apiserver|readyz/,
  /kube-controller-manager/,
  /kube-scheduler/,
  /admin\.conf|cluster-info|kubelet-client-current/,
];

describe('the work on a node where everything has expired', () => {
  it.each<CorpusName>([
    'kubeadm-1.22-default',
    'kubeadm-1.32-default',
    'kubeadm-1.36-default',
    'kubeadm-1.36-ha',
    'kubeadm-1.36-finalized',
  ])('of %s is one list in the order of work', async (name) => {
    const fix = await alternatives(await corpus(name), 'cert/expired', year);
    expect(fix).not.toEqual([]);
    for (const lines of fix) {
      const order = lines.slice(0, lines.length - 1).map((line) => stages.findIndex((stage) => stage.test(line)));
      expect({ lines, order }).toEqual({ lines, order: order.toSorted((one, other) => one - other) });
    }
  });

  it('is whole: files, kubelet, etcd, API server, the rest', async () => {
    const [byKubeadm, ours] = await alternatives(await corpus('kubeadm-1.36-default'), 'cert/expired', year);
    const after = [
      restart,
      'etcd and kube-apiserver: no restart, new files are read within 5 minutes',
      waitLine("curl -sf -m 5 'http://127.0.0.1:2381/health?serializable=true'", unhealthy),
      waitLine(
        'kubectl --kubeconfig /etc/kubernetes/admin.conf --server https://192.0.2.10:6443 --request-timeout 5s get --raw /readyz',
        unready,
      ),
      ...['kube-controller-manager', 'kube-scheduler'].map(restarted),
    ];
    expect(ours?.slice(0, after.length + 1)).toEqual(['pki-lint issue --write --renew', ...after]);
    expect(byKubeadm?.slice(0, 5)).toEqual([
      'mkdir -p /root/pki-backup-20271201-0000',
      'cp -a --parents --backup=numbered /etc/kubernetes/pki /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf /root/pki-backup-20271201-0000/',
      'kubeadm certs renew all',
      'mv --backup=numbered /etc/kubernetes/kubelet.conf /root/pki-backup-20271201-0000/',
      'kubeadm init phase kubeconfig kubelet --node-name cp-1 --apiserver-advertise-address 192.0.2.10',
    ]);
    expect(byKubeadm?.slice(5, 5 + after.length)).toEqual(after);
  });

  it('renews only those that expired, if not all have', async () => {
    const node = buildNode();
    for (const role of ['kube-etcd', 'scheduler.conf'] as const)
      node.issue(role, { notBefore: '2025-11-20', notAfter: '2026-11-20' });
    const [byKubeadm = []] = await alternatives(node, 'cert/expired');
    expect(byKubeadm.filter((line) => line.startsWith('kubeadm'))).toEqual([
      'kubeadm certs renew etcd-server',
      'kubeadm certs renew scheduler.conf',
    ]);
    expect(byKubeadm.join('\n')).not.toMatch(/kube-apiserver.yaml|etcd.yaml|kube-controller-manager/);
  });

  it('keeps the credential that the kubelet renews', async () => {
    const node = embedded().issue('scheduler.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' });
    const fix = await alternatives(node, 'cert/expired');
    expect(fix.map((lines) => lines.slice(0, 4).toSorted())).toEqual([
      [...kept, 'kubeadm certs renew scheduler.conf', named].toSorted(),
      [...kept, named, 'pki-lint issue --write --only scheduler.conf --renew'].toSorted(),
    ]);
  });

  it('restarts etcd and the API server one after the other where a CA of etcd was renewed', async () => {
    const node = buildNode().issue('etcd-ca', { notBefore: '2016-11-20', notAfter: '2026-11-20' });
    const [lines = []] = await alternatives(node, 'authority/expired');
    expect(lines).toEqual([
      pkiLint,
      'pki-lint issue --write --only etcd-ca --replace etcd-ca --keep-key --yes',
      'with several etcd members, do this on one node after the other',
      restarted('etcd'),
      waitLine("curl -sf -m 5 'http://127.0.0.1:2381/health?serializable=true'", unhealthy),
      restarted('kube-apiserver'),
      waitLine(
        'kubectl --kubeconfig /etc/kubernetes/admin.conf --server https://192.0.2.10:6443 --request-timeout 5s get --raw /readyz',
        unready,
      ),
    ]);
  });

  it('asks the runtime and the port where nothing else is known', async () => {
    const node = buildNode().issue('etcd-ca', { notBefore: '2016-11-20', notAfter: '2026-11-20' }).remove('admin.conf');
    node.edit('manifests/etcd.yaml', (text) => text.replace(/^.*--listen-metrics-urls.*\n/m, ''));
    const [lines = []] = await alternatives(node, 'authority/expired');
    expect(lines.filter((line) => line.startsWith('{ n=0; until '))).toEqual([
      waitLine(
        "crictl ps --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system --state Running -q | grep -q .",
        'etcd does not run: see crictl ps -a and crictl logs',
      ),
      waitLine('curl -skf -m 5 https://192.0.2.10:6443/readyz', unready),
    ]);
  });
});

describe('an expired CA whose key is on another node', () => {
  it('is copied, and put into the kubeconfigs that embed it', async () => {
    const node = buildNode({ worker: true }).issue('kubernetes-ca', {
      notBefore: '2016-11-20',
      notAfter: '2026-11-20',
    });
    node.editKubeconfig('kubelet.conf', { certificateAuthority: node.read('pki/ca.crt') });
    expect(await alternatives(node, 'authority/expired')).toEqual([
      [
        'first copy the renewed CA to /etc/kubernetes/pki/ca.crt on this node, from the node that has its key',
        'kubectl config set-cluster kubernetes --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs --kubeconfig /etc/kubernetes/kubelet.conf',
        restart,
      ],
    ]);
  });

  it('is followed by what no file shows where the key is', async () => {
    const node = buildNode().issue('kubernetes-ca', { notBefore: '2016-11-20', notAfter: '2026-11-20' });
    const [lines = []] = await alternatives(node, 'authority/expired');
    expect(lines.slice(-4).map((line) => /other node|cluster-info|kube-root-ca\.crt|caBundle/.exec(line)?.[0])).toEqual(
      ['other node', 'cluster-info', 'kube-root-ca.crt', 'caBundle'],
    );
  });
});

it('several control planes are repaired one after the other', async () => {
  const { findings } = await lintTrees([controlPlane(1), controlPlane(2)], { at: year });
  const expired = findings.filter(({ rule }) => rule === 'cert/expired');
  expect(expired.map(({ node }) => node)).toEqual(['cp-1', 'cp-2']);
  for (const { node, fix } of expired) {
    const [steps = []] = fix;
    expect(steps.every(({ on }) => on === node)).toBe(true);
    expect(steps.flatMap(({ text }) => (/renew all|several|kubelet$/.test(text) ? [text] : [])).slice(0, 3)).toEqual([
      'kubeadm certs renew all',
      expect.stringMatching(/^with several control-plane nodes: first the files on all of them/),
      restart,
    ]);
  }
  expect((await alternatives(buildNode(), 'cert/expired', year)).flat().join()).not.toContain(
    'several control-plane nodes',
  );
});

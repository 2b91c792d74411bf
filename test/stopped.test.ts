/** A finding that stops a component, or spoils a certificate, breaks its connections, and no others. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/index.ts';
import { lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { keyNamed, privateKeyPem } from './support/keys.ts';

/** The failing connections, each with the rule that explains it. */
function failing({ connections, findings }: Report): Readonly<Record<string, string>> {
  const ruleOf = (cause: string | null) => findings.find(({ fingerprint }) => fingerprint === cause)?.rule ?? 'none';
  const broken = connections.filter(({ verdict }) => verdict === 'fail');
  return Object.fromEntries(broken.map(({ id, cause }) => [id, ruleOf(cause)]));
}

const manager = 'kube-controller-manager-kube-apiserver';
const signed = 'signed-kube-apiserver';
const otherKey = () => privateKeyPem(keyNamed('another'));

describe('kube-controller-manager', () => {
  it('exits without the key of its signer', async () => {
    const report = await lintTree(buildNode().remove('pki/ca.key'));
    expect(failing(report)).toEqual({ [manager]: 'argument/file', [signed]: 'argument/file' });
    const [connection] = report.connections.filter(({ id }) => id === manager);
    expect(connection?.reason).toBe('kube-controller-manager is not running');
  });

  it('exits with a signer whose key is that of another CA', async () => {
    const report = await lintTree(buildNode().write('pki/ca.key', otherKey()));
    expect(failing(report)).toEqual({ [manager]: 'authority/pair', [signed]: 'authority/pair' });
  });

  it('exits with the key of another CA that its flag names', async () => {
    const key = '/etc/kubernetes/pki/etcd/ca.key';
    const report = await lintTree(buildNode().replaceFlag('kube-controller-manager', 'cluster-signing-key-file', key));
    expect(failing(report)).toEqual({ [manager]: 'argument/target', [signed]: 'argument/target' });
  });

  it('exits if its tokens are refused, and only if it asks for tokens', async () => {
    const node = () => buildNode().write('pki/sa.key', otherKey());
    const tokens = { 'pods-kube-apiserver': 'service-account/verified' };
    const asking = await lintTree(node());
    expect(failing(asking)).toEqual({
      ...tokens,
      [manager]: 'service-account/verified',
      [signed]: 'service-account/verified',
    });
    const alone = node().replaceFlag('kube-controller-manager', 'use-service-account-credentials', undefined);
    expect(failing(await lintTree(alone))).toEqual(tokens);
  });
});

describe('kube-apiserver', () => {
  it('neither serves nor dials with a flag that it does not know', async () => {
    const report = await lintTree(buildNode().replaceFlag('kube-apiserver', 'tls-cert-fil', '/x'));
    expect(new Set(Object.values(failing(report)))).toEqual(new Set(['argument/mistyped']));
    expect(report.connections.filter(({ verdict }) => verdict === 'ok').map(({ id }) => id)).toEqual([
      'etcd-peer',
      'etcdctl-etcd',
      'etcd-gateway',
    ]);
    const [finding] = report.findings.filter(({ rule }) => rule === 'argument/mistyped');
    expect(finding?.related.map(({ subject }) => subject)).toContain('kubelet → https://192.0.2.10:6443');
  });

  it('starts with a client certificate for kubelets that it cannot load', async () => {
    const report = await lintTree(buildNode().write('pki/apiserver-kubelet-client.crt', 'junk', 0o644));
    expect(failing(report)).toEqual({ 'kube-apiserver-kubelet': 'file/parse' });
  });
});

describe('a kubelet', () => {
  const listeningAt = (address: string) =>
    lintTree(buildNode().edit('/var/lib/kubelet/config.yaml', (text) => `${text}address: ${address}\n`));

  it('is not reached at an address at which it does not listen', async () => {
    expect(failing(await listeningAt('127.0.0.1'))).toEqual({ 'kube-apiserver-kubelet': 'connection/listener' });
    expect(failing(await listeningAt('0.0.0.0'))).toEqual({});
    expect(failing(await listeningAt('192.0.2.10'))).toEqual({});
  });
});

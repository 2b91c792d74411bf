import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flagsOf, scanOne } from './support.ts';

const corpora = readdirSync('fixtures/corpora').filter((name) => name.endsWith('.tar.gz'));

describe('real nodes', () => {
  it.each(corpora)('%s is read to its end', async (name) => {
    const node = await scanOne(`fixtures/corpora/${name}`, {
      cwd: process.cwd(),
      expected: ['ca.crt', '/etc/kubernetes/bootstrap-kubelet.conf'],
    });
    const worker = name.includes('worker');
    const components = node.components.map((component) => component.name);
    expect(components.includes('kube-apiserver')).toBe(!worker);
    expect(components.includes('etcd')).toBe(!worker && !name.includes('external-etcd'));
    expect(node.components.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
    expect(
      [...node.files.values()].filter(({ state }) => !['file', 'directory', 'absent', 'outside'].includes(state)),
    ).toEqual([]);
    expect([...node.files.values()].filter(({ content }) => content?.type === 'malformed')).toEqual([]);
    expect(node.pkiFiles.filter((file) => node.files.get(file)?.content?.type !== 'pem')).toEqual([]);
    expect(node.files.get('/etc/kubernetes/bootstrap-kubelet.conf')?.state).toBe('absent');
    expect(node.beyondPki).toBe(true);
  });

  it('a node has these components, in the order of its files', async () => {
    const node = await scanOne('fixtures/corpora/kubeadm-1.36-external-ca.tar.gz', { cwd: process.cwd() });
    expect(node.components.map(({ name, image }) => `${name} ${image}`)).toEqual([
      'etcd registry.k8s.io/etcd:3.6.8-0',
      'kube-apiserver registry.k8s.io/kube-apiserver:v1.36.2',
      'kube-controller-manager registry.k8s.io/kube-controller-manager:v1.36.2',
      'kube-scheduler registry.k8s.io/kube-scheduler:v1.36.2',
      'kubelet undefined',
    ]);
    expect(node.components.flatMap(flagsOf).filter((flag) => flag.startsWith('cluster-signing'))).toEqual([
      'cluster-signing-cert-file=',
      'cluster-signing-key-file=',
    ]);
  });

  it('rotated kubelet certificates are found through their link', async () => {
    const node = await scanOne('fixtures/corpora/kubeadm-1.36-worker.tar.gz', { cwd: process.cwd() });
    const current = node.files.get('/var/lib/kubelet/pki/kubelet-client-current.pem');
    expect(current).toMatchObject({
      state: 'file',
      realPath: expect.stringMatching(/kubelet-client-2026-/),
      mode: 0o600,
    });
    const kubelet = node.files.get('/etc/kubernetes/kubelet.conf')?.content;
    expect(kubelet?.type === 'kubeconfig' && kubelet.kubeconfig.user?.certificate?.path).toBe(
      '/var/lib/kubelet/pki/kubelet-client-current.pem',
    );
  });
});

/** Components whose flags a program has compiled in, and what its configuration and its unit change. */
import { describe, expect, it } from 'vitest';
import { layouts } from '../../src/tables/layouts/index.ts';
import { plant, scanPaths } from './support.ts';

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const unit = (words: string) => `[Service]\nExecStart=/usr/local/bin/k0s controller ${words}\n`;
const config = (lines: readonly string[]) => ['kind: ClusterConfig', 'spec:', ...lines, ''].join('\n');

/** The flags of a component, each with its value and the line or the words of what sets it. */
async function flagsOf(component: string, words: string, lines: readonly string[], more: Record<string, string> = {}) {
  const root = plant({
    'var/lib/k0s/pki/server.crt': pem,
    'etc/systemd/system/k0scontroller.service': unit(words),
    'etc/k0s/k0s.yaml': config(lines),
    ...more,
  });
  const { nodes } = await scanPaths([root], { layouts });
  const found = nodes[0]?.components.find(({ name }) => name === component);
  return new Map(
    found?.arguments.map(({ name, value, at }) => [name, [value, 'words' in at ? at.words : `${at.path}:${at.line}`]]),
  );
}

describe('flags of the API server', () => {
  it('are those of the table, by the words of what sets them', async () => {
    const flags = await flagsOf('kube-apiserver', '', []);
    expect(flags.get('client-ca-file')).toEqual(['/var/lib/k0s/pki/ca.crt', 'k0s']);
    expect(flags.get('service-cluster-ip-range')).toEqual(['10.96.0.0/12', 'k0s']);
    expect(flags.has('advertise-address')).toBe(false);
  });

  it('have the place of the setting that they are', async () => {
    const flags = await flagsOf('kube-apiserver', '', ['  api:', '    address: 10.0.0.8', '    port: 7443']);
    expect(flags.get('advertise-address')).toEqual(['10.0.0.8', '/etc/k0s/k0s.yaml:4']);
    expect(flags.get('secure-port')).toEqual(['7443', '/etc/k0s/k0s.yaml:5']);
  });

  it('are replaced by those of the user', async () => {
    const flags = await flagsOf('kube-apiserver', '', ['  api:', '    extraArgs:', '      client-ca-file: /x.crt']);
    expect(flags.get('client-ca-file')).toEqual(['/x.crt', '/etc/k0s/k0s.yaml:5']);
  });

  it('are in the configuration that the unit names', async () => {
    const own = { 'srv/k0s.yaml': config(['  api:', '    address: 10.0.0.9']) };
    const flags = await flagsOf('kube-apiserver', '--config=/srv/k0s.yaml', [], own);
    expect(flags.get('advertise-address')).toEqual(['10.0.0.9', '/srv/k0s.yaml:4']);
  });

  it('depend on where the data is', async () => {
    expect((await flagsOf('kube-apiserver', '', [])).get('etcd-cafile')?.[0]).toBe('/var/lib/k0s/pki/etcd/ca.crt');
    expect((await flagsOf('kube-apiserver', '--single', [])).has('etcd-cafile')).toBe(false);
    expect((await flagsOf('etcd', '--single', [])).size).toBe(0);
  });
});

describe('flags of the kubelet', () => {
  it('are there only where it runs', async () => {
    expect((await flagsOf('kubelet', '', [])).size).toBe(0);
    expect((await flagsOf('kubelet', '--enable-worker', [])).get('root-dir')).toEqual(['/var/lib/k0s/kubelet', 'k0s']);
  });

  it('are those of the unit too', async () => {
    const flags = await flagsOf('kubelet', '--enable-worker --kubelet-extra-args="--node-ip=10.0.0.8 --v=2"', []);
    expect(flags.get('node-ip')).toEqual(['10.0.0.8', '/etc/systemd/system/k0scontroller.service:2']);
  });
});

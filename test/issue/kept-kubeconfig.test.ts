import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renewedKubeconfig } from '../../src/issue/certify/kubeconfig.ts';
import { alarmsIn, folderOf, issueIn, unpacked, write } from './support/folders.ts';

const data = /(certificate-authority|client-certificate|client-key)-data: .*/g;
const withoutData = (text: string) => text.replace(data, '$1');

describe('a kubeconfig that is renewed', () => {
  const names = ['admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'];

  it('keeps all but its credential: the names of its cluster, as kubeadm certs renew does', async () => {
    const folder = await unpacked('kubeadm-1.36-ha');
    const read = () => names.map((name) => readFileSync(join(folder, 'etc/kubernetes', name), 'utf8'));
    const before = read();
    await write(folder, { renew: true, withinDays: 4000, only: names });
    const after = read();
    expect(before[0]).toContain('name: prod\n');
    expect(after.map(withoutData)).toEqual(before.map(withoutData));
    for (const [index, text] of after.entries()) {
      const [old, now] = [before[index], text].map((one) => one?.match(data) ?? []);
      expect(now).toHaveLength(3);
      expect([now?.[0] === old?.[0], now?.[1] === old?.[1], now?.[2] === old?.[2]]).toEqual([true, false, false]);
    }
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('keeps further contexts, tokens and ways to the server', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const file = join(folder, 'etc/kubernetes/scheduler.conf');
    const before = readFileSync(file, 'utf8')
      .replace(
        /( +)server: .*/,
        '$1proxy-url: socks5://proxy.example.test\n$1server: https://127.0.0.1:6443\n$1tls-server-name: kubernetes',
      )
      .concat('- name: robot\n  user:\n    token: sesame\n');
    writeFileSync(file, before);
    const { plan } = await write(folder, { replace: ['scheduler.conf'] });
    expect(plan.actions[0]).toMatchObject({ kubeconfig: { keeps: true, server: 'https://127.0.0.1:6443' }, notes: [] });
    expect(withoutData(readFileSync(file, 'utf8'))).toBe(withoutData(before));
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it.each([
    ['its server is wrong', (text: string) => text.replace('server: https', 'server: http')],
    [
      'it verifies nobody',
      (text: string) => text.replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true'),
    ],
    [
      'its credential is a token',
      (text: string) => text.replace(/client-certificate-data: .*\n.*client-key-data: .*/, 'token: sesame'),
    ],
    ['its context leads nowhere', (text: string) => text.replace(/current-context: .*/, 'current-context: other')],
    ['its server has a password', (text: string) => text.replace('https://', 'https://u:hunter2@')],
    ['it is no YAML', () => '{{'],
  ])('is rewritten where %s, and says so', async (_, spoil) => {
    const folder = await unpacked('kubeadm-1.36-default');
    const file = join(folder, 'etc/kubernetes/scheduler.conf');
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    const { plan } = await write(folder, { replace: ['scheduler.conf'] });
    expect(plan.actions[0]?.notes).toContain(
      'rewritten as kubeadm does; other settings of the old file are in its backup',
    );
    expect(readFileSync(file, 'utf8')).toContain('name: system:kube-scheduler@kubernetes\n');
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is rewritten if its data cannot be replaced, and the plan says so', async () => {
    const folder = await unpacked('kubeadm-1.36-default');
    const file = join(folder, 'etc/kubernetes/scheduler.conf');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/client-key-data: (.*)/, 'client-key-data: >-\n      $1'));
    for (const written of [false, true]) {
      const { plan } = await issueIn(folder, { replace: ['scheduler.conf'], write: written });
      expect(plan.actions[0]).toMatchObject({ kubeconfig: { keeps: false } });
      expect(plan.actions[0]?.notes.at(-1)).toMatch(/^rewritten as kubeadm does/);
    }
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is rewritten if its values are not on one line each', () => {
    const renewed = { authorityPem: 'a', certificatePem: 'b', keyPem: 'c' };
    const text = (user: string) =>
      `current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {certificate-authority: f}}]\nusers:\n- name: u\n  user:\n${user}`;
    const plain = text('    client-certificate-data: AAAA\n    client-key-data: "BBBB" # of mine\n');
    expect(renewedKubeconfig(plain, renewed.authorityPem, renewed)).toBe(
      plain.replace('AAAA', 'Yg==').replace('BBBB', 'Yw=='),
    );
    for (const user of [
      '    client-certificate-data: |\n      AAAA\n    client-key-data: BBBB\n',
      '    client-key-data: BBBB\n',
      '    token: x\n',
    ])
      expect(renewedKubeconfig(text(user), renewed.authorityPem, renewed)).toBeUndefined();
    expect(renewedKubeconfig('[', renewed.authorityPem, renewed)).toBeUndefined();
  });
});

describe('what is replaced', () => {
  it('keeps its mode, but for what lint calls too much', async () => {
    const folder = await folderOf();
    const file = (name: string) => join(folder, 'etc/kubernetes', name);
    chmodSync(file('pki/apiserver.crt'), 0o600);
    chmodSync(file('pki/sa.pub'), 0o644);
    chmodSync(file('scheduler.conf'), 0o644);
    const report = await issueIn(folder, {
      replace: ['kube-apiserver', 'service-account', 'scheduler.conf'],
      write: true,
      yes: true,
    });
    expect(report).toMatchObject({ exitCode: 0 });
    const { statSync } = await import('node:fs');
    const modes = ['pki/apiserver.crt', 'pki/apiserver.key', 'pki/sa.pub', 'pki/sa.key', 'scheduler.conf'].map((name) =>
      (statSync(file(name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(['600', '600', '644', '600', '600']);
  });
});

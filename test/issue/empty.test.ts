import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classicalAlgorithms } from '../../src/results/issue/plan.ts';
import { corpus } from '../support/corpus.ts';
import { alarmsIn, cp1, emptyFolder, filesIn, issueIn, write } from './support/folders.ts';

const modesIn = (folder: string) => [...filesIn(folder)].map(([name, told]) => `${name} ${told.split(' ')[0]}`);

/** The PKI files of a real node, with their modes. */
async function kubeadmFiles(): Promise<readonly string[]> {
  const node = await corpus('kubeadm-1.36-default');
  return [...node.entries]
    .flatMap(([path, entry]) => {
      const name = path.slice('/etc/kubernetes/'.length);
      const isPki = path.startsWith('/etc/kubernetes/pki/') || /^[a-z-]+\.conf$/.test(name);
      return entry.type === 'file' && isPki ? [`${name} ${entry.mode.toString(8)}`] : [];
    })
    .sort();
}

describe('an empty folder', () => {
  it.each([
    ['empty', '', ''],
    ['not there yet', 'new', 'new'],
    ['called pki', 'pki', ''],
    ['below a root', 'root/etc/kubernetes/pki', 'root/etc/kubernetes'],
    ['/etc/kubernetes of a root', 'root/etc/kubernetes', 'root/etc/kubernetes'],
  ])('becomes what kubeadm init makes: %s', async (_, given, kubernetes) => {
    const folder = emptyFolder();
    await write(join(folder, given), { facts: cp1 });
    expect(modesIn(join(folder, kubernetes))).toEqual(await kubeadmFiles());
    expect(await alarmsIn(join(folder, kubernetes), { profile: 'kubeadm' })).toEqual([]);
  });

  it('becomes it below --rootfs', async () => {
    const rootfs = emptyFolder();
    await write('/etc/kubernetes/pki', { facts: cp1, rootfs });
    expect(modesIn(join(rootfs, 'etc/kubernetes'))).toEqual(await kubeadmFiles());
    expect(await alarmsIn(rootfs)).toEqual([]);
  });

  it('called pki may have other folders next to it', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'pki'));
    await write(join(folder, 'pki'), { facts: cp1 });
    expect(existsSync(join(folder, 'admin.conf'))).toBe(true);
  });

  it('issued as documented is well in both profiles', async () => {
    const folder = emptyFolder();
    await write(folder, { facts: cp1, profile: 'documented' });
    expect(await alarmsIn(folder, { profile: 'documented' })).toEqual([]);
    expect(await alarmsIn(folder, { profile: 'kubeadm' })).toEqual([]);
  });

  // A node with rsa-3072 differs from these two in nothing that a rule asks.
  it.each(classicalAlgorithms.filter((one) => one !== 'rsa-3072'))(
    'is well with %s',
    async (algorithm) => {
      const folder = emptyFolder();
      await write(folder, { facts: cp1, algorithm });
      expect(await alarmsIn(folder)).toEqual([]);
    },
    60_000,
  );

  it.each(classicalAlgorithms)(
    'has keys as kubeadm writes them of %s',
    async (algorithm) => {
      const folder = emptyFolder();
      await write(folder, { facts: cp1, algorithm, only: ['front-proxy-client'] });
      const [, type, size] = /^(rsa|ecdsa)-p?(\d+)$/.exec(algorithm) ?? [];
      for (const name of ['front-proxy-ca', 'front-proxy-client']) {
        const pem = readFileSync(join(folder, `pki/${name}.key`), 'utf8');
        expect(pem).toMatch(`-----BEGIN ${type === 'rsa' ? 'RSA' : 'EC'} PRIVATE KEY-----`);
        const key = createPrivateKey(pem);
        expect(new X509Certificate(readFileSync(join(folder, `pki/${name}.crt`))).checkPrivateKey(key)).toBe(true);
        const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
        expect(modulusLength ?? namedCurve).toBe(
          type === 'rsa' ? Number(size) : { 256: 'prime256v1', 384: 'secp384r1' }[size ?? ''],
        );
      }
      expect([...filesIn(folder).keys()]).toHaveLength(4);
      expect((await alarmsIn(folder)).filter((alarm) => alarm.includes('@front-proxy'))).toEqual([]);
    },
    60_000,
  );

  it('has nothing left to do, and is touched no more', async () => {
    const folder = emptyFolder();
    await write(folder, { facts: cp1 });
    const before = filesIn(folder);
    expect(await issueIn(folder)).toMatchObject({ plan: { actions: [], refusals: [], left: [] }, exitCode: 0 });
    expect(await issueIn(folder, { write: true, facts: cp1 })).toMatchObject({ result: null, exitCode: 0 });
    expect(filesIn(folder)).toEqual(before);
  });
});

describe('what is not known', () => {
  it.each([
    [
      'the node name',
      { advertiseAddress: '192.0.2.10' },
      '--node-name',
      ['kube-apiserver', 'kube-etcd', 'kube-etcd-peer', 'kubelet.conf'],
    ],
    [
      'its address',
      { nodeName: 'cp-1' },
      '--advertise-address',
      [
        'kube-apiserver',
        'kube-etcd',
        'kube-etcd-peer',
        'admin.conf',
        'super-admin.conf',
        'kubelet.conf',
        'controller-manager.conf',
        'scheduler.conf',
      ],
    ],
  ])('%s is asked for by the option that says it, and nothing is written', async (_, facts, option, roles) => {
    const folder = emptyFolder();
    const planned = await issueIn(folder, { facts });
    expect(planned.exitCode).toBe(1);
    expect(planned.plan.refusals.map(({ role }) => role).sort()).toEqual([...roles].sort());
    for (const { message } of planned.plan.refusals) expect(message).toContain(option);
    const written = await issueIn(folder, { facts, write: true });
    expect(written).toMatchObject({ exitCode: 2, result: null });
    expect([...filesIn(folder)]).toEqual([]);
  });
});

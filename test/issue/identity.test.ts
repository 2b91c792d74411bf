import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certificatePem } from '../support/certificates.ts';
import { corpus } from '../support/corpus.ts';
import { privateKeyPem } from '../support/keys.ts';
import { alarmsIn, certificateAt, cp1, emptyFolder, folderOf, issueIn, unpacked, write } from './support/folders.ts';

const subjectAt = (folder: string, file: string) => certificateAt(folder, 'etc/kubernetes/pki', file).subject;

describe('the subject of a reissued certificate', () => {
  it('is for the owner of an external etcd to choose', async () => {
    const [folder, caDir] = [await unpacked('kubeadm-1.36-external-etcd'), emptyFolder()];
    const { certificate, key } = (await corpus('kubeadm-1.36-external-etcd')).authority('etcd-ca');
    mkdirSync(join(caDir, 'etcd'));
    writeFileSync(join(caDir, 'etcd/ca.crt'), certificatePem(certificate));
    writeFileSync(join(caDir, 'etcd/ca.key'), privateKeyPem(key));
    const before = subjectAt(folder, 'apiserver-etcd-client.crt');
    expect(before).not.toBe('CN=kube-apiserver-etcd-client');
    const { plan } = await write(folder, { replace: ['kube-apiserver-etcd-client'], caDir });
    expect(subjectAt(folder, 'apiserver-etcd-client.crt')).toBe(before);
    expect(plan.actions[0]?.notes).toEqual(['keeps its subject, which the owner of that etcd chooses']);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it.each([
    ['front-proxy-client', 'front-proxy-client.crt', 'kube-apiserver', 'requestheader-allowed-names', 'aggregator'],
    ['kube-etcd-peer', 'etcd/peer.crt', 'etcd', 'peer-cert-allowed-cn', 'etcd-member'],
  ] as const)('is what a flag asks for: %s', async (role, file, component, flag, commonName) => {
    const folder = await folderOf({ certificates: { [role]: { commonName } } }, (node) =>
      component === 'etcd' ? node.replaceFlag('etcd', flag, commonName) : node.replaceFlag(component, flag, commonName),
    );
    const { plan } = await write(folder, { replace: [role] });
    expect(subjectAt(folder, file)).toBe(`CN=${commonName}`);
    expect(plan.actions[0]?.notes).toEqual([
      `keeps the common name ${commonName}, which ${component} --${flag} requires`,
    ]);
  });
});

describe('the names of etcd', () => {
  it('are the address that others dial as well as that of the node', async () => {
    const folder = emptyFolder();
    await write(folder, { facts: { ...cp1, nodeIps: ['192.0.2.99'] } });
    for (const file of ['server', 'peer']) {
      const names = certificateAt(folder, 'pki/etcd', `${file}.crt`).subjectAltName ?? '';
      for (const address of ['192.0.2.10', '192.0.2.99', '127.0.0.1']) expect(names).toContain(`IP Address:${address}`);
    }
  });
});

it('the address of the Service comes first, as in kubeadm', async () => {
  const { plan } = await issueIn(emptyFolder(), { facts: cp1, only: ['kube-apiserver', 'kubernetes-ca'] });
  const addresses = plan.actions[1]?.certificate?.sans.filter(({ type }) => type === 'IP').map(({ value }) => value);
  expect(addresses).toEqual(['10.96.0.1', '192.0.2.10']);
});

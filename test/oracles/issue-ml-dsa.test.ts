import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssueOptions } from '../../src/index.ts';
import type { KeyAlgorithm } from '../../src/results/issue/plan.ts';
import { readPem } from '../../src/x509/pem.ts';
import { unreadableKey } from '../../src/x509/private-key.ts';
import { cp1, emptyFolder, write } from '../issue/support/folders.ts';
import { mlDsaNames } from '../support/ml-dsa.ts';
import { askGo } from '../x509/support/ask-go.ts';
import { shakeHands } from './support/handshake.ts';
import { buildGo, temporaryFolder } from './support/programs.ts';

const folders = { '1.26': temporaryFolder(), '1.27': temporaryFolder() };
afterAll(() => {
  for (const folder of Object.values(folders)) folder.remove();
});
let programs: Readonly<Record<keyof typeof folders, string>>;
beforeAll(() => {
  const build = (release: keyof typeof folders) =>
    buildGo('handshake', folders[release].path, {}, `/usr/lib/go-${release}/bin/go`);
  programs = { '1.26': build('1.26'), '1.27': build('1.27') };
});

const options: IssueOptions = {
  facts: { ...cp1, kubernetesVersion: '1.38.0', serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local' },
};
const leaves = { server: 'kube-apiserver', client: 'kube-apiserver-kubelet-client' } as const;

/** Issues a CA, and a server and a client below it, and lets them connect with a release of Go. */
async function issued(authority: KeyAlgorithm, algorithm: KeyAlgorithm) {
  const folder = emptyFolder();
  const below = Object.values(leaves);
  await write(folder, { ...options, algorithm: authority, only: ['kubernetes-ca', ...below] });
  if (algorithm !== authority) await write(folder, { ...options, algorithm, only: below, replace: below });
  const read = (name: string) => readFileSync(join(folder, 'pki', name), 'utf8');
  const end = (name: string) => ({ certificate: read(`${name}.crt`), key: read(`${name}.key`), trust: read('ca.crt') });
  const ends = { server: end('apiserver'), client: end('apiserver-kubelet-client') };
  const shake = (release: keyof typeof folders) =>
    shakeHands(programs[release], [{ ...ends, host: 'cp-1', at: new Date('2026-12-01') }])[0];
  return { folder, shake };
}

const derOf = (pem: string) => Buffer.from(/-----\n([^-]+)-----/.exec(pem)?.[1] ?? '', 'base64');
const success = { serverPair: '', clientPair: '', client: '', server: '' };

describe.each(mlDsaNames)('what is issued with %s', (name) => {
  const algorithm = name.toLowerCase() as KeyAlgorithm;

  test('works with Go 1.27, and with none before it', async () => {
    const { shake } = await issued(algorithm, algorithm);
    expect(shake('1.27')).toEqual(success);
    expect(shake('1.26')).toMatchObject({ serverPair: unreadableKey, clientPair: unreadableKey });
  });

  test('verifies keys of other kinds with Go 1.27, and with none before it', async () => {
    const { shake } = await issued(algorithm, 'ecdsa-p256');
    expect(shake('1.27')).toEqual(success);
    const client = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    expect(shake('1.26')).toMatchObject({ serverPair: '', clientPair: '', client });
  });

  test('is in a request as Go reads it', async () => {
    const [folder, csr] = [emptyFolder(), emptyFolder()];
    await write(folder, { ...options, algorithm, csr, only: [leaves.server] });
    const text = readFileSync(join(csr, 'apiserver.csr'));
    const [block] = readPem(text).blocks;
    if (block?.type !== 'certificate-request') throw new Error('no request');
    const [answer] = askGo([['R', derOf(text.toString())]], '', '1.27');
    expect(answer).toEqual({ subject: block.request.subject.der, key: block.request.publicKey.id });
  });
});

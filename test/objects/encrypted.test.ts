/** Secrets that are encrypted are named as not read, and are not among what was read. */
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { root } from '../repository/files.ts';
import { documents } from './objects.ts';

const sops = (name: string) => `apiVersion: v1
kind: Secret
metadata: {name: ${name}}
type: kubernetes.io/tls
data: {tls.crt: 'ENC[AES256_GCM,data:abcd,type:str]'}
sops: {version: 3.9.0}`;
const sealed = `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: sealed}
spec: {encryptedData: {tls.crt: AgBy}}`;

it('of each kind, once for a file', async () => {
  const text = documents(
    sops('one'),
    sops('two'),
    sealed,
    sealed,
    'kind: Service\napiVersion: v1\nmetadata: {name: a}',
  );
  const { failures, objects, exitCode } = await lint({ at, paths: ['-'], stdin: () => Readable.from([text]) });
  expect(failures.map(({ path, message }) => `${path} ${message}`)).toEqual([
    '-:1 not read: a Secret that sops has encrypted',
    '-:15 not read: a SealedSecret, which only its controller decrypts',
  ]);
  expect(objects?.map(({ kinds }) => kinds)).toEqual([{ Service: 1 }]);
  expect(exitCode).toBe(0);
});

it('in a folder of manifests', async () => {
  const { failures } = await lint({ at, paths: [`${root}fixtures/corpora/objects/gitops.tar.gz`] });
  expect(failures.map(({ message }) => message)).toContain('not read: a Secret that sops has encrypted');
});

/** The command that `pki-lint objects` prints, with the real kubectl, in two shells. */
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { load, loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpScript } from '../../src/cli/objects/script.ts';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import {
  bundleOf,
  documents,
  server as serverOf,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from '../objects/objects.ts';
import { root } from '../repository/files.ts';
import { certificatePem } from '../support/certificates.ts';
import { keyNamed } from '../support/keys.ts';
import { type ServedObject, serveObjects } from './support/object-server.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
const script = join(folder.path, 'objects.sh');
writeFileSync(script, dumpScript());

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const canary = (name: string): string => Buffer.from(`canary ${name} `.repeat(8)).toString('base64');
const keyPem = (name: string): string => `-----BEGIN PRIVATE KEY-----\n${canary(name)}\n-----END PRIVATE KEY-----\n`;
const ca = certificatePem(webhookCa().certificate);

const secretOf = (name: string, data: Readonly<Record<string, string>>, type = 'Opaque') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: {
    name,
    namespace: 'shop',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': canary('applied') },
  },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

/** What must not be printed, where people put it. */
const added = [
  secretOf('key-first', { 'tls.crt': `${keyPem('key-first')}${ca}`, 'tls.key': keyPem('tls.key') }),
  secretOf('key-last', { 'tls.crt': `${ca.replaceAll('\n', '\r\n')}\n${keyPem('key-last')}`, 'ca.crt': ca }),
  secretOf('key-only', { 'ca.crt': keyPem('key-only') }),
  secretOf('no-pem', { 'tls.crt': `${canary('no-pem')}"\n---\nkind: Secret\n` }),
  secretOf('other', { password: canary('other') }),
  secretOf('release', { 'tls.crt': ca }, 'helm.sh/release.v1'),
  secretOf(
    'bootstrap-token-abcdef',
    { 'token-secret': canary('token-secret'), expiration: '2026-12-02T00:00:00Z' },
    'bootstrap.kubernetes.io/token',
  ),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-proxy', namespace: 'kube-system' },
    data: { 'kubeconfig.conf': `users:\n- user:\n    token: ${canary('token')}\n`, key: keyPem('ConfigMap') },
  },
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'env', namespace: 'shop' },
    spec: { template: { spec: { containers: [{ env: [{ name: 'X', value: canary('env') }] }] } } },
  },
];
const canaries = [
  ...['applied', 'key-first', 'key-last', 'key-only', 'no-pem', 'tls.key', 'other', 'token-secret', 'token'],
  ...['ConfigMap', 'env'],
].map(canary);

/** A webhook whose caBundle does not verify the certificate in a Secret. */
const faulty = documents(
  webhookConfiguration(bundleOf(webhookCa({ key: keyNamed('other webhook-ca') }))),
  serverOf(servingSecret(webhookCa())),
);

const corpus = `${root}fixtures/corpora/objects/default-keys.tar.gz`;
const dump = execFileSync('tar', ['xzOf', corpus], { encoding: 'utf8' });
const list = load(dump) as { readonly items: readonly ServedObject[] };
const items = [...list.items, ...(loadAll(faulty) as ServedObject[])];

describe.each(['dash', 'bash'])('in %s', (shell) => {
  let server: Awaited<ReturnType<typeof serveObjects>>;
  let printed = '';
  let errors = '';
  beforeAll(async () => {
    server = await serveObjects([...items, ...added]);
    const kubectl = `kubectl --server=${server.url} --cache-dir=${folder.path}/cache-${shell}`;
    const done = await promisify(execFile)(shell, [script], {
      env: { PATH: process.env.PATH, KUBECTL: kubectl, HOME: folder.path },
      maxBuffer: 2 ** 26,
    });
    printed = done.stdout;
    errors = done.stderr;
  });
  afterAll(() => server.close());

  it('is read without an error', () => {
    execFileSync(shell, ['-n', script]);
    expect(errors).toBe('');
  });

  it('prints nothing secret', () => {
    expect(canaries.filter((one) => printed.includes(one) || printed.includes(base64(one)))).toEqual([]);
    expect(printed).not.toContain('PRIVATE KEY');
    const values = items.flatMap((one) =>
      one.kind === 'Secret' ? Object.entries((one as { data?: object }).data ?? {}) : [],
    );
    const hidden = values.filter(
      ([key]) =>
        !/\.crt$|\.pem$|^namespace$|^expiration$|^usage-|^token-id$|^auth-extra-groups$|^description$/.test(key),
    );
    expect(hidden.length).toBeGreaterThan(5);
    for (const [, value] of hidden) {
      const text = Buffer.from(String(value), 'base64').toString();
      if (text.length > 8) expect([printed.includes(String(value)), printed.includes(text)]).toEqual([false, false]);
    }
  });

  it('prints what is judged', async () => {
    const reports = await Promise.all(
      [printed, JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [...items, ...added] })].map((text) =>
        lint({ at, paths: ['-'], stdin: () => Readable.from([Buffer.from(text)]) }),
      ),
    );
    const [ours, all] = reports.map(({ findings }) => findings.map(({ rule, subject }) => `${rule}@${subject}`).sort());
    expect(ours).toEqual(all);
    expect(ours).toContain('webhook/serving@ValidatingWebhookConfiguration policy');
    expect(reports[0]?.failures).toEqual([]);
    expect(reports[0]?.objects?.[0]?.hasSecrets).toBe(false);
  });

  it('prints the certificates of Secrets, whatever is around them', () => {
    expect(printed.split(ca.trimEnd().replaceAll('\n', '\\n')).length - 1).toBe(3);
  });
});
afterAll(() => folder.remove());

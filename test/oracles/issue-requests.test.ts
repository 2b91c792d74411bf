import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { issue } from '../../src/index.ts';
import { facts, issueInto, nodeAt } from './support/issued.ts';
import { answerRequests, authoritiesOfOpenssl } from './support/openssl-ca.ts';
import { run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('openssl finds in a request what was asked for', async () => {
  const csr = join(folder.path, 'requests');
  await issueInto(join(folder.path, 'asking'), { facts, csr });
  const { stdout } = run(['openssl', 'req', '-in', join(csr, 'apiserver.csr'), '-noout', '-verify', '-text']);
  const lines = stdout.split('\n').map((line) => line.trim());
  const after = (title: string) => lines[lines.indexOf(title) + 1];
  expect(lines).toContain('Subject: CN=kube-apiserver');
  expect(after('X509v3 Key Usage: critical')).toBe('Digital Signature, Key Encipherment');
  expect(after('X509v3 Extended Key Usage:')).toBe('TLS Web Server Authentication');
  expect(after('X509v3 Subject Alternative Name:')).toMatch(/^DNS:cp-1, DNS:kubernetes, .*IP Address:10\.96\.0\.1/);
});

test('what a CA signs without the extensions that were asked for is not installed', async () => {
  const root = join(folder.path, 'node');
  const requests = `${root}-requests`;
  await issueInto(root, { facts, csr: requests });
  answerRequests(requests, authoritiesOfOpenssl(`${root}-ca`), false);
  const before = nodeAt(root).entries;
  const report = await issue({ paths: [join(root, 'etc/kubernetes')], write: true, facts, import: requests });
  expect(report).toMatchObject({ exitCode: 2, result: null });
  expect(report.failure?.message).toContain('nothing was written, because it would leave an error');
  expect(nodeAt(root).entries).toEqual(before);
});

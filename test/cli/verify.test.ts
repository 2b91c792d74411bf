import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateFields, certificatePem, makeCertificate } from '../support/certificates.ts';
import { pem } from '../support/der.ts';
import { keyNamed } from '../support/keys.ts';
import { runWith } from './run.ts';

function make(name: string, by: string, changes: Partial<CertificateFields> = {}): Buffer {
  const ca = name !== 'cp-1';
  return makeCertificate({
    subject: [['CN', name]],
    issuer: [['CN', by]],
    key: keyNamed(name),
    signer: keyNamed(by),
    serial: 1n,
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01T10:30:00Z'),
    keyUsage: ca ? ['keyCertSign'] : ['digitalSignature'],
    usages: ca ? null : ['serverAuth'],
    sans: ca ? null : ['DNS:cp-1', 'IP:192.0.2.10'],
    ca,
    ...changes,
  });
}

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pki-lint-verify-'));
  const [root, middle, leaf] = [make('root', 'root'), make('middle', 'root'), make('cp-1', 'middle')];
  const negative = make('root', 'root', { serial: -1n });
  const files: Record<string, string | Buffer> = {
    'root.crt': certificatePem(root),
    'middle.crt': certificatePem(middle),
    'leaf.crt': certificatePem(leaf),
    'chain.crt': certificatePem(leaf, middle),
    'both.crt': certificatePem(negative, root),
    'negative.crt': certificatePem(negative),
    'two.crt': certificatePem(root, middle),
    'leaf.der': leaf,
    'admin.conf': 'apiVersion: v1\nkind: Config\nclusters: []\n',
    'leaf.key': pem('PRIVATE KEY', keyNamed('cp-1').privateKey.export({ type: 'pkcs8', format: 'der' })),
    'large.crt': Buffer.alloc(5 * 2 ** 20, 0x0a),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  symlinkSync('leaf.crt', join(cwd, 'link.crt'));
  symlinkSync('loop.crt', join(cwd, 'loop.crt'));
  execFileSync('mkfifo', [join(cwd, 'fifo')]);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const verify = (...argv: string[]) => runWith(['verify', ...argv, '--at', '2026-06-01'], { cwd });

describe('pki-lint verify', () => {
  test('prints the chain', async () => {
    const { exitCode, stdout, stderr } = await verify('chain.crt', '--ca', 'root.crt', '--host', '192.0.2.10');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`✔ chain.crt is trusted, as of 2026-06-01

SUBJECT    SIGNED BY    VALID FROM  EXPIRES
CN=cp-1    CN=middle    2026-01-01  2027-01-01 10:30 UTC
CN=middle  CN=root      2026-01-01  2027-01-01 10:30 UTC
CN=root    self-signed  2026-01-01  2027-01-01 10:30 UTC
`);
  });

  test.each([[['help', 'verify']], [['verify', '--help']]])('names what is required in its usage: %s', async (argv) => {
    const { exitCode, stdout } = await runWith(argv, { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: pki-lint verify <CERT> --ca <file> [options]\n');
    expect(stdout).toMatch(/^ {2}--ca <file> +file with CA certificates to trust, required; repeatable$/m);
  });

  test('prints the reason', async () => {
    const { exitCode, stdout, stderr } = await verify('leaf.crt', '--ca', 'root.crt');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toBe('✖ leaf.crt: x509: certificate signed by unknown authority\n');
  });

  test('takes intermediates from files, and leaves as links', async () => {
    expect((await verify('link.crt', '--ca', 'root.crt', '--intermediates', 'middle.crt')).exitCode).toBe(0);
  });

  test('says how many more chains there are, and prints them', async () => {
    const short = await verify('chain.crt', '--ca', 'two.crt');
    expect(short.stdout).toMatch(/\n1 more chains \(--verbose lists them\)\n$/);
    expect((await verify('chain.crt', '--ca', 'two.crt', '--verbose')).stdout.match(/CN=cp-1/g)).toHaveLength(2);
  });

  test.each([
    [['--usage', 'client'], 1],
    [['--usage', 'client', '--usage', 'server'], 0],
    [['--usage', 'any'], 0],
    [['--usage', '1.3.6.1.5.5.7.3.1'], 0],
    [['--usage', 'codeSigning'], 1],
    [['--host', 'cp-2'], 1],
    [['--at', '2028-01-01'], 1],
  ])('judges by %s', async (argv, exitCode) => {
    const ran = await runWith(['verify', 'chain.crt', '--ca', 'root.crt', '--at', '2026-06-01', ...argv], { cwd });
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode, stderr: '' });
  });

  test('judges as every Go does', async () => {
    const judged = async (...argv: string[]) => (await verify('negative.crt', '--ca', 'negative.crt', ...argv)).stdout;
    expect(await judged()).toBe('✖ negative.crt: x509: negative serial number\n');
    expect(await judged('--go', '1.24')).toBe('✖ negative.crt: x509: negative serial number\n');
    expect(await judged('--go', '1.22')).toMatch(/^✔ negative.crt is trusted/);
    expect(await judged('--kubernetes-version', 'v1.31.2')).toMatch(/^✔ negative.crt is trusted/);
    const unsure = await verify('chain.crt', '--ca', 'root.crt', '--kubernetes-version', 'v1.34.3');
    expect(unsure.stderr).toBe(
      'pki-lint: Go 1.24 or 1.24.11 built Kubernetes v1.34.3; it is judged by what both reject\n',
    );
  });

  test('says which certificates get into no pool', async () => {
    const { exitCode, stderr } = await verify('chain.crt', '--ca', 'both.crt');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('pki-lint: both.crt:1: certificate skipped: x509: negative serial number\n');
  });

  test('prints JSON for programs', async () => {
    const parsed = async (...argv: string[]) => JSON.parse((await verify(...argv, '--format', 'json')).stdout);
    const good = await parsed('chain.crt', '--ca', 'root.crt');
    expect(good).toMatchObject({
      ok: true,
      error: null,
      chains: [[{ subject: 'CN=cp-1', issuer: 'CN=middle' }, {}, {}]],
    });
    expect(await parsed('leaf.crt', '--ca', 'root.crt')).toEqual({
      ok: false,
      error: 'x509: certificate signed by unknown authority',
      chains: [],
    });
  });

  test.each([
    [['leaf.crt'], "required option '--ca <file>' not specified\n  see pki-lint verify --help"],
    [['gone.crt', '--ca', 'root.crt'], 'cannot read "gone.crt": no such file'],
    [['.', '--ca', 'root.crt'], 'cannot read ".": not a regular file'],
    [['fifo', '--ca', 'root.crt'], 'cannot read "fifo": not a regular file'],
    [['leaf.crt', '--ca', '/dev/zero'], 'cannot read "/dev/zero": not a regular file'],
    [['loop.crt', '--ca', 'root.crt'], 'cannot read "loop.crt": too many symbolic links'],
    [['large.crt', '--ca', 'root.crt'], 'cannot read "large.crt": larger than 4 MiB (5242880 bytes)'],
    [['leaf.key', '--ca', 'root.crt'], '"leaf.key" contains no certificate'],
    [
      ['admin.conf', '--ca', 'root.crt'],
      `"admin.conf" is a kubeconfig, not a certificate\n  to use the certificate in it, write it to a file, and name that file instead:\n  kubectl config view --raw --minify --kubeconfig admin.conf -o jsonpath='{.users[0].user.client-certificate-data}' | base64 -d > admin.crt`,
    ],
    [
      ['leaf.crt', '--ca', 'admin.conf'],
      `"admin.conf" is a kubeconfig, not a certificate\n  to use the certificate in it, write it to a file, and name that file instead:\n  kubectl config view --raw --minify --kubeconfig admin.conf -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > admin.crt`,
    ],
    [
      ['leaf.der', '--ca', 'root.crt'],
      '"leaf.der" contains no certificate in PEM\n  to convert it:\n  openssl x509 -inform DER -in leaf.der -out leaf.pem',
    ],
    [
      ['leaf.crt', '--ca', 'root.crt', '--go', '1'],
      'invalid --go "1": expected a release of Go such as 1.24 or 1.24.11',
    ],
    [
      ['leaf.crt', '--ca', 'root.crt', '--go', '1.15'],
      'the rules of Go 1.15 are not known\n  known releases: 1.16 and later',
    ],
    [
      ['leaf.crt', '--ca', 'root.crt', '--kubernetes-version', '1.13'],
      'the release of Go that built Kubernetes 1.13 is not known\n  known releases: v1.21 to v1.38; or give a release of Go with --go',
    ],
    [
      ['leaf.crt', '--ca', 'root.crt', '--go', '1.24', '--kubernetes-version', '1.33'],
      '--go and --kubernetes-version cannot be combined\n  leave one of them out',
    ],
    [
      ['leaf.crt', '--ca', 'root.crt', '--usage', 'sever'],
      'invalid --usage "sever": expected server, client, any, a usage such as codeSigning, or an OID\n  did you mean "server"?',
    ],
    [['leaf.crt'], "required option '--ca <file>' not specified\n  see pki-lint verify --help"],
  ])('cannot do it: %s', async (argv, complaint) => {
    const { exitCode, stdout, stderr } = await verify(...argv);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: `pki-lint: ${complaint}\n` });
  });
});

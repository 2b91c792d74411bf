/**
 * A request has the names of its certificate and those that clients dial, and no name becomes two or turns the command.
 */
import { describe, expect, it } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { homeMadeControlPlane } from '../layouts/kits/home-made.ts';
import type { CertificateChanges, KitChanges } from '../layouts/kits/kit.ts';
import { hosts } from '../layouts/kits/profiles.ts';
import { editKubeconfig } from '../support/credential.ts';
import { fixLines } from '../support/fix-lines.ts';

const usual = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.acme.internal'];
const names = [...usual, 'api.acme.test', 'localhost', '10.10.0.1', '198.51.100.10'];

/** The requests for the API server's certificate, which lacks the address that kubeconfigs dial. */
async function requests({ sans = hosts(...names), ...more }: CertificateChanges, files: KitChanges['files'] = {}) {
  const { findings } = await lintTree(homeMadeControlPlane({ certificates: { api: { sans, ...more } }, files }));
  const lines = findings.flatMap(({ fix }) => fixLines(fix));
  const requested = lines
    .filter((line) => line.startsWith('openssl req '))
    .map((line) => line.replace(/^.*?(?=-subj )/, ''));
  return [...new Set(requested)];
}

const asked = (subject: string) => [
  [
    `-subj ${subject}`,
    '-addext keyUsage=critical,digitalSignature,keyEncipherment -addext extendedKeyUsage=serverAuth',
    `-addext subjectAltName=${[...names, '127.0.0.1'].map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',')}`,
    '-out /root/pki-backup-20261201-0000/request.csr',
  ].join(' '),
];

describe('requests that are made from names of others', () => {
  it('leave out what is no host, which openssl would divide at commas or read as a directive', async () => {
    const sans = [
      ...hosts(...names),
      ...['x,DNS:evil.example', '@section', 'x\nDNS:evil.example', '$(id)', "'`id`"].map((name) => `DNS:${name}`),
      'email:copy',
      'URI:spiffe://acme/x,DNS:evil.example',
    ];
    expect(await requests({ sans })).toEqual(asked('/CN=api'));
  });

  it('leave out addresses of kubeconfigs that are no hosts', async () => {
    const server = (text: string) => editKubeconfig(text, { server: 'https://x,DNS:evil.example:6443' });
    expect(await requests({}, { '/data/k8s/conf/sched.kubeconfig': server })).toEqual(asked('/CN=api'));
  });

  it('have one name, whatever is in it', async () => {
    const subject = [['CN', "a/CN=admin+O=system:masters'$(id)"]] as const;
    expect(await requests({ subject })).toEqual(asked("'/CN=a\\/CN=admin\\+O=system:masters'\\''$(id)'"));
  });
});

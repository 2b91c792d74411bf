/** What the fixes of layouts without an installer ask openssl for. */
import { describe, expect, it } from 'vitest';
import { lintTrees } from '../cases/harness.ts';
import type { San } from '../support/certificates.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { homeMadeControlPlane } from './kits/home-made.ts';
import { kubeaszMaster } from './kits/kubeasz.ts';

/** The command with which the first fix of a rule requests a certificate. */
async function requestOf(rule: string, node: NodeTree): Promise<string | undefined> {
  const { findings } = await lintTrees([node]);
  const found = findings.find((one) => one.rule === rule);
  return found?.fix[0]?.map(({ text }) => text).find((text) => text.startsWith('openssl req'));
}

const sans = (...names: readonly San[]) => kubeaszMaster({ certificates: { kubernetes: { sans: names } } });

describe('a request for a certificate', () => {
  it('has the names that it had, and those that are dialled, and the usages of all its roles', async () => {
    expect(await requestOf('san/coverage', sans('IP:192.168.1.1', 'DNS:own.example'))).toBe(
      [
        'openssl req -new -key /etc/kubernetes/ssl/kubernetes-key.pem -subj /O=k8s/CN=kubernetes',
        '-addext keyUsage=critical,digitalSignature,keyEncipherment -addext extendedKeyUsage=clientAuth,serverAuth',
        '-addext subjectAltName=IP:192.168.1.1,DNS:own.example,IP:10.68.0.1,DNS:kubernetes.default.svc,IP:127.0.0.1',
        '-out /root/pki-backup-20261201-0000/request.csr',
      ].join(' '),
    );
  });

  it('has no name that openssl would read as several', async () => {
    const request = await requestOf('san/coverage', sans('IP:192.168.1.1', 'DNS:a,DNS:evil.example', 'DNS:b;c'));
    expect(request).toContain('subjectAltName=IP:192.168.1.1,IP:10.68.0.1,');
    expect(request).not.toMatch(/evil|b;c/);
  });

  it('has a subject in which a slash is no divider', async () => {
    const node = kubeaszMaster({
      certificates: { kubernetes: { commonName: 'kubernetes/O=system:masters', sans: ['IP:192.168.1.1'] } },
    });
    expect(await requestOf('san/coverage', node)).toContain("-subj '/O=k8s/CN=kubernetes\\/O=system:masters'");
  });

  it('has the group of an administrator, for who had it', async () => {
    const node = homeMadeControlPlane({ certificates: { admin: { notAfter: '2026-11-20T00:00:00Z' } } });
    expect(await requestOf('cert/expired', node)).toContain('-subj /O=system:masters/CN=jane ');
  });
});

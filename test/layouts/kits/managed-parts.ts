/** What workers of managed clusters have alike. */
import type { CertificateSpec, Parts } from './kit.ts';
import { hosts } from './profiles.ts';

const decade = '2036-11-21T09:00:00Z';
const year = '2027-11-24T09:00:00Z';

export const managedCa = (commonName: string): CertificateSpec => ({
  subject: [['CN', commonName]],
  notAfter: decade,
  keyUsage: ['digitalSignature', 'keyEncipherment', 'keyCertSign'],
  usages: null,
  ca: true,
});

/** What a signer of the cluster makes from a kubelet's request. */
export const ofKubelet = (node: string, usage: string, sans: readonly string[] = []): CertificateSpec => ({
  subject: [
    ['O', 'system:nodes'],
    ['CN', `system:node:${node}`],
  ],
  signer: 'ca',
  sans: sans.length === 0 ? null : hosts(...sans),
  notAfter: year,
  keyUsage: ['digitalSignature'],
  usages: [usage],
  ca: false,
  more: { subjectKeyId: null },
});

/** A certificate and its key in one file behind a link, as the kubelet stores them. Returns the link. */
export function writeRotated({ tree, pem, key }: Parts, name: string, use: 'client' | 'server'): string {
  const folder = '/var/lib/kubelet/pki';
  const file = `${folder}/kubelet-${use}-2026-11-24-14-00-00.pem`;
  tree.write(file, pem(name) + key(name), 0o600).link(`${folder}/kubelet-${use}-current.pem`, file);
  return `${folder}/kubelet-${use}-current.pem`;
}

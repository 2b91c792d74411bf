import type { Certificate, SubjectAltName } from '../../../src/artifact/certificate.ts';
import type { CertificateSpec } from '../../../src/results/issue/plan.ts';
import { readPem } from '../../../src/x509/pem.ts';

/** Subject alternative names from strings such as `DNS:cp-1` and `IP:::1`. */
export function sansFrom(...texts: readonly string[]): readonly SubjectAltName[] {
  return texts.map((text) => {
    const colon = text.indexOf(':');
    return { type: text.slice(0, colon) as SubjectAltName['type'], value: text.slice(colon + 1) };
  });
}

const validity = { notBefore: '2026-11-24T13:55:00.000Z', notAfter: '2027-11-24T14:00:00.000Z' };

/** A spec like that of a server certificate on a kubeadm node, with changes. */
export function leafSpec(changes: Partial<CertificateSpec> = {}): CertificateSpec {
  return {
    organizations: [],
    commonName: 'kube-apiserver',
    sans: sansFrom('DNS:cp-1', 'DNS:kubernetes', 'IP:10.96.0.1', 'IP:2001:db8::7'),
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsage: ['serverAuth'],
    ca: false,
    ...validity,
    ...changes,
  };
}

export function authoritySpec(changes: Partial<CertificateSpec> = {}): CertificateSpec {
  return leafSpec({
    commonName: 'kubernetes',
    sans: sansFrom('DNS:kubernetes'),
    keyUsage: ['digitalSignature', 'keyEncipherment', 'keyCertSign'],
    extendedKeyUsage: [],
    ca: true,
    notAfter: '2036-11-21T14:00:00.000Z',
    ...changes,
  });
}

/** The spec that produces this certificate. */
export function specOf(certificate: Certificate): CertificateSpec {
  const { subject, sans, keyUsage, extendedKeyUsage, basicConstraints, notBefore, notAfter } = certificate;
  return {
    organizations: subject.organizations,
    commonName: subject.commonName,
    sans: sans ?? [],
    keyUsage: keyUsage ?? [],
    extendedKeyUsage: extendedKeyUsage ?? [],
    ca: basicConstraints?.ca ?? false,
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
  };
}

/** The first certificate in a PEM text. */
export function certificateIn(pem: string): Certificate {
  const block = readPem(Buffer.from(pem)).blocks.find(({ type }) => type === 'certificate');
  if (block?.type !== 'certificate') throw new Error('no certificate');
  return block.certificate;
}

/** Why a certificate cannot be an issuer. */
import type { Certificate } from '../../artifact/certificate.ts';

/** What a certificate lacks to be an issuer: crypto/x509 CheckSignatureFrom. A root of version 1 has no extensions. */
export function lacksToSign({ version, basicConstraints, keyUsage }: Certificate): readonly string[] {
  const isCa = basicConstraints ? basicConstraints.ca : version !== 3;
  return [
    ...(isCa ? [] : ['CA:TRUE in its basic constraints']),
    ...(keyUsage?.length && !keyUsage.includes('keyCertSign') ? ['key usage keyCertSign'] : []),
  ];
}

/**
 * Whether a certificate has the issuer name of a leaf but cannot sign it. Certificates that sign nothing are harmless.
 */
export function isUnfit(authority: Certificate, leaf: Certificate): boolean {
  return authority.subject.der === leaf.issuer.der && lacksToSign(authority).length > 0;
}

/** Creates requests for another CA. */
import { strictest } from '../../artifact/strictness.ts';
import type { CertificateSpec } from '../../results/issue/plan.ts';
import { parseAlgorithm, signatureName } from '../../x509/algorithm.ts';
import { DerReader, hex, tag } from '../../x509/der.ts';
import { parseExtensions } from '../../x509/extensions.ts';
import { signatureAlgorithms } from '../../x509/oids.ts';
import { readPem } from '../../x509/pem.ts';
import { parsePkixPublicKey } from '../../x509/public-key.ts';
import { verifies } from '../../x509/verify/signature.ts';
import { basicConstraints, sanExtensions, usageExtensions } from './certificate.ts';
import { compare, wantedExtensions } from './check.ts';
import { publicKeyDer } from './keys.ts';
import type { AnyKey } from './ml-dsa-key.ts';
import { importPublicKey, loadPeculiar, nameDer, signer } from './peculiar.ts';

/**
 * A request in PEM (PKCS#10, RFC 2986) for the certificate of a spec, read back and compared with it. It contains the
 * subject, the usages and the SANs, and for a CA the basic constraints. The issuer chooses validity, serial and key
 * identifiers.
 */
export async function makeRequest(spec: CertificateSpec, key: AnyKey): Promise<string> {
  const x509 = await loadPeculiar();
  const { signingKey, signingAlgorithm, engine } = await signer(key);
  const fields = {
    name: new x509.Name(Buffer.from(nameDer(spec))),
    keys: { privateKey: signingKey, publicKey: await importPublicKey(publicKeyDer(key), key) },
    signingAlgorithm,
    extensions: [
      ...usageExtensions(x509, spec),
      ...(spec.ca ? [basicConstraints(x509, spec)] : []),
      ...sanExtensions(x509, spec),
    ],
  };
  const request = await x509.Pkcs10CertificateRequestGenerator.create(fields, engine);
  checkRequest(new Uint8Array(request.rawData), spec, key);
  const pem = `${x509.PemConverter.encode(request.rawData, 'CERTIFICATE REQUEST')}\n`;
  const [block, ...more] = readPem(Buffer.from(pem)).blocks;
  if (block?.type !== 'certificate-request' || more.length > 0) throw new Error('a request cannot be read back');
  return pem;
}

/** Throws if the request differs from the spec. */
function checkRequest(der: Uint8Array, spec: CertificateSpec, key: AnyKey): void {
  const wanted = {
    ...wantedExtensions(spec),
    basicConstraints: spec.ca ? { ca: true } : undefined,
    subject: hex(nameDer(spec)),
    key: parsePkixPublicKey(publicKeyDer(key)).id,
    signature: true,
  };
  compare(`the request of ${spec.commonName || spec.organizations.join()}`, wanted, readRequest(der));
}

/** The parts of a CertificationRequest, and whether its key verifies its signature. Throws for malformed requests. */
function readRequest(der: Uint8Array) {
  const malformed = (): never => {
    throw new Error('a request was written malformed');
  };
  const outer = new DerReader(der).open(tag.sequence) ?? malformed();
  const info = outer.element(tag.sequence) ?? malformed();
  const signatureAlgorithm = signatureName(parseAlgorithm(outer.open(tag.sequence) ?? malformed()));
  const { bytes: signature } = outer.bitString() ?? malformed();
  const fields = new DerReader(info).open(tag.sequence) ?? malformed();
  if (fields.number() !== 0) malformed();
  const subject = fields.element(tag.sequence) ?? malformed();
  const key = parsePkixPublicKey(fields.element(tag.sequence) ?? malformed());
  return {
    ...requestedExtensions(fields.open(tag.constructed(0)) ?? malformed()),
    subject: hex(subject),
    key: key.id,
    signature: verifies(
      { tbs: info, signature, signatureAlgorithm },
      key,
      signatureAlgorithms[signatureAlgorithm]?.hash,
    ),
  };
}

/** The content of the attribute extensionRequest (RFC 2985 section 5.4.2). */
function requestedExtensions(attributes: DerReader) {
  const attribute = attributes.open(tag.sequence);
  const type = attribute?.oid();
  const list = attribute?.open(tag.set)?.open(tag.sequence);
  if (type !== '1.2.840.113549.1.9.14' || list === undefined) return {};
  return parseExtensions(list, strictest);
}

import { DerReader, tag } from './der.ts';
import { oid, pssNames, signatureNames } from './oids.ts';
import { required } from './parse-error.ts';

/** An AlgorithmIdentifier (RFC 5280 section 4.1.1.2); `parameters` is the element with its header, empty where absent. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Uint8Array;
}

const none = new Uint8Array(0);

/** Reads the content of an AlgorithmIdentifier (crypto/x509/parser.go, parseAI). Throws a ParseError. */
export function parseAlgorithm(reader: DerReader): Algorithm {
  const id = required(reader.oid(), 'x509: malformed OID');
  if (reader.empty) return { oid: id, parameters: none };
  return { oid: id, parameters: required(reader.any(), 'x509: malformed parameters').element };
}

/** Whether parameters are an ASN.1 NULL. */
export function isNull(parameters: Uint8Array): boolean {
  return parameters.length === 2 && parameters[0] === tag.null && parameters[1] === 0;
}

/** Go's name of a signature algorithm, `unknown` where it knows none (crypto/x509 getSignatureAlgorithmFromAI). */
export function signatureName({ oid: id, parameters }: Algorithm): string {
  if (id === oid.rsaPss) return pssName(parameters) ?? 'unknown';
  if (id === oid.ed25519 && parameters.length > 0) return 'unknown';
  return signatureNames[id] ?? 'unknown';
}

/** RSASSA-PSS-params (RFC 4055 section 3.1) in one of the three shapes that Go takes. */
function pssName(parameters: Uint8Array): string | undefined {
  const fields = new DerReader(parameters).open(tag.sequence);
  const hash = identifier(fields?.open(tag.constructed(0)));
  const mask = identifier(fields?.open(tag.constructed(1)));
  const salt = fields?.open(tag.constructed(2))?.number();
  if (fields === undefined || hash === undefined || mask === undefined || salt === undefined) return undefined;
  const trailer = fields.peek(tag.constructed(3)) ? fields.open(tag.constructed(3))?.number() : 1;
  const maskHash = identifier(new DerReader(mask.parameters));
  const plain = (algorithm: Algorithm): boolean => algorithm.parameters.length === 0 || isNull(algorithm.parameters);
  if (maskHash === undefined || mask.oid !== oid.mgf1 || maskHash.oid !== hash.oid) return undefined;
  if (!plain(hash) || !plain(maskHash) || trailer !== 1) return undefined;
  return pssNames[`${hash.oid}/${salt}`];
}

function identifier(reader: DerReader | undefined): Algorithm | undefined {
  const fields = reader?.open(tag.sequence);
  const id = fields?.oid();
  if (fields === undefined || id === undefined) return undefined;
  const parameters = fields.empty ? none : fields.any()?.element;
  return parameters && { oid: id, parameters };
}

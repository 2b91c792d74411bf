import type { Certificate, Extension } from '../artifact/certificate.ts';
import type { Strictness } from '../artifact/strictness.ts';
import { DerReader, hex, isOid, ParseError, required, tag } from './der.ts';
import { parseNameConstraints } from './name-constraints.ts';
import { extendedKeyUsageNames, keyUsages, oid } from './oids.ts';
import { parseSans } from './san.ts';

/** The parsed extensions of a certificate. */
export type Extended = Pick<
  Certificate,
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'basicConstraints'
  | 'sans'
  | 'subjectKeyId'
  | 'authorityKeyId'
  | 'extensions'
  | 'unhandledCritical'
>;

type Values = Omit<Extended, 'extensions' | 'unhandledCritical'>;

/** The result of one extension; `unhandled`: if it is critical, Go rejects the certificate at verification. */
type Reading = Values & { readonly unhandled?: boolean };

/**
 * Parses the content of the Extensions sequence like Go (crypto/x509/parser.go, parseCertificate and
 * processExtensions): first the syntax of all extensions, then their meaning. Throws a ParseError.
 */
export function parseExtensions(list: DerReader, strictness: Strictness): Extended {
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!list.empty) {
    const extension = readExtension(required(list.open(tag.sequence), 'x509: malformed extension'));
    if (seen.has(extension.oid) && !strictness.takes.includes('duplicate-extensions')) {
      throw new ParseError(`x509: certificate contains duplicate extension with OID "${extension.oid}"`);
    }
    seen.add(extension.oid);
    extensions.push(extension);
  }
  let values: Values = {};
  const unhandledCritical: string[] = [];
  for (const extension of extensions) {
    const { unhandled, ...reading } = readers[extension.oid]?.(extension, strictness) ?? { unhandled: true };
    values = { ...values, ...reading };
    if (unhandled && extension.critical) unhandledCritical.push(extension.oid);
  }
  return { ...values, extensions, unhandledCritical };
}

function readExtension(fields: DerReader): Extension {
  const id = required(fields.oid(), 'x509: malformed extension OID field');
  const critical = fields.peek(tag.boolean)
    ? required(fields.boolean(), 'x509: malformed extension critical field')
    : false;
  return { oid: id, critical, value: required(fields.bytes(tag.octetString), 'x509: malformed extension value field') };
}

const readers: Readonly<Record<string, (extension: Extension, strictness: Strictness) => Reading>> = {
  '2.5.29.14': readSubjectKeyId,
  [oid.keyUsage]: readKeyUsage,
  [oid.subjectAltName]: readSans,
  [oid.basicConstraints]: readBasicConstraints,
  [oid.nameConstraints]: ({ value }, strictness) => ({ unhandled: parseNameConstraints(value, strictness).unhandled }),
  '2.5.29.31': checkDistributionPoints,
  [oid.certificatePolicies]: checkPolicies,
  [oid.policyMappings]: unlessUnread(checkPolicyMappings),
  '2.5.29.35': readAuthorityKeyId,
  [oid.policyConstraints]: unlessUnread(checkPolicyConstraints),
  '2.5.29.37': readExtendedKeyUsage,
  [oid.inhibitAnyPolicy]: unlessUnread(({ value }) => {
    required(new DerReader(value).number(), 'x509: invalid inhibit any policy extension');
    return {};
  }),
  [oid.authorityInfoAccess]: checkAuthorityInfoAccess,
};

/** Before Go verified policies, it did not know policy constraints. */
function unlessUnread(
  read: (extension: Extension) => Reading,
): (extension: Extension, strictness: Strictness) => Reading {
  return (extension, { takes }) => (takes.includes('unread-policies') ? { unhandled: true } : read(extension));
}

function readSubjectKeyId({ critical, value }: Extension): Reading {
  if (critical) throw new ParseError('x509: subject key identifier incorrectly marked critical');
  const id = required(new DerReader(value).bytes(tag.octetString), 'x509: invalid subject key identifier');
  return { subjectKeyId: hex(id) };
}

function readKeyUsage({ value }: Extension): Reading {
  const { bytes } = required(new DerReader(value).bitString(), 'x509: invalid key usage');
  return { keyUsage: keyUsages.filter((_, bit) => ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) };
}

function readSans({ value }: Extension, strictness: Strictness): Reading {
  const sans = parseSans(value, strictness);
  return { sans, unhandled: sans.every((san) => san.type === 'other') };
}

function readBasicConstraints({ value }: Extension, { takes }: Strictness): Reading {
  const malformed = 'x509: invalid basic constraints';
  const fields = required(new DerReader(value).open(tag.sequence), malformed);
  const ca = fields.peek(tag.boolean) ? required(fields.boolean(), malformed) : false;
  const limited = fields.peek(tag.integer);
  const pathLength = limited ? required(fields.number(), malformed) : -1;
  if (pathLength < 0 && limited && !takes.includes('negative-path-lengths')) throw new ParseError(malformed);
  return { basicConstraints: pathLength < 0 ? { ca } : { ca, pathLength } };
}

function readAuthorityKeyId({ critical, value }: Extension): Reading {
  if (critical) throw new ParseError('x509: authority key identifier incorrectly marked critical');
  const malformed = 'x509: invalid authority key identifier';
  const fields = required(new DerReader(value).open(tag.sequence), malformed);
  if (!fields.peek(tag.context(0))) return {};
  return { authorityKeyId: hex(required(fields.bytes(tag.context(0)), malformed)) };
}

function readExtendedKeyUsage({ value }: Extension): Reading {
  const malformed = 'x509: invalid extended key usages';
  const list = required(new DerReader(value).open(tag.sequence), malformed);
  const extendedKeyUsage: string[] = [];
  while (!list.empty) {
    const id = required(list.oid(), malformed);
    extendedKeyUsage.push(extendedKeyUsageNames[id] ?? id);
  }
  return { extendedKeyUsage };
}

function checkDistributionPoints({ value }: Extension): Reading {
  const malformed = 'x509: invalid CRL distribution point';
  const points = required(new DerReader(value).open(tag.sequence), `${malformed}s`);
  while (!points.empty) {
    const point = required(points.open(tag.sequence), malformed);
    if (!point.peek(tag.constructed(0))) continue;
    const name = required(point.open(tag.constructed(0))?.open(tag.constructed(0)), malformed);
    while (name.peek(tag.context(6))) required(name.bytes(tag.context(6)), malformed);
  }
  return {};
}

function checkPolicies({ value }: Extension): Reading {
  const malformed = 'x509: invalid certificate policies';
  const policies = required(new DerReader(value).open(tag.sequence), malformed);
  const seen = new Set<string>();
  while (!policies.empty) {
    const id = required(policies.open(tag.sequence)?.bytes(tag.oid), malformed);
    if (!isOid(id) || seen.has(hex(id))) throw new ParseError(malformed);
    seen.add(hex(id));
  }
  return {};
}

function checkPolicyMappings({ value }: Extension): Reading {
  const malformed = 'x509: invalid policy mappings extension';
  const mappings = required(new DerReader(value).open(tag.sequence), malformed);
  while (!mappings.empty) {
    const mapping = mappings.open(tag.sequence);
    required(mapping?.bytes(tag.oid), malformed);
    required(mapping?.bytes(tag.oid), malformed);
  }
  return {};
}

function checkPolicyConstraints({ value }: Extension): Reading {
  const malformed = 'x509: invalid policy constraints extension';
  const fields = required(new DerReader(value).open(tag.sequence), malformed);
  for (const which of [tag.context(0), tag.context(1)]) {
    if (fields.peek(which)) required(fields.number(which), malformed);
  }
  return {};
}

function checkAuthorityInfoAccess({ critical, value }: Extension): Reading {
  if (critical) throw new ParseError('x509: authority info access incorrectly marked critical');
  const malformed = 'x509: invalid authority info access';
  const descriptions = required(new DerReader(value).open(tag.sequence), malformed);
  while (!descriptions.empty) {
    const description = required(descriptions.open(tag.sequence), malformed);
    required(description.oid(), malformed);
    if (description.peek(tag.context(6))) required(description.bytes(tag.context(6)), malformed);
  }
  return {};
}

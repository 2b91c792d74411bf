/** Seeded sets of certificates: mostly valid chains, with every kind of flaw that a verifier must detect. */
import { generateKeyPairSync } from 'node:crypto';
import { type CertificateFields, type Extension, makeCertificate, type San } from '../../support/certificates.ts';
import { explicit, implicit, integer, namedBits, octets, oid, sequence } from '../../support/der.ts';
import { type Key, keyNamed } from '../../support/keys.ts';
import { type Dice, dice } from '../../support/random.ts';
import { mutateDer } from './mutate-der.ts';

export interface ChainQuestion {
  readonly leaf: Uint8Array;
  readonly roots: readonly Uint8Array[];
  readonly intermediates: readonly Uint8Array[];
  readonly host: string;
  readonly usages: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Random = Dice;

const start = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;

const dnsNames = [
  'a.example.com',
  'example.com',
  '*.example.com',
  'b.example.org',
  'A.Example.COM',
  'x_y',
  'c.d.example.com',
];
const oddNames = ['.example.com', 'example.com.', '', 'a b', '*', 'a..b', 'bücher.example', 'exa*ple.com', '10.0.0.1'];
const sanPool: readonly San[] = [
  ...dnsNames.map((name) => `DNS:${name}`),
  ...['10.0.0.1', '10.1.0.1', '192.0.2.7', '2001:db8::7'].map((address) => `IP:${address}`),
  implicit(7, Buffer.from('00000000000000000000ffff0a000001', 'hex')),
  ...['me@example.com', 'me@a.example.com', '"a b"@example.com', 'ME@EXAMPLE.com', 'you@example.org'].map(
    (mail) => `email:${mail}`,
  ),
  ...[
    'https://a.example.com/x',
    'https://example.com:8443',
    'https://10.0.0.1/',
    'https://[2001:db8::7]:80/',
    'spiffe://b.example.org/ns',
    'mailto:x@example.com',
    'https://A.EXAMPLE.com/%41?b#c',
  ].map((uri) => `URI:${uri}`),
  explicit(4, sequence()),
];
const oddSans: readonly San[] = [
  ...oddNames.filter((name) => !/[^ -~]/.test(name)).map((name) => `DNS:${name}`),
  'email:nobody',
  'email:@example.com',
  'email:a\\@b@example.com',
  'URI:https://a..b/',
  'URI:https://a:b:80/',
  implicit(7, Buffer.from('0a', 'hex')),
];

const subtree = (tag: number, text: string): Buffer => sequence(implicit(tag, Buffer.from(text)));
const range = (hex: string): Buffer => sequence(implicit(7, Buffer.from(hex, 'hex')));
const subtrees: readonly Buffer[] = [
  ...['example.com', '.example.com', 'a.example.com', 'example.org', 'EXAMPLE.com', '', 'com', 'x_y'].map((text) =>
    subtree(2, text),
  ),
  ...['example.com', '.example.com', 'me@example.com', '"a b"@example.com', '', 'example.org'].map((text) =>
    subtree(1, text),
  ),
  ...['example.com', '.example.com', 'a.example.com', '', 'example.org'].map((text) => subtree(6, text)),
  range('0a000000ff000000'),
  range('0a010000ffff0000'),
  range('0000000000000000'),
  range('20010db8000000000000000000000000ffffffff000000000000000000000000'),
  range('00000000000000000000ffff0a000000ffffffffffffffffffffffffff000000'),
];
const oddSubtrees: readonly Buffer[] = [
  sequence(explicit(4, sequence())),
  subtree(2, 'a..b'),
  range('0a000000ff00ff00'),
  subtree(6, '10.0.0.1'),
];

/** Mostly few and broad permissions, so that some names are allowed. */
function nameConstraints(random: Random): Extension {
  const list = random.chance(0.1) ? [...subtrees, ...oddSubtrees] : subtrees;
  const permitted = random.some(list, 3);
  const excluded = random.some(list, 2);
  const parts = [
    ...(permitted.length > 0 || random.chance(0.1) ? [explicit(0, ...permitted)] : []),
    ...(excluded.length > 0 || random.chance(0.1) ? [explicit(1, ...excluded)] : []),
  ];
  return { oid: '2.5.29.30', critical: random.chance(0.5), value: sequence(...parts) };
}

const policyIds = ['2.5.29.32.0', '1.3.6.1.4.1.99999.1', '1.3.6.1.4.1.99999.2', '1.3.6.1.4.1.99999.3'];

function policyExtensions(random: Random, ca: boolean): Extension[] {
  const list: Extension[] = [];
  if (random.chance(0.8)) {
    const held = [...new Set(random.some(policyIds, 3))].map((id) => sequence(oid(id)));
    list.push({ oid: '2.5.29.32', critical: random.chance(0.3), value: sequence(...held) });
  }
  if (ca && random.chance(0.4)) {
    const rows = random.some(policyIds, 3).map((id) => sequence(oid(id), oid(random.pick(policyIds))));
    list.push({ oid: '2.5.29.33', critical: random.chance(0.3), value: sequence(...rows) });
  }
  if (random.chance(0.6)) {
    const rule = (number: number) =>
      random.chance(0.5) ? [implicit(number, integer(BigInt(random.below(3))).subarray(2))] : [];
    list.push({ oid: '2.5.29.36', critical: random.chance(0.5), value: sequence(...rule(0), ...rule(1)) });
  }
  if (ca && random.chance(0.4)) {
    list.push({ oid: '2.5.29.54', critical: random.chance(0.5), value: integer(BigInt(random.below(3))) });
  }
  return list;
}

/** One flaw or unusual property. */
type Flaw = (fields: CertificateFields, random: Random) => Partial<CertificateFields>;

const more = (fields: CertificateFields, ...extensions: Extension[]): Partial<CertificateFields> => ({
  extensions: [...(fields.extensions ?? []), ...extensions],
});

const flaws: readonly Flaw[] = [
  (_, random) => ({ ca: random.pick([false, null]) }),
  (_, random) => ({ pathLength: random.below(3) }),
  (_, random) => ({ pathLength: random.below(3) }),
  (_, random) => ({ keyUsage: random.pick([null, [], ['cRLSign'], ['digitalSignature'], ['keyCertSign', 'cRLSign']]) }),
  (_, random) => ({ usages: random.some(['serverAuth', 'clientAuth', 'codeSigning', '1.3.6.1.4.1.99999.7'], 3) }),
  () => ({ usages: ['anyExtendedKeyUsage'] }),
  (_, random) => ({ notBefore: new Date(start + random.pick([0, 50, 400]) * day) }),
  (_, random) => ({ notAfter: new Date(start + random.pick([50, 100, 200]) * day) }),
  (_, random) => ({ signer: keyNamed(`chain ${random.below(6)}`) }),
  (_, random) => ({ key: keyNamed(`chain ${random.below(6)}`) }),
  (_, random) => ({ subjectKeyId: random.pick([null, Buffer.alloc(0), Buffer.from('other')]) }),
  (_, random) => ({ authorityKeyId: random.pick([null, Buffer.alloc(0), Buffer.from('other')]) }),
  (_, random) => ({ sans: random.some(sanPool, 4) }),
  (_, random) => ({ sans: [...random.some(sanPool, 2), ...random.some(oddSans, 2)] }),
  () => ({ sans: null }),
  () => ({ version: 1 }),
  (_, random) => ({ serial: random.pick([0n, -5n, 1n << 170n]) }),
  (_, random) => ({ hash: random.pick(['sha1', 'sha384', 'sha512'] as const) }),
  (fields, random) => more(fields, { oid: '1.2.3.4', critical: random.chance(0.5), value: octets(Buffer.alloc(1)) }),
  (fields, random) => more(fields, nameConstraints(random)),
  (fields, random) => more(fields, nameConstraints(random)),
  (fields, random) => more(fields, nameConstraints(random)),
  (fields) => more(fields, { oid: '2.5.29.15', value: namedBits([0]) }),
];

let shortKey: Key | undefined;

/** Each name has a key of its own. The keys are of several types. */
function keyOf(name: string, short: boolean): Key {
  if (name === 'D' && short) {
    // Go rejects it by default.
    shortKey ??= generateKeyPairSync('rsa', { modulusLength: 768 });
    return shortKey;
  }
  const types = { A: 'P-256', B: 'Ed25519', C: 'P-384', D: 'RSA-1024', E: 'P-256', leaf: 'P-256' } as const;
  return keyNamed(`chain ${name}`, types[name as keyof typeof types]);
}

const subjectOf = (name: string) =>
  name === 'E' ? ([['O', 'Bücher \u00a0 "GmbH"']] as const) : ([['CN', name]] as const);

interface World {
  readonly random: Random;
  /** The probability that a certificate has a flaw. */
  readonly flawed: number;
  readonly policies: boolean;
  readonly constraints: boolean;
  /** Whether D has a short RSA key. */
  readonly short: boolean;
}

function certify({ random, flawed, policies, constraints, short }: World, subject: string, issuer: string): Uint8Array {
  const ca = subject !== 'leaf';
  let fields: CertificateFields = {
    subject: subjectOf(subject),
    issuer: issuer === 'nobody' ? [] : subjectOf(issuer),
    key: keyOf(subject, short),
    signer: keyOf(issuer, short),
    serial: BigInt(random.below(1_000_000)),
    notBefore: new Date(start),
    notAfter: new Date(start + 365 * day),
    keyUsage: ca ? ['keyCertSign'] : ['digitalSignature'],
    usages: ca ? null : ['serverAuth'],
    sans: ca ? null : random.chance(0.8) ? ['DNS:a.example.com', ...random.some(sanPool, 2)] : random.some(sanPool, 5),
    ca: ca ? true : random.pick([null, false]),
  };
  if (policies) fields = { ...fields, extensions: policyExtensions(random, ca) };
  if (constraints && ca && random.chance(0.4)) fields = { ...fields, ...more(fields, nameConstraints(random)) };
  while (random.chance(flawed)) fields = { ...fields, ...random.pick(flaws)(fields, random) };
  return makeCertificate(fields);
}

const authorities = ['A', 'B', 'C', 'D', 'E'];

/** A leaf, trusted roots and intermediates: a line of CAs, some of them cross-signed, with some links missing. */
export function randomChain(seed: number): ChainQuestion {
  const random = dice(seed);
  const world = {
    random,
    flawed: random.pick([0, 0.1, 0.3, 0.5]),
    policies: random.chance(0.2),
    constraints: random.chance(0.3),
    short: random.chance(0.1),
  };
  const line = authorities.slice(0, 1 + random.below(authorities.length));
  const links = line.flatMap((name, i) => {
    const issuers = [line[i - 1] ?? name, ...(random.chance(0.4) ? random.some(line, 3) : [])];
    return issuers.map((issuer) => ({ root: issuer === name, der: certify(world, name, issuer) }));
  });
  const leaf = certify(world, 'leaf', random.chance(0.03) ? 'nobody' : (line.at(-1) as string));
  // Occasionally, so many have the same name that the signature budget is exceeded.
  const crowd = random.chance(0.01) ? 60 : 0;
  for (let i = 0; i < crowd; i++)
    links.push({ root: false, der: certify(world, random.pick(line), random.pick(line)) });
  const kept = links.filter(() => !random.chance(0.05));
  const anchored = random.chance(0.3) ? kept.filter(() => random.chance(0.4)) : kept.filter(({ root }) => root);
  const roots = anchored.map(({ der }) => (random.chance(0.05) ? mutateDer(der, random.number) : der));
  const between = kept.filter(({ root }) => !root || random.chance(0.2)).map(({ der }) => der);
  const intermediates = [...between, ...random.some([...between, leaf], 2)];
  return {
    leaf,
    roots: random.chance(0.03) ? [...roots, leaf] : roots,
    intermediates: random.chance(0.5) ? intermediates : intermediates.toReversed(),
    host: random.chance(0.6)
      ? ''
      : random.chance(0.6)
        ? 'a.example.com'
        : random.pick([...dnsNames, ...oddNames, '[10.0.0.1]', '2001:db8::7']),
    usages: random.pick([
      [],
      [],
      ['clientAuth'],
      ['any'],
      ['clientAuth', 'serverAuth'],
      ['codeSigning', 'emailProtection'],
    ]),
    at: start + random.pick([180, 180, 180, 20, 400, 50, 99.9999999]) * day,
  };
}

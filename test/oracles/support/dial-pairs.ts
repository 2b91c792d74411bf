/** Seeded pairs of a caBundle and what a server sends: mostly good ones, with every flaw that decides about them. */

import { type CertificateFields, makeCertificate, type San } from '../../support/certificates.ts';
import { pem } from '../../support/der.ts';
import { keyNamed } from '../../support/keys.ts';
import { type Dice, dice } from '../../support/random.ts';
import { mutateDer } from '../../x509/support/mutate-der.ts';

export interface DialQuestion {
  /** A caBundle, without its base64. */
  readonly bundle: Buffer;
  /** `tls.crt` of a server. */
  readonly served: Buffer;
  readonly host: string;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly at: number;
}

const start = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
const dates = [-400, -1, 0, 30, 200, 364, 365, 400, 3650].map((days) => new Date(start + days * day));
const hosts = ['policy.shop.svc', 'policy.shop.svc', 'policy.shop.svc', 'Policy.Shop.svc', '192.0.2.10', '2001:db8::7'];
const sans: readonly San[] = [
  ...['policy.shop.svc', 'policy.shop.svc.cluster.local', 'policy.shop', 'policy', 'POLICY.shop.SVC', '*.shop.svc'],
  ...['*.svc', '*', 'policy.*.svc', 'p*.shop.svc', '*.*.svc', 'policy.shop.svc.', '192.0.2.10', ''],
].map((name) => `DNS:${name}`);
const addresses: readonly San[] = ['IP:192.0.2.10', 'IP:2001:db8::7', 'IP:127.0.0.1'];

type Flaw = (random: Dice) => Partial<CertificateFields>;

const flaws: readonly Flaw[] = [
  (random) => ({ ca: random.pick([true, false, null]) }),
  (random) => ({ pathLength: random.below(2) }),
  (random) => ({ keyUsage: random.pick([null, [], ['cRLSign'], ['keyCertSign'], ['digitalSignature']]) }),
  (random) => ({ usages: random.pick([null, ['clientAuth'], ['clientAuth', 'serverAuth'], ['anyExtendedKeyUsage']]) }),
  (random) => ({ notBefore: random.pick(dates) }),
  (random) => ({ notAfter: random.pick(dates) }),
  (random) => ({ sans: random.some([...sans, ...addresses], 3) }),
  () => ({ sans: null }),
  (random) => ({ signer: keyNamed(`dial ${random.pick(['root', 'between', 'other'])}`) }),
  (random) => ({ subjectKeyId: random.pick([null, Buffer.from('other')]) }),
  (random) => ({ authorityKeyId: random.pick([null, Buffer.from('other')]) }),
  (random) => ({ hash: random.pick(['sha1', 'sha384'] as const) }),
  (random) => ({ serial: random.pick([0n, -5n]) }),
  () => ({ version: 1 }),
];

const keyTypes = { root: 'P-256', between: 'Ed25519', other: 'P-384', leaf: 'P-256', rsa: 'RSA-2048' } as const;
const keyOf = (name: keyof typeof keyTypes) => keyNamed(`dial ${name}`, keyTypes[name]);

interface Wanted {
  readonly subject: string;
  readonly key: keyof typeof keyTypes;
  readonly issuer: string;
  readonly signer: keyof typeof keyTypes;
}

function certify(random: Dice, { subject, key, issuer, signer }: Wanted): Buffer {
  const isLeaf = subject === 'policy';
  let fields: CertificateFields = {
    subject: [['CN', subject]],
    issuer: [['CN', issuer]],
    key: keyOf(key),
    signer: keyOf(signer),
    serial: BigInt(random.below(1_000_000)),
    notBefore: new Date(start),
    notAfter: new Date(start + 365 * day),
    keyUsage: isLeaf ? ['digitalSignature'] : ['keyCertSign'],
    usages: isLeaf ? ['serverAuth'] : null,
    sans: isLeaf ? ['DNS:policy.shop.svc', ...(random.chance(0.3) ? addresses : [])] : null,
    ca: isLeaf ? random.pick([null, false]) : true,
  };
  while (random.chance(0.12)) fields = { ...fields, ...random.pick(flaws)(random) };
  return makeCertificate(fields);
}

/** The order of certificates, which ones there are, and how often. */
function rearranged(random: Dice, ders: readonly Buffer[], others: readonly Buffer[]): readonly Buffer[] {
  const list = [...ders];
  while (random.chance(0.2)) {
    const at = random.below(list.length + 1);
    if (random.chance(0.4)) list.splice(at, 0, random.pick([...others, ...list]));
    else if (random.chance(0.5)) list.splice(at, 1);
    else list.reverse();
  }
  return list.map((der) => (random.chance(0.06) ? Buffer.from(mutateDer(der, random.number)) : der));
}

const secret = pem('PRIVATE KEY', Buffer.alloc(48));
type Edit = (text: string, random: Dice) => string;

/** What people and programs do to the text of a bundle. */
const edits: readonly Edit[] = [
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `Subject: CN=root\n${text}`,
  (text) => text.replace('-----END', 'some words\n-----END'),
  (text) => `${text}some words`,
  (text) => text.replace('-----\n', '-----\nComment: a header\n\n'),
  (text) => text.replace(/-----END CERTIFICATE-----\n?/, ''),
  (text) => text.replace('-----BEGIN CERTIFICATE-----\n', ''),
  (text) => text.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
  (text) => text.replace('CERTIFICATE', 'X509 CERTIFICATE'),
  (text) => text.trimEnd(),
  (text) => text.replace(/\n$/, ''),
  (text) => text.replaceAll('\n', ''),
  (text) => text.replaceAll('\n', '\\n'),
  (text) => text.replace(/^/gm, '  '),
  (text) => text.replace(/(?<=[A-Za-z0-9+/])\n(?=[A-Za-z0-9+/])/g, ''),
  (text) => Buffer.from(text).toString('base64'),
  (text) => `\ufeff${text}`,
  (text) => secret + text,
  (text) => text + secret,
  () => secret,
  () => `${secret}\n`,
  () => '\n',
  (text) => text.replace(/=+\n/, '\n'),
  (text) => `${pem('CERTIFICATE', Buffer.from('nonsense'))}${text}`,
  (text) => `${text}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
  (text) => text.replace(/-----\n-----/, '----------'),
  (text, random) => {
    const at = random.below(text.length);
    return (
      text.slice(0, at) + random.pick(['', 'A', '=', '-', '\n', ' ', 'é', '\0']) + text.slice(at + random.below(3))
    );
  },
];

function textOf(random: Dice, ders: readonly Buffer[]): Buffer {
  let text = ders.map((der) => pem('CERTIFICATE', der)).join(random.chance(0.1) ? '# text between\n' : '');
  while (random.chance(0.2)) text = random.pick(edits)(text, random);
  // An empty bundle stands for the roots of the system.
  return Buffer.from(text === '' ? 'Cg==' : text);
}

/** Returns the question of a seed. */
export function randomDial(seed: number): DialQuestion {
  const random = dice(seed);
  const [signer, leafKey] = [random.pick(['root', 'rsa'] as const), random.pick(['leaf', 'leaf', 'rsa'] as const)];
  const self = (subject: string, key: keyof typeof keyTypes) =>
    certify(random, { subject, key, issuer: subject, signer: key });
  const root = self('root', signer);
  const between = certify(random, { subject: 'between', key: 'between', issuer: 'root', signer });
  const others = [self('root', 'other'), self('stranger', 'other'), self('policy', 'leaf')];
  const isDeep = random.chance(0.4);
  const leaf = random.chance(0.15)
    ? self('policy', leafKey)
    : certify(random, {
        subject: 'policy',
        key: leafKey,
        issuer: isDeep ? 'between' : 'root',
        signer: isDeep ? 'between' : signer,
      });
  const bundles = [[root], [root], [root], [root, between], [between], [leaf], [others[0], root], [others[1]]];
  const chain = isDeep ? [leaf, between] : [leaf];
  const all = [root, between, leaf, ...others];
  const chosen = random.pick(bundles).filter((der) => der !== undefined);
  return {
    bundle: textOf(random, rearranged(random, chosen, all)),
    served: textOf(random, rearranged(random, random.chance(0.1) ? [...chain, root] : chain, all)),
    host: random.pick(hosts),
    at: random.chance(0.8) ? start + 100 * day : random.pick(dates).getTime(),
  };
}

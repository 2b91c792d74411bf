/** Certificates, requests, keys, PEM, and the verification of chains. */
import type { Certificate } from '../../../src/artifact/certificate.ts';
import { type Strictness, strictest } from '../../../src/artifact/strictness.ts';
import { strictnessRows } from '../../../src/tables/go-releases.ts';
import { parseCertificate, parseCertificateRequest } from '../../../src/x509/certificate.ts';
import { ParseError } from '../../../src/x509/der.ts';
import * as load from '../../../src/x509/load.ts';
import { readPem } from '../../../src/x509/pem.ts';
import { parsePrivateKey } from '../../../src/x509/private-key.ts';
import { parsePkixPublicKey, parseRsaPublicKey } from '../../../src/x509/public-key.ts';
import { verifyHostname } from '../../../src/x509/verify/host-name.ts';
import { verify } from '../../../src/x509/verify/verify.ts';
import { pem } from '../../support/der.ts';
import type { Dice } from '../../support/random.ts';
import { mutateTree } from './der.ts';
import { choice, type Fuzzed } from './reader.ts';
import type { Samples } from './samples.ts';
import { mutateText } from './text.ts';
import { words } from './words.ts';

const documented = (error: unknown): boolean => error instanceof ParseError;
const strictnesses: readonly Strictness[] = [strictest, ...strictnessRows];

const mutated = (samples: readonly Uint8Array[], donors: readonly Uint8Array[]) => (dice: Dice) =>
  mutateTree(dice.pick(samples), dice, dice.pick(donors));

const labels = [
  'CERTIFICATE',
  'CERTIFICATE',
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'PUBLIC KEY',
  'X',
  '',
];

/** A PEM file: damaged armor, or intact armor around damaged DER. */
export function makeArmor({ armored, publicArmor, certificates, privateKeys }: Samples, dice: Dice): string {
  if (dice.chance(0.5)) return mutateText(dice.pick(armored), dice, { words: words.armor, samples: publicArmor });
  const block = () => {
    // A part of a private key in a certificate would be public.
    const list = dice.chance(0.7) ? certificates : privateKeys;
    return pem(dice.pick(labels), mutateTree(dice.pick(list), dice, dice.pick(list)));
  };
  return Array.from({ length: 1 + dice.below(3) }, block).join(dice.chance(0.1) ? '\n# text\n' : '');
}

const separator = Buffer.from('\n%%%\n');

/** Splits an input into parts. */
export function parts(input: Uint8Array): Uint8Array[] {
  const list: Uint8Array[] = [];
  const bytes = Buffer.from(input);
  for (let from = 0; ; ) {
    const at = bytes.indexOf(separator, from);
    list.push(bytes.subarray(from, at < 0 ? bytes.length : at));
    if (at < 0) return list;
    from = at + separator.length;
  }
}

export const joined = (list: readonly Uint8Array[]): Buffer =>
  Buffer.concat(list.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));

const hosts = ['kubernetes', '10.96.0.1', 'a.example.com', 'cp-1', '::1', '', '.', 'x'.repeat(300), '*.example.com'];

function tryCertificate(der: Uint8Array, strictness: Strictness): Certificate[] {
  try {
    return [parseCertificate(der, strictness)];
  } catch (error) {
    if (error instanceof ParseError) return [];
    throw error;
  }
}

/** A leaf, then its possible issuers. Names and keys match often enough for signatures to be checked. */
function makeChain({ certificates }: Samples, dice: Dice): Uint8Array {
  const leaf = dice.pick(certificates);
  const others = Array.from({ length: 1 + dice.below(6) }, () => dice.pick(dice.chance(0.3) ? [leaf] : certificates));
  return joined(
    [leaf, ...others].map((der) => (dice.chance(0.4) ? mutateTree(der, dice, dice.pick(certificates)) : der)),
  );
}

function readChain(input: Uint8Array): unknown {
  const strictness = choice(input, strictnesses);
  const [leaf, ...others] = parts(input).flatMap((der) => tryCertificate(der, strictness));
  if (leaf === undefined) return undefined;
  const half = others.length >> 1;
  const named = hosts.map((host) => verifyHostname(leaf, host));
  const at = Math.min(Math.max(leaf.notBefore, 0), leaf.notAfter);
  const question = { roots: others.slice(half), intermediates: others.slice(0, half), at, strictness };
  const usages = choice(input, [['any'], ['serverAuth'], ['clientAuth', '1.2.3'], []]);
  return { named, verdict: verify(leaf, { ...question, usages, host: choice(input, hosts, 1) }) };
}

/** Reads PEM, and loads it in every way that a component would. */
function readEverything(input: Uint8Array): unknown {
  const read = readPem(input, choice(input, strictnesses));
  return {
    read,
    pair: load.loadKeyPair(read, read),
    etcd: load.loadEtcdPool(read),
    signer: load.loadSigner(read, read),
    verifiers: load.loadServiceAccountVerifiers(read),
    tokens: load.loadServiceAccountSigner(read),
  };
}

export function derReaders(samples: Samples): Readonly<Record<string, Fuzzed>> {
  const { certificates, requests, privateKeys, publicKeys } = samples;
  return {
    certificate: {
      make: mutated(certificates, certificates),
      read: (input) => parseCertificate(input, choice(input, strictnesses)),
      documented,
    },
    request: { make: mutated(requests, certificates), read: parseCertificateRequest, documented },
    'private-key': { make: mutated(privateKeys, privateKeys), read: parsePrivateKey, documented },
    'public-key': {
      make: mutated(publicKeys, publicKeys),
      read: (input) => choice(input, [parsePkixPublicKey, parsePkixPublicKey, parseRsaPublicKey])(input),
      documented,
    },
    pem: { make: (dice) => Buffer.from(makeArmor(samples, dice), 'latin1'), read: readEverything },
    chain: { make: (dice) => makeChain(samples, dice), read: readChain },
  };
}

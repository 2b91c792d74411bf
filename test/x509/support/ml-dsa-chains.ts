/** Seeded chains with ML-DSA keys: a few that are signed in JavaScript, and many mutations of these. */
import { type CertificateFields, makeCertificate } from '../../support/certificates.ts';
import { parseTree, type TreeElement, writeTree } from '../../support/der-tree.ts';
import { type KeyType, keyNamed } from '../../support/keys.ts';
import { mlDsaNames } from '../../support/ml-dsa.ts';
import { type Dice, dice } from '../../support/random.ts';
import { mutateDer } from './mutate-der.ts';
import type { ChainQuestion } from './random-chains.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;

const types: readonly KeyType[] = [...mlDsaNames, ...mlDsaNames, 'P-256', 'Ed25519'];

/** What is unusual in a certificate. It is signed with it. */
const flaws: readonly ((random: Dice) => Partial<CertificateFields>)[] = [
  () => ({ ca: false }),
  () => ({ pathLength: 0 }),
  (random) => ({ keyUsage: random.pick([null, ['keyEncipherment'], ['digitalSignature', 'keyEncipherment']]) }),
  () => ({ notAfter: new Date(start + 90 * day) }),
  (random) => ({ signer: keyNamed('other', random.pick(types)) }),
  (random) => ({ key: keyNamed('other', random.pick(types)) }),
  () => ({ sans: ['DNS:b.example.com'] }),
  () => ({ usages: ['clientAuth'] }),
];

interface Base {
  readonly leaf: Buffer;
  readonly middle: Buffer | undefined;
  readonly root: Buffer;
}

function makeBase(seed: number): Base {
  const random = dice(seed);
  const keys = { root: random.pick(types), middle: random.pick(types), leaf: random.pick(types) };
  type Name = keyof typeof keys;
  const certify = (subject: Name, issuer: Name): Buffer => {
    const ca = subject !== 'leaf';
    const fields: CertificateFields = {
      subject: [['CN', subject]],
      issuer: [['CN', issuer]],
      key: keyNamed(subject, keys[subject]),
      signer: keyNamed(issuer, keys[issuer]),
      serial: BigInt(seed),
      notBefore: new Date(start),
      notAfter: new Date(start + 365 * day),
      keyUsage: ca ? ['keyCertSign'] : ['digitalSignature'],
      usages: ca ? null : ['serverAuth'],
      sans: ca ? null : ['DNS:a.example.com'],
      ca: ca ? true : null,
    };
    return makeCertificate(random.chance(0.15) ? { ...fields, ...random.pick(flaws)(random) } : fields);
  };
  const isLong = random.chance(0.5);
  return {
    root: certify('root', 'root'),
    middle: isLong ? certify('middle', 'root') : undefined,
    leaf: certify('leaf', isLong ? 'middle' : 'root'),
  };
}

const bases = new Map<number, Base>();

/** Signing in JavaScript takes long, so that many chains have the same certificates. */
const countOfBases = 60;

function baseOf(seed: number): Base {
  const own = seed % countOfBases;
  const base = bases.get(own) ?? makeBase(own);
  bases.set(own, base);
  return base;
}

const childrenOf = ({ content }: TreeElement): TreeElement[] => (content instanceof Uint8Array ? [] : content);

/** The algorithm in the body, the one around it, that of the key, and both bit strings. */
function partsOf(root: readonly TreeElement[]) {
  const [body, outer, signature] = childrenOf(root[0] as TreeElement);
  const fields = childrenOf(body as TreeElement);
  const [algorithm, key] = childrenOf(fields[6] as TreeElement);
  return { inner: fields[2], outer, signature, algorithm, key } as Readonly<
    Record<'inner' | 'outer' | 'signature' | 'algorithm' | 'key', TreeElement>
  >;
}

type Parts = ReturnType<typeof partsOf>;

/** Adds NULL to an AlgorithmIdentifier. */
const withNull = (one: TreeElement) =>
  childrenOf(one).push({ tag: 0x05, prefix: new Uint8Array(0), content: new Uint8Array(0) });

/** Changes the last arc of an OID: the parameter sets, those with a hash before (32 to 34), and none (20). */
function withArc(one: TreeElement, arc: number): void {
  const [id] = childrenOf(one);
  if (id?.content instanceof Uint8Array) id.content = Buffer.from([...id.content.subarray(0, -1), arc]);
}

/** The bytes of a bit string, with the number of unused bits. */
function changeBits(one: TreeElement, change: (bytes: Buffer) => Uint8Array): void {
  if (one.content instanceof Uint8Array) one.content = change(Buffer.from(one.content));
}

const arcs = [17, 18, 19, 20, 32, 33, 34];

const edits: readonly ((parts: Parts, random: Dice) => void)[] = [
  ({ algorithm }) => withNull(algorithm),
  ({ inner, outer }) => [inner, outer].forEach(withNull),
  ({ outer }) => withNull(outer),
  ({ algorithm }, random) => withArc(algorithm, random.pick(arcs)),
  ({ inner, outer }, random) => {
    const arc = random.pick(arcs);
    for (const one of [inner, outer]) withArc(one, arc);
  },
  ...[(parts: Parts) => parts.key, (parts: Parts) => parts.signature].flatMap((partOf) => [
    (parts: Parts) => changeBits(partOf(parts), (bytes) => bytes.subarray(0, -1)),
    (parts: Parts) => changeBits(partOf(parts), (bytes) => Buffer.concat([bytes, Buffer.from([0])])),
    (parts: Parts, random: Dice) =>
      changeBits(partOf(parts), (bytes) => {
        const at = 1 + random.below(bytes.length - 1);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        return bytes;
      }),
    // The hints are at the end of a signature.
    (parts: Parts, random: Dice) =>
      changeBits(partOf(parts), (bytes) =>
        bytes.fill(random.pick([0, 255]), Math.max(1, bytes.length - random.below(90))),
      ),
  ]),
];

/** Names are kept: Go 1.27 accepts values of any type in them, which we do not do yet. */
function mutatedAroundNames(der: Buffer, [root]: readonly TreeElement[], random: Dice): Uint8Array {
  const changed = mutateDer(der, random.number);
  const fields = childrenOf(childrenOf(root as TreeElement)[0] as TreeElement);
  const names = Buffer.concat(fields.slice(3, 6).map(writeTree));
  return Buffer.from(changed).includes(names) ? changed : der;
}

function edited(der: Buffer, random: Dice): Uint8Array {
  const tree = parseTree(der);
  if (tree === undefined) throw new Error('not a certificate');
  if (random.chance(0.3)) return mutatedAroundNames(der, tree, random);
  random.pick(edits)(partsOf(tree), random);
  return Buffer.concat(tree.map(writeTree));
}

/** A leaf, its root, and perhaps an intermediate, of which one is changed more often than not. */
export function mlDsaChain(seed: number): ChainQuestion {
  const random = dice(seed);
  const { leaf, middle, root } = baseOf(seed);
  const changed = random.pick(['leaf', 'leaf', 'middle', 'root', 'none', 'none']);
  const of = (name: string, der: Buffer) => (name === changed ? edited(der, random) : der);
  const intermediates = middle === undefined ? [] : [of('middle', middle)];
  const other = random.chance(0.1) ? baseOf(random.below(countOfBases)) : undefined;
  return {
    leaf: of('leaf', leaf),
    roots: [of('root', root), ...(other ? [other.root] : [])],
    intermediates: other?.middle ? [...intermediates, other.middle] : intermediates,
    host: random.chance(0.2) ? 'a.example.com' : '',
    usages: random.chance(0.5) ? [] : ['any'],
    at: start + random.pick([180, 180, 180, 20, 400]) * day,
  };
}

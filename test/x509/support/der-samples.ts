/** Certificates and keys of every kind we have, in DER. */
import { readFileSync } from 'node:fs';
import { readArmor } from '../../../src/x509/armor.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { explicit, implicit, integer, oid, sequence, set, tlv } from '../../support/der.ts';
import { type Key, keyNamed, keyTypes } from '../../support/keys.ts';

export interface PathValidationCase {
  readonly id: string;
  readonly trusted: readonly string[];
  readonly intermediates: readonly string[];
  readonly leaf: string;
  /** The host name that the client dials. */
  readonly name: { readonly kind: 'DNS' | 'IP'; readonly value: string } | null;
  readonly usages: readonly string[];
  /** In RFC 3339; null: now. */
  readonly at: string | null;
  readonly go: 'SUCCESS' | 'FAILURE';
  readonly goError: string;
}

export const pathValidationCases: readonly PathValidationCase[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/path-validation.json', import.meta.url), 'utf8'),
);

/** The DER of every block whose label ends with `label`, without duplicates. */
function blocksOf(texts: Iterable<string>, label: string): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const text of texts) {
    const armored = readArmor(Buffer.from(text)).blocks.filter((block) => block.label.endsWith(label));
    for (const { der } of armored) found.set(Buffer.from(der).toString('latin1'), der);
  }
  return [...found.values()];
}

/** Every text on the real nodes, with the embedded data of kubeconfigs decoded. */
export async function corpusTexts(): Promise<string[]> {
  const nodes = await Promise.all(corpora.map((name) => corpus(name)));
  const texts = nodes.flatMap((node) =>
    [...node.entries.values()].flatMap((entry) => (entry.type === 'file' ? [entry.content.toString()] : [])),
  );
  const embedded = texts.flatMap((text) => [...text.matchAll(/-data: (\S+)/g)].map((match) => match[1] ?? ''));
  return [...texts, ...embedded.map((data) => Buffer.from(data, 'base64').toString('latin1'))];
}

/** Every certificate and private key on the real nodes. */
export async function corpusDer(): Promise<{ certificates: Uint8Array[]; keys: Uint8Array[] }> {
  const texts = await corpusTexts();
  return { certificates: blocksOf(texts, 'CERTIFICATE'), keys: blocksOf(texts, 'PRIVATE KEY') };
}

export function pathValidationDer(): Uint8Array[] {
  const texts = pathValidationCases.flatMap(({ trusted, intermediates, leaf }) => [...trusted, ...intermediates, leaf]);
  return blocksOf(texts, 'CERTIFICATE');
}

const ascii = (value: string) => Buffer.from(value, 'latin1');
const general = (tag: number, value: string) => sequence(implicit(tag, ascii(value)));
const extension = (id: string, value: Uint8Array) => ({ oid: id, value });
const uriName = implicit(6, ascii('http://crl.example.com/ca.crl'));

/** Extensions that kubeadm never writes. */
const rareExtensions = [
  extension(
    '2.5.29.30',
    sequence(
      explicit(
        0,
        general(2, '.example.com'),
        general(1, 'me@example.com'),
        general(6, 'example.com'),
        sequence(implicit(7, Buffer.from('0a000000ff000000', 'hex'))),
      ),
      explicit(1, general(1, 'example.org'), general(2, 'x.example.com'), sequence(explicit(4, sequence()))),
    ),
  ),
  extension(
    '2.5.29.31',
    sequence(sequence(explicit(0, explicit(0, uriName, uriName))), sequence(implicit(1, ascii('\x00\x01')))),
  ),
  extension('2.5.29.32', sequence(sequence(oid('2.5.29.32.0')), sequence(oid('1.3.6.1.4.1.99999.1'), sequence()))),
  extension('2.5.29.33', sequence(sequence(oid('1.2.3.4'), oid('1.2.3.5')))),
  extension('2.5.29.36', sequence(implicit(0, Buffer.from([0])), implicit(1, Buffer.from([1])))),
  extension('2.5.29.54', integer(3n)),
  extension(
    '1.3.6.1.5.5.7.1.1',
    sequence(
      sequence(oid('1.3.6.1.5.5.7.48.1'), implicit(6, ascii('http://ocsp.example.com'))),
      sequence(oid('1.3.6.1.5.5.7.48.2'), explicit(4, sequence())),
    ),
  ),
];

const uris = [
  'spiffe://cluster.local/ns/a/sa/b',
  'https://user:pw@example.com:8443/a%20b?c=d#e',
  'mailto:a@b',
  '/just/a/path',
  'http://[fe80::1%25eth0]:80/',
  'http://a%25b/',
];

/** Certificates with every extension, name type and string type that Go parses. */
export function rareCertificates(keys = keyTypes.map((type) => keyNamed('rare', type)), issuer?: Key): Uint8Array[] {
  return keys.map((key) => {
    const strings = (
      [
        [0x0c, 'Zürich'],
        [0x13, 'Printable'],
        [0x14, 'T61'],
        [0x16, 'IA5@'],
        [0x12, '12 34'],
      ] as const
    ).map(([tag, value]) => set(sequence(oid('2.5.4.11'), tlv(tag, Buffer.from(value)))));
    const bmp = set(sequence(oid('2.5.4.3'), tlv(0x1e, Buffer.from('0068006f00730074', 'hex'))));
    return makeCertificate({
      subject: sequence(...strings, bmp),
      issuer: [
        ['CN', 'a, b+c=d'],
        ['O', 'one'],
        ['O', 'two'],
      ],
      key,
      signer: issuer ?? key,
      serial: 0x80abcdefn,
      notBefore: new Date('1999-02-28T23:59:59Z'),
      notAfter: new Date('2066-02-28T00:00:00Z'),
      keyUsage: ['keyCertSign', 'decipherOnly'],
      usages: ['serverAuth', 'anyExtendedKeyUsage', '1.3.6.1.4.1.99999.7'],
      sans: [
        'DNS:*.example.com',
        'email:a@example.com',
        'IP:192.0.2.1',
        'IP:2001:db8::7',
        ...uris.map((uri) => `URI:${uri}`),
        explicit(4, sequence()),
        implicit(8, Buffer.from([0x2a, 3])),
      ],
      ca: true,
      pathLength: 2,
      extensions: rareExtensions,
    });
  });
}

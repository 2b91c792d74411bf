/**
 * What the files of a node mean, apart from serial numbers, dates, keys that are made at each renewal, and the
 * formatting of YAML. It reads with Node.js and js-yaml, not with the reader of pki-lint, so that it does not share its
 * mistakes.
 */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { posix } from 'node:path';
import { load } from 'js-yaml';
import { groupBy } from '../../src/core/collections.ts';
import type { FileMap } from './file-map.ts';

/** Values by what they are, such as `names of certificate 1`. */
export type Meaning = ReadonlyMap<string, string>;

type Facts = readonly (readonly [string, string])[];

/** The meaning of each file, by path. A link to a file has the meaning of the file; other entries have none. */
export function meaningsOf(node: FileMap): ReadonlyMap<string, Meaning> {
  const signers = signersOf(node);
  const meanings = new Map<string, Meaning>();
  for (const path of node.entries.keys()) {
    if (!isFile(node, path)) continue;
    meanings.set(path, new Map(factsOf(path, node, signers)));
  }
  return meanings;
}

/** Whether there is a file, or a link to one. */
export const isFile = (node: FileMap, path: string): boolean => node.entries.get(node.resolve(path))?.type === 'file';

/**
 * Where fixes keep what they replace, and what they copy to another node: in folders of their own, those of pki-lint,
 * files of root, and copies with a number or `.before`.
 */
export const isKept = (path: string): boolean =>
  /^\/root\/(?:pki-|[^/]+\.(?:conf|yaml)$)|\/\.pki-lint|\.~\d+~$|\.before$|\/backup/.test(path);

/**
 * The files of the public keys of CAs. The first one names a signer: the shortest, because a copy has a longer name.
 */
type Signers = readonly { readonly path: string; readonly key: KeyObject }[];

function signersOf(node: FileMap): Signers {
  const isCurrent = (path: string) => path.endsWith('.crt') && isFile(node, path) && !isKept(path);
  const byLength = (one: string, other: string) => one.length - other.length || (one < other ? -1 : 1);
  const paths = [...node.entries.keys()].filter(isCurrent).sort(byLength);
  return paths.flatMap((path) =>
    certificatesIn(node.read(path)).flatMap(({ ca, publicKey }) => (ca ? [{ path, key: publicKey }] : [])),
  );
}

function factsOf(path: string, node: FileMap, signers: Signers): Facts {
  const text = node.read(path);
  if (text.includes('-----BEGIN')) return factsOfPem(text, keyNextTo(path, node), signers);
  const documents = path.endsWith('.pem') ? undefined : yaml(text);
  if (documents === undefined || typeof documents !== 'object' || documents === null) return [['text', text]];
  return 'clusters' in documents ? factsOfKubeconfig(documents, path, node, signers) : factsOfValue(documents, '');
}

function yaml(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

/** The text of `x.key` for `x.crt`, and the other way round. */
function keyNextTo(path: string, node: FileMap): string {
  const other = path.endsWith('.crt') ? path.replace(/crt$/, 'key') : path.replace(/key$/, 'crt');
  return other !== path && isFile(node, other) ? node.read(other) : '';
}

const blocks = (text: string, label: RegExp): readonly string[] =>
  text.match(new RegExp(`-----BEGIN ${label.source}-----[^-]*-----END ${label.source}-----`, 'g')) ?? [];

const ifReadable = <T>(read: () => T): readonly T[] => {
  try {
    return [read()];
  } catch {
    return [];
  }
};

/** Without those whose key the OpenSSL of this Node.js does not know: ML-DSA before 3.5. */
const certificatesIn = (text: string): readonly X509Certificate[] =>
  blocks(text, /CERTIFICATE/)
    .flatMap((pem) => ifReadable(() => new X509Certificate(pem)))
    .filter((certificate) => ifReadable(() => certificate.publicKey).length > 0);

const keysIn = (text: string, label: RegExp): readonly KeyObject[] =>
  blocks(text, label).flatMap((pem) => ifReadable(() => createPublicKey(pem)));

/** A short name of a public key. */
const nameOfKey = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

function factsOfPem(text: string, other: string, signers: Signers): Facts {
  const certificates = certificatesIn(text);
  const privateKeys = keysIn(text, /[A-Z ]*PRIVATE KEY/);
  const publicKeys = keysIn(text, /PUBLIC KEY/);
  const owner = [...certificates, ...certificatesIn(other)][0];
  return [
    ...certificates.flatMap((certificate, index) => factsOfCertificate(certificate, index + 1, signers)),
    // A key that a certificate has is made again with each renewal, that of a CA or of tokens is not.
    ...privateKeys.map((key, index): Facts[number] => [
      `private key ${index + 1}`,
      owner === undefined || owner.ca ? nameOfKey(key) : owner.publicKey.equals(key) ? 'fits' : 'does not fit',
    ]),
    ...(publicKeys.length > 0 ? [['public keys', publicKeys.map(nameOfKey).sort().join(' ')] as const] : []),
  ];
}

const sorted = (list: readonly string[]) => [...list].sort().join(', ');

function factsOfCertificate(certificate: X509Certificate, number: number, signers: Signers): Facts {
  const { subject, subjectAltName, keyUsage, ca, publicKey } = certificate;
  const of = (what: string, value: string) => [`${what} of certificate ${number}`, value] as const;
  return [
    of('subject', sorted((subject ?? '').split('\n'))),
    of('names', sorted((subjectAltName ?? '').split(', '))),
    of('usages', sorted(keyUsage ?? [])),
    of('kind', ca ? 'CA' : 'not a CA'),
    of('signer', signerOf(certificate, signers)),
    ...(ca ? [of('key', nameOfKey(publicKey))] : []),
  ];
}

/** The CA whose key has signed a certificate, by its file. */
function signerOf(certificate: X509Certificate, signers: Signers): string {
  const isBy = (key: KeyObject) => ifReadable(() => certificate.verify(key)).includes(true);
  if (isBy(certificate.publicKey)) return 'itself';
  return signers.find(({ key }) => isBy(key))?.path ?? 'a key of no CA here';
}

interface Named {
  readonly name?: string;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** What a client with a kubeconfig dials, trusts and presents. */
function factsOfKubeconfig(parsed: object, path: string, node: FileMap, signers: Signers): Facts {
  const all = parsed as Readonly<Record<string, unknown>>;
  const named = (list: string, name: unknown) =>
    (Array.isArray(all[list]) ? (all[list] as readonly Named[]) : []).find((one) => one?.name === name);
  const context = named('contexts', all['current-context'])?.context ?? {};
  const cluster = named('clusters', context.cluster)?.cluster ?? {};
  const user = named('users', context.user)?.user ?? {};
  const content = (values: Readonly<Record<string, unknown>>, field: string): string => {
    const data = values[`${field}-data`];
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString();
    const file = posix.resolve(posix.dirname(path), String(values[field] ?? ''));
    return values[field] !== undefined && isFile(node, file) ? node.read(file) : '';
  };
  const { 'certificate-authority': _, 'certificate-authority-data': __, ...otherOfCluster } = cluster;
  const others = Object.entries(user).filter(([field]) => !/^client-(?:certificate|key)(?:-data)?$/.test(field));
  const [certificate] = certificatesIn(content(user, 'client-certificate'));
  const [key] = keysIn(content(user, 'client-key'), /[A-Z ]*PRIVATE KEY/);
  const trusted = certificatesIn(content(cluster, 'certificate-authority')).map(({ publicKey }) =>
    nameOfKey(publicKey),
  );
  return [
    ...factsOfValue(otherOfCluster, 'cluster '),
    ['trusted keys', [...new Set(trusted)].sort().join(' ')],
    ...(certificate === undefined ? [] : factsOfCertificate(certificate, 1, signers)),
    ['private key', key === undefined ? 'none' : certificate?.publicKey.equals(key) ? 'fits' : 'does not fit'],
    ...factsOfValue(Object.fromEntries(others), 'user '),
  ];
}

/** The leaves of a value. Flags have the name of their flag, items with a name their name. */
function factsOfValue(value: unknown, at: string): Facts {
  if (Array.isArray(value)) {
    const isFlags = value.some((item) => typeof item === 'string' && item.startsWith('--'));
    if (isFlags) return factsOfFlags(value.map(String), at);
    return value.flatMap((item, index) => factsOfValue(item, `${at}[${nameOfItem(item) ?? index}]`));
  }
  if (typeof value !== 'object' || value === null) return [[at, String(value)]];
  return Object.entries(value).flatMap(([field, item]) => factsOfValue(item, at === '' ? field : `${at}.${field}`));
}

const nameOfItem = (item: unknown): unknown =>
  typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;

function factsOfFlags(words: readonly string[], at: string): Facts {
  const byFlag = groupBy(words, (word) => word.split('=', 1)[0] ?? '');
  return [...byFlag].map(([flag, all]) => [`${at} ${flag}`, all.map((word) => word.slice(flag.length + 1)).join(' ')]);
}

import type { Strictness } from '../artifact/strictness.ts';
import { DerReader, hex, latin1, ParseError, tag } from './der.ts';
import { formatIp, parseIp } from './ip-address.ts';
import { isAscii, isDomain, isStrictDomain, parseMailbox, quote, reversedLabels } from './text.ts';

/** A node of the tree of the labels of all constraints: long names with common labels are compared in one step. */
export interface LabelNode {
  readonly children: Map<string, LabelNode>;
}

const labelNode = (): LabelNode => ({ children: new Map() });

/** Returns the nodes from the root to a name, as far as constraints have the same labels. */
export function pathIn(root: LabelNode, labels: readonly string[]): readonly LabelNode[] {
  const path = [root];
  for (let at = root.children.get(labels[0] ?? ''); at && path.length <= labels.length; ) {
    path.push(at);
    at = at.children.get(labels[path.length - 1] ?? '');
  }
  return path;
}

/** A domain: a DNS or URI constraint, or an email constraint without a mailbox. */
export interface DomainConstraint {
  /** As in the certificate. */
  readonly text: string;
  readonly labels: readonly string[];
  /** The nodes of these labels in the tree, from its root. */
  readonly path: readonly LabelNode[];
  /** Whether it starts with a dot: the domain itself is then not covered. */
  readonly below: boolean;
  /** The mailbox of an email constraint, as in the certificate. */
  readonly local?: string;
}

export interface IpConstraint {
  /** `192.0.2.0/24` */
  readonly text: string;
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
}

interface Subtree {
  readonly email: readonly DomainConstraint[];
  readonly DNS: readonly DomainConstraint[];
  readonly URI: readonly DomainConstraint[];
  readonly IP: readonly IpConstraint[];
}

export interface NameConstraints {
  readonly permitted: Subtree;
  readonly excluded: Subtree;
  /** The labels of all its domains. */
  readonly tree: LabelNode;
  /** Whether it contains a form of name that Go does not handle. */
  readonly unhandled: boolean;
}

/**
 * Parses a nameConstraints extension (RFC 5280 section 4.2.1.10) like crypto/x509/parser.go
 * parseNameConstraintsExtension. Throws a ParseError.
 */
export function parseNameConstraints(der: Uint8Array, strictness: Strictness): NameConstraints {
  const malformed = new ParseError('x509: invalid NameConstraints extension');
  const outer = new DerReader(der);
  const fields = outer.open(tag.sequence);
  if (fields === undefined || !outer.empty) throw malformed;
  const [permitted, excluded] = [0, 1].map((number) => {
    if (!fields.peek(tag.constructed(number))) return new DerReader(new Uint8Array(0));
    const subtree = fields.open(tag.constructed(number));
    if (subtree === undefined) throw malformed;
    return subtree;
  });
  if (!fields.empty || permitted === undefined || excluded === undefined) throw malformed;
  if (permitted.empty && excluded.empty) throw new ParseError('x509: empty name constraints extension');
  const tree = labelNode();
  const first = readSubtree(permitted, strictness, malformed, tree);
  const second = readSubtree(excluded, strictness, malformed, tree);
  return { permitted: first, excluded: second, tree, unhandled: first.unhandled || second.unhandled };
}

function readSubtree(reader: DerReader, strictness: Strictness, malformed: ParseError, tree: LabelNode) {
  const planted = (read: Read): DomainConstraint => ({ ...read, path: plant(tree, read.labels) });
  const email: DomainConstraint[] = [];
  const DNS: DomainConstraint[] = [];
  const URI: DomainConstraint[] = [];
  const IP: IpConstraint[] = [];
  let unhandled = false;
  while (!reader.empty) {
    const base = reader.open(tag.sequence)?.any();
    if (base === undefined) throw malformed;
    if (base.tag === tag.context(1)) email.push(planted(readEmail(base.content)));
    else if (base.tag === tag.context(2)) DNS.push(planted(readDns(base.content, strictness)));
    else if (base.tag === tag.context(6)) URI.push(planted(readUri(base.content)));
    else if (base.tag === tag.context(7)) IP.push(readIp(base.content));
    else unhandled = true;
  }
  return { email, DNS, URI, IP, unhandled };
}

type Read = Omit<DomainConstraint, 'path'>;

function plant(tree: LabelNode, labels: readonly string[]): readonly LabelNode[] {
  const path = [tree];
  let at = tree;
  for (const label of labels) {
    const next = at.children.get(label) ?? labelNode();
    at.children.set(label, next);
    path.push(next);
    at = next;
  }
  return path;
}

function readEmail(content: Uint8Array): Read {
  const text = ascii(content);
  const mailbox = text.includes('@') ? parseMailbox(text) : undefined;
  if (mailbox) return { text, local: mailbox.local, below: false, labels: reversedLabels(mailbox.domain) };
  if (text.includes('@') || !isDomain(withoutDot(text))) {
    throw new ParseError(`x509: failed to parse rfc822Name constraint ${quote(text)}`);
  }
  return domain(text);
}

function readDns(content: Uint8Array, { refuses }: Strictness): Read {
  const text = ascii(content);
  const name = withoutDot(text);
  const wellFormed = refuses?.includes('odd-dns-names') && text !== '' ? isStrictDomain(name) : isDomain(name);
  if (!wellFormed) throw new ParseError(`x509: failed to parse dnsName constraint ${quote(text)}`);
  return domain(text);
}

function readUri(content: Uint8Array): Read {
  const text = ascii(content);
  if (parseIp(text)) throw new ParseError(`x509: failed to parse URI constraint ${quote(text)}: cannot be IP address`);
  if (!isDomain(withoutDot(text))) throw new ParseError(`x509: failed to parse URI constraint ${quote(text)}`);
  return domain(text);
}

function readIp(content: Uint8Array): IpConstraint {
  if (content.length !== 8 && content.length !== 32) {
    throw new ParseError(`x509: IP constraint contained value of length ${content.length}`);
  }
  const address = content.subarray(0, content.length / 2);
  const mask = content.subarray(content.length / 2);
  if (!/^f*[8ce]?0*$/.test(hex(mask))) throw new ParseError(`x509: IP constraint contained invalid mask ${hex(mask)}`);
  const shown = formatIp(address);
  // Go formats an IPv4-mapped IPv6 range as an IPv4 range (net.IPNet.String).
  const bits = [...(shown.includes(':') ? mask : mask.subarray(-4))].map((byte) => byte.toString(2)).join('');
  return { text: `${shown}/${bits.replaceAll('0', '').length}`, address, mask };
}

const domain = (text: string): Read => ({
  text,
  below: text.startsWith('.'),
  labels: reversedLabels(withoutDot(text)),
});

/** A constraint can start with a dot, to exclude the domain itself. */
const withoutDot = (text: string): string => (text.startsWith('.') ? text.slice(1) : text);

function ascii(content: Uint8Array): string {
  const text = latin1(content);
  if (!isAscii(content)) {
    throw new ParseError(`x509: invalid constraint value: x509: ${quote(text)} cannot be encoded as an IA5String`);
  }
  return text;
}

/** A name to compare with constraints. */
export interface ConstrainedDomain {
  readonly labels: readonly string[];
  /** The nodes of these labels in the tree of the constraint, as far as it has them. */
  readonly path: readonly LabelNode[];
  /** Local part of a mailbox. */
  readonly local?: string;
}

/**
 * Whether a constraint covers a domain or a mailbox (crypto/x509/verify.go, matchDomainConstraint and
 * matchEmailConstraint). With `wildcard`, it is sufficient to cover one of the names that match the wildcard.
 */
export function coversDomain(constraint: DomainConstraint, name: ConstrainedDomain, wildcard = false): boolean {
  const { labels: wanted, below, local } = constraint;
  const { labels } = name;
  const isEqual = (count: number) => name.path[count] === constraint.path[count];
  if (local !== undefined) {
    return local === name.local && wanted.length === labels.length && isEqual(wanted.length);
  }
  if (labels.length < wanted.length || (below && labels.length === wanted.length)) return false;
  return isEqual(wildcard && labels.length > 1 && wanted.length > 0 ? wanted.length - 1 : wanted.length);
}

/**
 * Whether a range covers an address of 4 or 16 bytes, as in the certificate (crypto/x509/verify.go, matchIPConstraint).
 */
export function coversIp({ address, mask }: IpConstraint, bytes: Uint8Array): boolean {
  return (
    bytes.length === address.length && bytes.every((byte, i) => ((byte ^ (address[i] ?? 0)) & (mask[i] ?? 0)) === 0)
  );
}

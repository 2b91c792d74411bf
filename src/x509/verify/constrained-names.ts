/** Checks the names of a chain against the name constraints of a CA above them (RFC 5280 section 6.1.3 b and c). */
import type { Certificate } from '../../artifact/certificate.ts';
import { type Strictness, strictest } from '../../artifact/strictness.ts';
import { latin1, tag } from '../der.ts';
import { formatIp, parseIp } from '../ip-address.ts';
import {
  coversDomain,
  coversIp,
  type DomainConstraint,
  type LabelNode,
  type NameConstraints,
  parseNameConstraints,
  pathIn,
} from '../name-constraints.ts';
import { oid } from '../oids.ts';
import { generalNames } from '../san.ts';
import { isDomain, parseMailbox, quote, reversedLabels } from '../text.ts';
import { uriHost } from '../uri.ts';

/** crypto/x509/verify.go, the default of VerifyOptions.MaxConstraintComparisions. */
const maxComparisons = 250_000;

/** A subject alternative name that can be constrained. */
type Name =
  /** Go's error, if the name cannot be parsed. */
  | { readonly type: 'broken'; readonly error: string }
  | { readonly type: 'IP'; readonly text: string; readonly bytes: Uint8Array }
  | {
      readonly type: 'email' | 'DNS' | 'URI';
      readonly text: string;
      readonly labels: readonly string[];
      readonly local?: string;
      /** Go's error, if the name cannot be compared with any constraint. */
      readonly error?: string;
    };

type Judged = Exclude<Name, { type: 'broken' }>;

/**
 * Returns Go's error if the constraints of `authority` exclude a name in `chain`, else undefined
 * (crypto/x509/verify.go, isValid and checkNameConstraints). At most 250000 comparisons are made.
 */
export function refuseNames(
  authority: Certificate,
  chain: readonly Certificate[],
  { takes }: Strictness,
): string | undefined {
  const constraints = constraintsOf(authority);
  if (constraints === undefined) return undefined;
  const wildcards = !takes.includes('excluded-wildcards');
  let comparisons = 0;
  for (const name of chain.flatMap(namesOf)) {
    if (name.type === 'broken') return name.error;
    for (const kind of ['excluded', 'permitted'] as const) {
      comparisons += constraints[kind][name.type].length;
      // Go has no message for TooManyConstraints.
      if (comparisons > maxComparisons) return 'x509: unknown error';
      const refused = kind === 'excluded' ? exclusion(name, constraints, wildcards) : nonPermission(name, constraints);
      if (refused !== undefined) {
        return `x509: a root or intermediate certificate is not authorized to sign for this name: ${refused}`;
      }
    }
  }
  return undefined;
}

/** Go's terms for the forms of names. */
const goTypes = { email: 'email address', DNS: 'DNS name', URI: 'URI', IP: 'IP address' } as const;

function covering(name: Exclude<Judged, { type: 'IP' }>, tree: LabelNode, wildcard = false) {
  const placed = { ...name, path: pathIn(tree, name.labels) };
  return (one: DomainConstraint) => coversDomain(one, placed, wildcard);
}

function exclusion(name: Judged, { excluded, tree }: NameConstraints, wildcards: boolean): string | undefined {
  const constraints = excluded[name.type];
  if (constraints.length > 0 && 'error' in name) return name.error;
  const found =
    name.type === 'IP'
      ? excluded.IP.find((one) => coversIp(one, name.bytes))
      : excluded[name.type].find(covering(name, tree, wildcards && isWildcard(name)));
  return found && `${goTypes[name.type]} ${quote(name.text)} is excluded by constraint ${quote(found.text)}`;
}

function nonPermission(name: Judged, { permitted, tree }: NameConstraints): string | undefined {
  const constraints = permitted[name.type];
  if (constraints.length > 0 && 'error' in name) return name.error;
  const covered =
    name.type === 'IP'
      ? permitted.IP.some((one) => coversIp(one, name.bytes))
      : permitted[name.type].some(covering(name, tree));
  if (covered || constraints.length === 0) return undefined;
  return `${goTypes[name.type]} ${quote(name.text)} is not permitted by any constraint`;
}

/** Go examines only the first character of the domain. */
const isWildcard = ({ labels }: { readonly labels: readonly string[] }): boolean =>
  labels.at(-1)?.startsWith('*') === true;

const knownConstraints = new WeakMap<Certificate, NameConstraints>();

function constraintsOf(certificate: Certificate): NameConstraints | undefined {
  const extension = certificate.extensions.find((one) => one.oid === oid.nameConstraints);
  if (extension === undefined) return undefined;
  // An invalid one was rejected when the certificate was parsed.
  const known = knownConstraints.get(certificate) ?? parseNameConstraints(extension.value, strictest);
  knownConstraints.set(certificate, known);
  return known;
}

const knownNames = new WeakMap<Certificate, readonly Name[]>();

function namesOf(certificate: Certificate): readonly Name[] {
  const extension = certificate.extensions.find((one) => one.oid === oid.subjectAltName);
  if (extension === undefined) return [];
  const known =
    knownNames.get(certificate) ??
    Array.from(generalNames(extension.value)).flatMap(({ tag: type, content }) => readers[type]?.(content) ?? []);
  knownNames.set(certificate, known);
  return known;
}

const readers: Readonly<Record<number, (content: Uint8Array) => Name>> = {
  [tag.context(1)]: (content) => {
    const text = latin1(content);
    const mailbox = parseMailbox(text);
    // Go prints the empty mailbox that its parser returned.
    if (mailbox === undefined) return { type: 'broken', error: 'x509: cannot parse rfc822Name {"" ""}' };
    return { type: 'email', text, local: mailbox.local, labels: reversedLabels(mailbox.domain) };
  },
  [tag.context(2)]: (content) => {
    const text = latin1(content);
    if (!isDomain(text)) return { type: 'broken', error: `x509: cannot parse dnsName ${quote(text)}` };
    return { type: 'DNS', text, labels: reversedLabels(text) };
  },
  [tag.context(6)]: (content) => {
    const text = latin1(content);
    return { type: 'URI', text, ...readHost(text) };
  },
  [tag.context(7)]: (content) => ({ type: 'IP', text: formatIp(content), bytes: content }),
};

/** The domain in a URI, or Go's error if there is none (crypto/x509/verify.go, matchURIConstraint). */
function readHost(uri: string): { readonly labels: readonly string[]; readonly error?: string } {
  const whole = uriHost(uri);
  const fail = (error: string) => ({ labels: [], error });
  if (whole === '') return fail(`URI with empty host (${quote(uri)}) cannot be matched against constraints`);
  const bracketed = whole.endsWith(']');
  const colon = bracketed ? -1 : whole.lastIndexOf(':');
  const host = colon < 0 ? whole : whole.slice(0, colon);
  if (!host.startsWith('[') && host.includes(':')) return fail(`address ${whole}: too many colons in address`);
  const address = withoutZone(host.replace(/^\[(.*)\]$/, '$1'));
  if (parseIp(address) || /^\[.*\]$/.test(host)) {
    return fail(`URI with IP (${quote(uri)}) cannot be matched against constraints`);
  }
  if (!isDomain(host)) return fail(`x509: internal error: cannot parse domain ${quote(host)}`);
  return { labels: reversedLabels(host) };
}

/** Removes the zone of an IPv6 address: `fe80::1%eth0`. */
function withoutZone(address: string): string {
  const colon = address.indexOf(':');
  const zone = colon < 0 ? -1 : address.indexOf('%', colon);
  return zone < 0 || zone === address.length - 1 ? address : address.slice(0, zone);
}

/** Verifies the certificate policies of a chain: RFC 5280 section 6.1 with the graph of RFC 9618. */
import type { Certificate } from '../../artifact/certificate.ts';
import { DerReader, hex, tag } from '../der.ts';
import { oid } from '../oids.ts';

/** The OID 2.5.29.32.0. Like all policies here, it is the hex of the OID's content. */
const anyPolicy = '551d2000';

/** The policy extensions of a certificate. */
interface PolicyTerms {
  readonly policies: readonly string[];
  readonly mappings: readonly (readonly [issuer: string, subject: string])[];
  /** The number of certificates after which a rule applies; undefined: it never applies. */
  readonly requireExplicit: number | undefined;
  readonly inhibitMapping: number | undefined;
  readonly inhibitAny: number | undefined;
}

interface PolicyNode {
  readonly policy: string;
  expected: readonly string[];
  readonly parents: ReadonlySet<PolicyNode>;
  readonly children: Set<PolicyNode>;
}

/** A level of the graph: the valid policies at one certificate. */
type Level = Map<string, PolicyNode>;

/** The number of certificates until each rule applies; 0: it applies. */
interface Counters {
  explicit: number;
  mapping: number;
  any: number;
}

/**
 * Whether the policies of a chain leaf…root are valid if any policy is acceptable (crypto/x509/verify.go,
 * policiesValid, as of Go 1.24). The policies of the root are ignored.
 */
export function policiesValid(chain: readonly Certificate[]): boolean {
  if (chain.length === 1) return true;
  const length = chain.length - 1;
  const left: Counters = { explicit: length + 1, mapping: length + 1, any: length + 1 };
  let levels: Level[] | undefined = [new Map([[anyPolicy, node(anyPolicy, [])]])];
  for (let i = length - 1; i >= 0; i--) {
    const certificate = chain[i] as Certificate;
    const terms = termsOf(certificate);
    const selfIssued = certificate.issuer.der === certificate.subject.der;
    if (terms.policies.length === 0) levels = undefined;
    if (left.explicit === 0 && levels === undefined) return false;
    if (levels) {
      grow(levels, terms.policies, left.any > 0 || (i > 0 && selfIssued));
      if (i > 0 && !map(levels, terms.mappings, left.mapping > 0)) return false;
    }
    if (i > 0) count(left, terms, selfIssued);
  }
  const explicit = termsOf(chain[0] as Certificate).requireExplicit === 0 ? 0 : Math.max(0, left.explicit - 1);
  return explicit > 0 || (levels !== undefined && hasValid(levels));
}

function node(policy: string, parents: readonly PolicyNode[]): PolicyNode {
  const made: PolicyNode = { policy, expected: [policy], parents: new Set(parents), children: new Set() };
  for (const parent of parents) parent.children.add(made);
  return made;
}

/** RFC 9618 section 5.2, step d: a level for the next certificate. */
function grow(levels: Level[], policies: readonly string[], anyCounts: boolean): void {
  const above = levels.at(-1) as Level;
  const expecting = new Map<string, PolicyNode[]>();
  for (const parent of above.values()) {
    for (const policy of parent.expected) append(expecting, policy, parent);
  }
  const level: Level = new Map();
  const anyParent = above.get(anyPolicy);
  for (const policy of policies) {
    if (policy === anyPolicy) continue;
    const parents = expecting.get(policy) ?? (anyParent ? [anyParent] : []);
    if (parents.length > 0) level.set(policy, node(policy, parents));
  }
  if (policies.includes(anyPolicy) && anyCounts) {
    for (const [policy, parents] of expecting) {
      if (!level.has(policy)) level.set(policy, node(policy, parents));
    }
  }
  levels.push(level);
  prune(levels);
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Removes policies without children, except from the last level and the root. */
function prune(levels: readonly Level[]): void {
  for (let depth = levels.length - 2; depth > 0; depth--) {
    const level = levels[depth] as Level;
    for (const dead of [...level.values()].filter((one) => one.children.size === 0)) remove(level, dead);
  }
}

function remove(level: Level, dead: PolicyNode): void {
  for (const parent of dead.parents) parent.children.delete(dead);
  level.delete(dead.policy);
}

/** RFC 9618 section 5.4: policies that a CA declares equivalent. Returns whether mappings are allowed. */
function map(levels: readonly Level[], mappings: PolicyTerms['mappings'], allowed: boolean): boolean {
  const level = levels.at(-1) as Level;
  const subjects = new Map<string, string[]>();
  for (const [issuer, subject] of mappings) {
    if (!allowed) {
      const dead = level.get(issuer);
      if (dead) remove(level, dead);
      continue;
    }
    if (issuer === anyPolicy || subject === anyPolicy) return false;
    append(subjects, issuer, subject);
  }
  if (!allowed) prune(levels);
  for (const [issuer, expected] of subjects) {
    const anyNode = level.get(anyPolicy);
    const mapped = level.get(issuer) ?? (anyNode && node(issuer, [anyNode]));
    if (mapped === undefined) continue;
    mapped.expected = expected;
    level.set(issuer, mapped);
  }
  return true;
}

/** RFC 5280 section 6.1.4, steps h to j. */
function count(left: Counters, terms: PolicyTerms, selfIssued: boolean): void {
  const step = selfIssued ? 0 : 1;
  const lower = (now: number, limit: number | undefined) => Math.min(Math.max(0, now - step), limit ?? now);
  left.explicit = lower(left.explicit, terms.requireExplicit);
  left.mapping = lower(left.mapping, terms.inhibitMapping);
  left.any = lower(left.any, terms.inhibitAny);
}

/** RFC 9618 section 5.6: whether a policy remains that the CAs allow. */
function hasValid(levels: readonly Level[]): boolean {
  if (levels.at(-1)?.has(anyPolicy)) return true;
  return levels.some((level) =>
    [...level.values()].some(
      ({ policy, parents }) => policy !== anyPolicy && parents.size === 1 && [...parents][0]?.policy === anyPolicy,
    ),
  );
}

const known = new WeakMap<Certificate, PolicyTerms>();

/**
 * Parsing the certificate has already rejected invalid extensions, so one that cannot be parsed here counts as absent.
 */
function termsOf(certificate: Certificate): PolicyTerms {
  const found = known.get(certificate);
  if (found) return found;
  const open = (id: string) => {
    const extension = certificate.extensions.find((one) => one.oid === id);
    return extension && new DerReader(extension.value);
  };
  const constraints = open(oid.policyConstraints)?.open(tag.sequence);
  const terms = {
    policies: elements(open(oid.certificatePolicies)).map((policy) => hex(policy.bytes(tag.oid) ?? new Uint8Array(0))),
    mappings: elements(open(oid.policyMappings)).map((mapping) => {
      const [issuer, subject] = [mapping.bytes(tag.oid), mapping.bytes(tag.oid)];
      return [hex(issuer ?? new Uint8Array(0)), hex(subject ?? new Uint8Array(0))] as const;
    }),
    requireExplicit: limit(constraints, tag.context(0)),
    inhibitMapping: limit(constraints, tag.context(1)),
    inhibitAny: limit(open(oid.inhibitAnyPolicy), tag.integer),
  };
  known.set(certificate, terms);
  return terms;
}

function elements(list: DerReader | undefined): readonly DerReader[] {
  const found: DerReader[] = [];
  const reader = list?.open(tag.sequence);
  for (let next = reader?.open(tag.sequence); next; next = reader?.open(tag.sequence)) found.push(next);
  return found;
}

/** A number of certificates. Go ignores a negative one. */
function limit(reader: DerReader | undefined, which: number): number | undefined {
  const value = reader?.peek(which) ? reader.number(which) : undefined;
  return value !== undefined && value >= 0 ? value : undefined;
}

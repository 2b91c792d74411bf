/** Makes findings of groups of failures: the catalogue's texts with the check's data, the fix, the fingerprint. */
import { createHash } from 'node:crypto';
import { count, fill } from '../../core/text.ts';
import {
  type Fault,
  type Finding,
  type Fix,
  type Impact,
  impacts,
  type Related,
  type Severity,
  severities,
} from '../../results/finding.ts';
import { classOf, typable } from '../../results/fix.ts';
import { plainText, unwritten, type Wording } from '../../results/message.ts';
import { citations, type Rule } from '../../tables/catalog.ts';
import { connectionRows } from '../../tables/connections.ts';
import { noteStep } from '../../tables/layouts/steps.ts';
import { roleOfId } from '../../tables/role-ids.ts';
import { ruleSources } from '../../tables/sources.ts';
import { byClass } from '../fix/class.ts';
import { groupFix, severalFix } from '../fix/fix.ts';
import { usable } from '../fix/usable.ts';
import type { CommandFor } from '../rules/command.ts';
import type { Failure } from '../rules/failure.ts';
import type { Group } from '../rules/groups.ts';
import { positionOf } from '../rules/place.ts';
import type { Subject } from '../rules/subjects.ts';
import type { Identities } from './identities.ts';
import { mergedWording, messageFrom, wordingOf } from './wording.ts';

/** What gives findings their fingerprints and commands. */
export interface Naming {
  /** Fingerprints that are in use. Those of new findings are added. */
  readonly taken: Set<string>;
  /** What stands for nodes in fingerprints, by their names. */
  readonly identities: Identities;
  /** Finds commands of pki-lint. */
  readonly commandFor: CommandFor;
}

/** A finding lists this many of its members. */
const mostMembers = 100;

/**
 * Returns the finding of a group, with the connections that it breaks. It is as severe as the worst of the group.
 *
 * @param severityOf the severity that the user selected
 */
export function composeFinding(
  { cause, members, merged, ...group }: Group,
  broken: readonly Related[],
  severityOf: (failure: Failure) => Severity,
  naming: Naming,
): Finding {
  const { commandFor, identities } = naming;
  const { rule, problem } = cause;
  const fault = faultOf(cause, severityOf, identities);
  const own = ownRowOf(cause);
  // What is left above the limit of a rule may be anything: it has no fix.
  const ownFix = merged === undefined ? groupFix(cause, members, commandFor) : [];
  const listed = members.slice(0, mostMembers);
  const all = [cause, ...members];
  const made =
    rule.several === undefined || merged === undefined
      ? withRest(ownFix, cause, 0)
      : withRest(severalFix(rule, listed, commandFor), cause, members.length - listed.length);
  const isBroken = (failure: Failure) => severityOf(failure) === 'error' || failure.rule.impact === 'outage';
  const unusable = new Set(all.filter(isBroken).flatMap(({ subject }) => subject.role ?? []));
  const alternatives = byClass(usable(made, unusable, cause.pki).map(typable), cause.pki.layout.remedies);
  const severity = severities.find((one) => all.some((failure) => severityOf(failure) === one)) ?? fault.severity;
  return {
    ...fault,
    severity,
    impact: impactOf(all.filter((failure) => severityOf(failure) === severity)) ?? rule.impact,
    ...(merged !== undefined && textsOf(mergedWording(merged, members, identities))),
    related: relatedOf(cause, broken, identities),
    breaks: [...new Set(broken.flatMap(({ connection }) => connection ?? []))].sort(byRow),
    why: [fill(rule.why, problem.data), ...(own === undefined ? [] : [insteadOfDocumentation(own)])].join(' '),
    fix: alternatives,
    fixClasses: alternatives.map(classOf),
    cite: ruleSources(rule.id, citationsFor(cause, own)),
    cis: rule.cis,
    ...(members.length > 0 && {
      members: listed.map((member) => faultOf(member, severityOf, identities)),
      merged: members.length,
    }),
    fingerprint: group.fingerprint ?? fingerprintOf(cause, naming),
    ...faultsOfGroup(merged === undefined ? all : members, naming),
    suppressed: group.excuse ?? null,
  };
}

/** The key of citations of the tables whose place the rows of a policy take. */
const documentedTables = 'k8s-certs#';

/** The keys of a rule's citations. Pages about an installer are for nodes that it made. */
function citationsFor({ rule: { cite }, pki }: Failure, own: PolicyRow | undefined): readonly string[] {
  const fitting = cite.filter((key) => [undefined, pki.layout.installer].includes(citations[key]?.installer));
  const all = fitting.length > 0 || cite.length === 0 ? fitting : [`${documentedTables}certificate-paths`];
  return all.filter((key) => own === undefined || !key.startsWith(documentedTables));
}

interface PolicyRow {
  readonly role: string;
  readonly file: string;
}

/** The row of a policy that a failure is about; undefined if it is not about one. */
function ownRowOf({ pki, subject }: Failure): PolicyRow | undefined {
  const role = subject.role === undefined ? undefined : roleOfId(subject.role);
  const file = pki.layout.certificates.find((row) => row.role === role)?.policy;
  return file === undefined || role === undefined ? undefined : { role, file };
}

const insteadOfDocumentation = ({ role, file }: PolicyRow): string =>
  `For ${role}, ${file} takes the place of the documentation.`;

/** Adds to each alternative what it does not cover: a fix names a limited number of files. */
function withRest(fix: readonly Fix[], { pki, problem: { leftOut = 0 } }: Failure, faults: number): readonly Fix[] {
  const rest = leftOut > 0 ? count(leftOut, 'more path') : faults > 0 ? count(faults, 'more fault') : undefined;
  if (rest === undefined) return fix;
  return fix.map((steps) => [...steps, noteStep(`this leaves ${rest}: run pki-lint again afterwards`, pki.name)]);
}

/** The rows of connections begin with those on which the others depend. */
const rowOf = new Map(connectionRows.map(({ id }, index) => [id, index]));
const byRow = (one: string, other: string): number => rankOf([one]) - rankOf([other]);

/** Returns the place of the first connection that a finding breaks, for sorting; infinite if it breaks none. */
export function rankOf([first]: readonly string[]): number {
  if (first === undefined) return Number.POSITIVE_INFINITY;
  // Those that only a layout has come last.
  return rowOf.get(first) ?? rowOf.size;
}

/** The worst impact of the failures. */
function impactOf(failures: readonly Failure[]): Impact | undefined {
  return impacts.find((impact) => failures.some(({ preview, rule }) => (preview?.impact ?? rule.impact) === impact));
}

function faultOf(failure: Failure, severityOf: (failure: Failure) => Severity, nodes: Identities): Fault {
  const { pki, rule, subject, problem } = failure;
  const { at } = problem;
  return {
    rule: rule.id,
    severity: severityOf(failure),
    subject: subject.name,
    node: pki.name,
    path: at.path,
    file: pki.node.files.get(at.path)?.file ?? at.path,
    ...positionOf(failure),
    ...textsOf(wordingOf(failure, nodes)),
  };
}

/** Returns texts as they are printed, and as data. */
export function textsOf(wording: Wording): Pick<Fault, keyof Wording | 'wording'> {
  const { message, expected, found } = wording;
  return { message: plainText(message), expected: plainText(expected), found: plainText(found), wording };
}

/**
 * Returns the fingerprint of a failure. Contains no serial numbers and no dates, so that a renewal does not change it,
 * and of the input only what is on the node: the name of a node may be that of its folder, which may also be the name
 * of a component.
 */
export function fingerprintOf(failure: Failure, { identities, taken }: Naming): string {
  return uniqueHash(identityOf(failure, failure.problem.at.path, identities), taken);
}

/** What distinguishes a failure at a path from others. */
function identityOf({ pki, rule, subject, problem }: Failure, path: string, identities: Identities): readonly string[] {
  const onNode = (text: string) => identities.get(text) ?? text;
  const { key = '', isNodeKey } = problem;
  const named = [isNode(rule, subject) ? onNode(subject.name) : subject.name, isNodeKey ? onNode(key) : key];
  return ['1', rule.id, onNode(pki.name), path, ...named];
}

/** Returns a hash of parts of a text that is not in use, and adds it. */
export function uniqueHash(parts: readonly string[], taken: Set<string>): string {
  for (let copy = 0; ; copy++) {
    const fingerprint = hashOf(parts, copy);
    if (taken.has(fingerprint)) continue;
    taken.add(fingerprint);
    return fingerprint;
  }
}

/** The hash of the first, second … of equal parts. */
function hashOf(parts: readonly string[], copy: number): string {
  const text = [...parts, ...(copy === 0 ? [] : [String(copy)])].join('\0');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The fingerprints of the faults that a finding stands for, unless it is about one path and has no parts. */
function faultsOfGroup(failures: readonly Failure[], { identities }: Naming): Pick<Finding, 'faultFingerprints'> {
  const all: string[] = [];
  // Thousands may be equal, so they are counted.
  const copies = new Map<string, number>();
  for (const failure of failures) {
    const { at, parts } = failure.problem;
    for (const path of parts ?? [at.path]) {
      const identity = identityOf(failure, path, identities);
      const key = identity.join('\0');
      const copy = copies.get(key) ?? 0;
      copies.set(key, copy + 1);
      all.push(hashOf(identity, copy));
    }
  }
  const isOne =
    failures.length === 1 && failures.every(({ problem: { at, parts = [] } }) => parts.every((one) => one === at.path));
  return isOne ? {} : { faultFingerprints: all.sort() };
}

/** Whether a subject is a node: those of a cluster's findings are, unless they have a role. */
function isNode({ over }: Rule, { hangsOn: [id], role }: Subject): boolean {
  return id === 'node' || (over === 'cluster' && role === undefined);
}

function relatedOf(failure: Failure, broken: readonly Related[], nodes: Identities): readonly Related[] {
  const { rule, problem } = failure;
  const own = (problem.related ?? []).map((one) => relatedFrom(one, nodes));
  if (own.length > 0) return own;
  const fatal = rule.severity === 'error' && (rule.impact === 'outage' || rule.impact === 'expiry');
  const first = fatal && (rule.over === 'argument' || rule.over === 'component') ? componentError(failure, nodes) : [];
  // What peers say of a component that runs is known better from the connections.
  const isSaid = broken.some(({ error }) => error !== null);
  return [...first.filter(({ message }) => message !== '' || !isSaid), ...broken];
}

/** The message of a component that fails because of a flag. */
function componentError({ rule, problem }: Failure, nodes: Identities): readonly Related[] {
  const { component, stopped = 'does not start' } = problem.data;
  const error = rule.fails === null ? '' : fill(rule.fails, problem.data);
  if (error === '' || component === undefined) return [];
  const isStopped = problem.stops?.includes(component) ?? rule.stops;
  const message = isStopped ? `${component} ${stopped}` : '';
  return [relatedFrom({ path: problem.at.path, subject: component, message, error, namesSubject: isStopped }, nodes)];
}

type Consequence = NonNullable<Failure['problem']['related']>[number];

/** A consequence that a check has found, with what it says as data. */
function relatedFrom({ namesSubject = false, ...one }: Consequence, nodes: Identities): Related {
  const subject = messageFrom({ template: '{subject}', data: { subject: one.subject } }, [], nodes);
  return { ...one, fingerprint: null, wording: unwritten({ subject, namesSubject, isStop: false }) };
}

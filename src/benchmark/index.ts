/** Judges nodes by the items of the CIS Kubernetes Benchmark about PKI files and flags. Few runs need it. */
import { componentNamed } from '../artifact/arguments.ts';
import { sharesKey } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import { type Slot, slotName } from '../model/roles/slots.ts';
import { seenAt } from '../model/roles/source.ts';
import type { CisEdition, CisResult, CisView } from '../results/cis.ts';
import type { Fault, Finding } from '../results/finding.ts';
import { type CisRow, cisEditions, cisRows } from '../tables/cis.ts';
import { fail, filesAnswer, flagsAnswer, type ItemAnswer, itemPaths, notChecked, pass, unseen } from './subjects.ts';

/**
 * Returns every item on every node. What fails has the findings about it, of which those that are excused still count.
 */
export function cisView(pkis: readonly Pki[], findings: readonly Finding[]): CisView {
  return {
    editions: pkis.map(editionOf),
    items: cisRows.map(({ id, title, level, check }) => ({ id, title, level, check })),
    results: pkis.flatMap((pki) => {
      const own = findings.filter(({ node }) => node === pki.name);
      return cisRows.map((row) => resultOf(row, pki, own));
    }),
  };
}

/** The newest edition for the release of a node; else the nearest one, with a note. */
function editionOf({ name, facts }: Pki): CisEdition {
  const release = facts.kubernetesVersion?.value;
  const minor = release?.split('.').slice(0, 2).join('.');
  const newest = cisEditions.at(-1)?.id ?? '';
  if (minor === undefined) {
    return { node: name, edition: newest, note: `the Kubernetes release is unknown: judged by the newest edition` };
  }
  const own = cisEditions.findLast(({ releases }) => releases.includes(minor));
  if (own !== undefined) return { node: name, edition: own.id, note: null };
  const [first, last] = [cisEditions[0], cisEditions.at(-1)];
  const isOlder = Number(minor.split('.')[1]) < Number(first?.releases[0]?.split('.')[1]);
  if (!isOlder) {
    const until = last?.releases.at(-1);
    const note = `no edition is published for Kubernetes ${minor}: judged by ${newest}, which is for up to ${until}`;
    return { node: name, edition: newest, note };
  }
  const id = first?.id ?? newest;
  const note = `pki-lint does not have the edition for Kubernetes ${minor}: judged by ${id}, which is for ${first?.releases[0]} and later; some numbers and limits differ`;
  return { node: name, edition: id, note };
}

function resultOf(row: CisRow, pki: Pki, findings: readonly Finding[]): CisResult {
  const base = { item: row.id, node: pki.name };
  const answer = answerOf(row, pki);
  if (answer.state === 'not-applicable') return { ...base, state: answer.state, reason: answer.reason, findings: [] };
  const about = findings.filter((finding) => isAbout(finding, row, pki));
  const [worst] = about;
  // A rule may know more than the flag says, such as that its file is a wrong one.
  const isWorse = row.files === undefined && worst !== undefined;
  const { state, reason } = answer.state === 'pass' && isWorse ? fail(worst.message) : answer;
  const isExcused = state === 'fail' && about.length > 0 && about.every(({ suppressed }) => suppressed !== null);
  const fingerprints = state === 'fail' ? about.map(({ fingerprint }) => fingerprint) : [];
  return {
    ...base,
    state,
    ...(isExcused && { excused: true as const }),
    reason,
    findings: fingerprints,
  };
}

function answerOf(row: CisRow, pki: Pki): ItemAnswer {
  const isHere = appliesTo(row, pki);
  if (isHere !== undefined) return isHere;
  if (row.unchecked !== undefined) return notChecked(row.unchecked);
  if (row.files !== undefined) {
    const paths = itemPaths(row.files, pki);
    return 'state' in paths ? paths : filesAnswer(paths, row, pki);
  }
  if (row.distinct !== undefined) return distinctAnswer(row.distinct, pki);
  const component = componentNamed(pki.node, row.component ?? '');
  if (component === undefined) return unseen(row.component ?? '', pki);
  const absent = slotsOf(row, pki).find(({ path }) => path !== undefined && seenAt(pki.node, path) === 'absent');
  if (absent !== undefined) return fail(`${slotName(absent)} names ${absent.path}, which does not exist`);
  return flagsAnswer(component, row.flags ?? []);
}

/** Why an item does not apply to a node; undefined if it does. */
function appliesTo({ on }: CisRow, { kind, node }: Pki): ItemAnswer | undefined {
  const not = (reason: string): ItemAnswer => ({ state: 'not-applicable', reason });
  if (on === 'any') return undefined;
  if (kind === 'worker') return not('this node is a worker');
  if (on === 'control-plane' && kind === 'etcd') return not('this node runs only etcd');
  return kind === 'unknown' && node.components.length === 0 ? notChecked('the kind of the node is unknown') : undefined;
}

function distinctAnswer([one = '', other = '']: readonly string[], pki: Pki): ItemAnswer {
  if (componentNamed(pki.node, 'etcd') === undefined) return unseen('etcd', pki);
  const [first, second] = [one, other].map(
    (id) => pki.authorities.find((authority) => authority.id === id)?.certificates,
  );
  if (!first?.length || !second?.length) return notChecked(`${first?.length ? other : one} was not seen`);
  return sharesKey(first, second) ? fail(`${one} and ${other} have a key in common`) : pass;
}

/**
 * Whether a finding is about an item: one of its rules found it, in its files; or it is an error about one of its
 * flags.
 */
function isAbout(finding: Finding, row: CisRow, pki: Pki): boolean {
  const { members = [], related } = finding;
  const faults = [finding, ...members];
  if (row.files !== undefined) {
    const paths = itemPaths(row.files, pki);
    if ('state' in paths) return false;
    const own = faults.filter(({ rule }) => row.rules.includes(rule));
    // One finding lists its paths as what is affected.
    const places = own.flatMap(({ path, rule }) => [
      path,
      ...(rule === finding.rule ? related.map((one) => one.path) : []),
    ]);
    return places.some((path) => paths.includes(path));
  }
  const isOwnRule = faults.some((fault) => row.rules.includes(fault.rule) && concerns(fault, row));
  const slots = slotsOf(row, pki);
  const [names, paths] = [slots.map(slotName), slots.map((slot) => slot.path)];
  const isOfFlag = ({ rule, subject, path }: Fault) =>
    names.includes(subject) || (rule.endsWith('/present') && paths.includes(path));
  return isOwnRule || faults.some((fault) => fault.severity === 'error' && isOfFlag(fault));
}

/** The flags that an item wants to be set, where they are. */
function slotsOf({ component, flags = [] }: CisRow, { slots }: Pki): readonly Slot[] {
  const wanted = flags.flatMap(({ flag, test }) => (test === 'set' ? [flag] : []));
  return slots.filter(
    (slot) => slot.argument !== undefined && slot.row.component === component && wanted.includes(slot.row.flag),
  );
}

/**
 * Several items have the same rules of etcd, which say which side they mean; and a rule of CAs is about any two of
 * them.
 */
function concerns({ subject, wording }: Fault, { flags = [], distinct }: CisRow): boolean {
  const { side, cluster } = wording?.message.data ?? {};
  const [own = ''] = distinct ?? [];
  if (own !== '') return subject === own || cluster === own;
  const isPeer = flags.some(({ flag }) => flag.startsWith('peer-'));
  const isOfEtcd = flags.some(({ flag }) => /client-cert-auth$|auto-tls$/.test(flag));
  return !isOfEtcd || isPeer === (side === 'peer-');
}

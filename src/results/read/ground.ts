/** On what a verdict rests, and what of the nodes was not looked at: the one place for both, and for their words. */
import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { Report } from '../report.ts';
import type { MissingPart, ReportedNode } from '../reported-node.ts';

/**
 * Whether the flags of a component were read: they say which files are in use. On a control plane the kubelet's do not
 * suffice.
 */
const hasComponent = ({ role, judged: { components } }: ReportedNode): boolean =>
  components.some((name) => role !== 'control-plane' || name !== 'kubelet');

/**
 * Whether nothing of weight was judged on a node: no component was found. The folder of certificates of a known kind of
 * node is enough if it is all that was given.
 */
export const isGroundless = (node: ReportedNode): boolean =>
  !hasComponent(node) && (node.role === 'unknown' || node.judged.input === 'node');

/** Whether something of weight was judged on every node. */
export const isGrounded = ({ nodes }: Pick<Report, 'nodes'>): boolean => !nodes.some(isGroundless);

/** An all-clear. */
export interface AllClear {
  readonly text: string;
  /** Whether something of weight was judged on every node: without it, it must not look like success. */
  readonly isGrounded: boolean;
  /** Whether the text says how much was judged. */
  readonly namesGround: boolean;
}

/**
 * Returns the all-clear on a report without errors and warnings, of which everything that was given was read: it names
 * what was judged, unless a component was found on every node.
 */
export function allClear(report: Report): AllClear {
  const { nodes, skipped, notChecked, baseline, only = [] } = report;
  const isNew = baseline?.known ? 'new ' : '';
  const by = only.length === 0 ? '' : ` with --only ${handful(only, 3)}`;
  const lacking = nodes.filter((node) => !hasComponent(node));
  if (lacking.length === 0) {
    const isAll = skipped.length + notChecked.length + missingParts(report).length === 0;
    const text = `No ${isNew}problems found${by}${isAll ? '' : ' in what was checked'}`;
    return { text, isGrounded: true, namesGround: false };
  }
  const isSure = isGrounded(report);
  const found = isSure ? `No ${isNew}problems found` : `Nothing ${isNew}wrong found`;
  const where = lacking.length === nodes.length ? '' : ` on ${handful(namesOf(lacking), 3)}`;
  const text = `${found}${by} in ${groundOf(nodes, isSure ? '; ' : ' and ')}: ${whyGroundless(lacking)}${where}`;
  return { text, isGrounded: isSure, namesGround: true };
}

/** `26 of 43 certificates and 0 flags` */
function groundOf(nodes: readonly ReportedNode[], separator: string): string {
  const flags = nodes.reduce((sum, { judged }) => sum + judged.arguments, 0);
  return [judgedCertificates({ nodes }), count(flags, 'flag')].join(separator);
}

/** Returns how many certificates count, of those that were read: `26 of 43 certificates`. */
export function judgedCertificates({ nodes }: Pick<Report, 'nodes'>): string {
  const total = (of: (judged: ReportedNode['judged']) => number) =>
    nodes.reduce((sum, node) => sum + of(node.judged), 0);
  const all = total(({ certificates }) => certificates);
  const judged = total((one) => one.judgedCertificates);
  return `${judged === all ? '' : `${judged} of `}${count(all, 'certificate')}`;
}

function whyGroundless(lacking: readonly ReportedNode[]): string {
  const isUnknown = ({ judged }: ReportedNode) => judged.input === 'node' && !judged.isLayoutKnown;
  if (lacking.every(isUnknown)) return 'no layout that is known';
  const isKubelet = lacking.every(({ judged }) => judged.components.length > 0);
  return isKubelet ? 'no component of the control plane was found' : 'no component was found';
}

const namesOf = (nodes: readonly Pick<ReportedNode, 'name'>[]) => nodes.map(({ name }) => name);

/** Returns the parts of all nodes that are not in the input. */
export function missingParts({ nodes }: Pick<Report, 'nodes'>): readonly (MissingPart & { readonly node: string })[] {
  return nodes.flatMap(({ name, notLookedAt = [] }) => notLookedAt.map((part) => ({ ...part, node: name })));
}

/** Returns what is missing, in words. */
export function partWords({ part, path }: MissingPart): string {
  if (part === 'manifests') return 'static pod manifests';
  return part === 'components' ? 'flags' : path;
}

/** Returns why it was not looked at. */
export const whyMissing = ({ part }: MissingPart): string =>
  part === 'components' ? 'no component was found' : 'not in the input';

const comparedWords = { processes: 'running processes', times: 'file times' } as const;

/**
 * Returns why running processes were not compared with the files, in one line:
 * `not looked at: running processes (no /proc in the input)`; '' if they were, or nothing runs. It does not change the
 * verdict on the files.
 */
export function notCompared({ nodes }: Pick<Report, 'nodes'>): string {
  const lacking = nodes.flatMap(({ name, notCompared: one }) => (one ? [{ name, one }] : []));
  if (lacking.length === 0) return '';
  const same = groupBy(lacking, ({ one }) => JSON.stringify([one.part, one.reason]));
  const texts = [...same.values()].flatMap((all) => {
    const on = all.length === nodes.length ? '' : ` on ${handful(namesOf(all), 2)}`;
    return all.slice(0, 1).map(({ one: { part, reason } }) => `${comparedWords[part]}${on} (${reason})`);
  });
  return `not looked at: ${texts.join('; ')}`;
}

/**
 * Returns what was not looked at, in one line:
 * `not looked at: static pod manifests, /var/lib/kubelet (not in the input)`; '' if no node lacks a part.
 */
export function notLookedAt({ nodes }: Pick<Report, 'nodes'>): string {
  const lacking = nodes.flatMap(({ name, notLookedAt: parts }) => (parts ? [{ name, parts }] : []));
  if (lacking.length === 0) return '';
  const same = groupBy(lacking, ({ parts }) => JSON.stringify(parts));
  const texts = [...same.values()].map((all) => {
    const [{ parts } = { parts: [] }] = all;
    const on = nodes.length === 1 ? '' : ` on ${handful(namesOf(all), 2)}`;
    return `${handful(parts.map(partWords), 3)}${on} (${[...new Set(parts.map(whyMissing))].join(', ')})`;
  });
  return `not looked at: ${texts.join('; ')}`;
}

/** Incidents that really happened: what was wrong on the node, and what pki-lint must say about it. */

import type { Finding } from '../../src/index.ts';
import { type Case, findingsOf } from '../cases/harness.ts';
import { contradictions } from '../support/contradictions.ts';

export interface Incident extends Pick<Case, 'node' | 'change' | 'beside' | 'options'> {
  /** Names the incident in the output of tests. */
  readonly id: string;
  readonly title: string;
  /** The report of the people who had it. */
  readonly source: string;
  /** What happened to them, what the cause was and, where it is known, what healed it. */
  readonly happened: string;
  /**
   * Every error and warning as `severity rule@subject`, the cause first. With several nodes, `… of NODE` says on which.
   * Of infos, only those that are listed are checked.
   */
  readonly finds: readonly string[];
  /**
   * The commands that write, of the first alternative of the cause's fix: the program, the verb and the role. Other
   * commands may be between them. Empty: the fix is a note.
   */
  readonly fix: readonly string[];
}

export interface OutOfReach {
  readonly title: string;
  readonly source: string;
  readonly happened: string;
  /** Why no file of a node shows it. */
  readonly why: string;
}

type Step = Finding['fix'][number][number];

/** A command without its options: the program, what it does, and to which role. */
function commandOf({ text }: Pick<Step, 'text'>): string {
  const words = text.split(/\s+/);
  const [program = ''] = words;
  const role = /--only (\S+)/.exec(text)?.[1];
  const verb = /--(renew|replace|fix-modes)\b/.exec(text)?.[1];
  if (program === 'pki-lint') return ['issue', verb, role].filter((word) => word !== undefined).join(' ');
  if (program !== 'kubeadm' && program !== 'systemctl') return program;
  const option = words.findIndex((word) => word.startsWith('-'));
  return words.slice(0, option < 0 ? undefined : option).join(' ');
}

/** The commands that write, of the first alternative, without those of footnotes. */
export function writtenBy({ fix }: Pick<Finding, 'fix'>): readonly string[] {
  return (fix[0] ?? [])
    .filter(({ kind, writes, footnote }) => kind === 'command' && writes && !footnote)
    .map(commandOf);
}

/** `severity rule@subject`, in the form of `finds`. */
export function nameOf({ severity, rule, subject, node }: Finding, several: boolean): string {
  return `${severity} ${rule}@${subject}${several ? ` of ${node}` : ''}`;
}

/** What pki-lint says about an incident. */
interface Told {
  /** The worst first, without infos that the incident does not list. */
  readonly findings: readonly Finding[];
  /** Where findings and connections disagree. */
  readonly contradictions: readonly string[];
}

const told = new WeakMap<Incident, Promise<Told>>();

/** Lints an incident, once in each process: its tests and its page ask. */
export function toldOf(one: Incident): Promise<Told> {
  const known = told.get(one) ?? askAbout(one);
  told.set(one, known);
  return known;
}

async function askAbout(one: Incident): Promise<Told> {
  const report = await findingsOf({ name: one.id, findings: [], ...one });
  const { findings } = report;
  const several = one.beside !== undefined;
  return {
    findings: findings.filter((finding) => finding.severity !== 'info' || one.finds.includes(nameOf(finding, several))),
    contradictions: 'connections' in report ? contradictions(report, one.options) : [],
  };
}

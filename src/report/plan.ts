/** Formats a plan as text: its actions in order, or a summary of what was done. */
import type { IssueReport, ReportedAction, ReportedPlan, Target } from '../core/plan.ts';
import { copyable, count, printable } from '../core/text.ts';
import { type Field, fields } from './fields.ts';
import { labelled, moment } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { doneText, nextStepsText, refusalsText, unresolvedText } from './plan-sections.ts';
import type { ReporterOptions } from './reporter.ts';

/** The length of `kubeconfig`, the longest kind. */
const kindWidth = 10;

/**
 * Returns the plan, or its result, as text with a line feed at the end. With `verbose`, the result of a run with
 * `--write` includes every action.
 */
export function planText(report: IssueReport, { width, color, verbose }: ReporterOptions): string {
  const paint = painter(color);
  const { plan, result, failure } = report;
  const isPlan = result === null && failure === null;
  const actions = isPlan || verbose ? plan.actions : [];
  const parts = [
    headline(report, width, paint),
    unfinishedText(report, width, paint),
    recoveredText(report, width),
    ...actions.map((action, index) => actionBlock(action, index + 1, width, paint)),
    result === null ? '' : doneText(plan, result, width, paint),
    refusalsText(plan, width, paint),
    unresolvedText(plan, width, paint),
    failure === null
      ? nextStepsText(plan, isPlan ? 'then, in this order:' : 'do now, in this order:', width, paint)
      : '',
    ending(report, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline({ plan, at, result }: IssueReport, width: number, paint: Paint): string {
  const { node, kind, folder, pki, actions, assumed } = plan;
  const kinds = kind === 'unknown' ? [] : [kind === 'control-plane' ? 'control plane' : kind];
  const what = result === null ? tallyOf(plan) : [];
  const all = [...(node === folder ? [] : [node]), ...kinds, folder, ...what, `as of ${moment(at)}`];
  const mapsPaths = result === null && actions.length > 0 && folder !== pki;
  const mapping = mapsPaths ? labelled('', `paths are the node's: ${printable(pki)} is that folder`, 0, width) : [];
  const assumptions =
    assumed.length === 0
      ? []
      : labelled('', `taken for granted: ${assumed.map((text) => printable(text)).join(' · ')}`, 0, width, 2);
  return [paint('bold', all.map((text) => printable(text)).join(' · ')), ...mapping, ...assumptions].join('\n');
}

/** `3 actions · 1 refused · 2 left` */
function tallyOf({ actions, refusals, left }: ReportedPlan): readonly string[] {
  const counts = [
    ...(actions.length === 0 ? [] : [count(actions.length, 'action')]),
    ...(refusals.length === 0 ? [] : [`${refusals.length} refused`]),
    ...(left.length === 0 ? [] : [`${left.length} left`]),
  ];
  return counts.length === 0 ? ['nothing to issue'] : counts;
}

function recoveredText({ recovered }: IssueReport, width: number): string {
  if (recovered.length === 0) return '';
  return ['of an earlier run:', ...recovered.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function unfinishedText({ unfinished }: IssueReport, width: number, paint: Paint): string {
  if (unfinished.length === 0) return '';
  const hasJournal = unfinished.some((line) => line.startsWith('begun at '));
  const title = hasJournal
    ? paint('red', 'an earlier run was not finished; --write finishes it, or takes it back:')
    : paint('yellow', 'of an earlier run:');
  return [title, ...unfinished.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function actionBlock(action: ReportedAction, number: number, width: number, paint: Paint): string {
  const { kind, role, certificate, kubeconfig, mode } = action;
  const title = `${String(number).padStart(2)} ${kind.padEnd(kindWidth)} ${role}`;
  const all: readonly Field[] = [
    ['file', [shownPath(action.target)]],
    ['key', keyOf(action)],
    ['why', action.why],
    ['subject', certificate ? [subjectText(certificate)] : []],
    ['names', certificate?.sans.length ? [certificate.sans.map(({ value }) => value)] : []],
    ['usages', certificate ? [[...certificate.keyUsage, ...certificate.extendedKeyUsage].join(', ')] : []],
    ['signed by', certificate ? [signer(action)] : []],
    ['valid', certificate && action.kind !== 'request' ? [span(certificate)] : []],
    ['server', kubeconfig ? [kubeconfig.server] : []],
    ['mode', mode === null ? [] : [mode.toString(8).padStart(4, '0')]],
    ['replaces', action.replaces],
    ['note', action.notes],
    ['then', action.kind === 'chmod' || action.after === '' ? [] : [action.after]],
  ];
  const lines = fields(all, { margin: 3, indent: 13, hang: 2, width, paint });
  return [paint('bold', printable(title)), ...lines].join('\n');
}

const keyWords: Readonly<Record<string, string>> = {
  kept: 'the one that is there',
  imported: 'that of the folder of --import',
};

function keyOf({ keyTarget, algorithm }: ReportedAction): readonly string[] {
  const what = keyWords[algorithm ?? ''] ?? `new, ${algorithm}`;
  if (keyTarget !== null) return [`${shownPath(keyTarget)}  [${what}]`];
  return algorithm === null ? [] : [what];
}

function shownPath({ on, path }: Target): string {
  return on === 'node' ? path : `${path}  (this machine, not the node)`;
}

function subjectText({ organizations, commonName }: NonNullable<ReportedAction['certificate']>): string {
  return [...organizations.map((name) => `O=${name}`), `CN=${commonName}`].join(', ');
}

function signer({ kind, issuer }: ReportedAction): string {
  if (issuer === null) return kind === 'install' ? 'another CA' : 'whoever answers the request';
  return issuer === 'self' ? 'itself' : issuer.role;
}

function span({ notBefore, notAfter }: NonNullable<ReportedAction['certificate']>): string {
  return [notBefore, notAfter].map((at) => moment(at)).join(' to ');
}

function ending({ plan, result, failure }: IssueReport, width: number, paint: Paint): string {
  if (failure !== null) {
    const lines = labelled(paint('red', '✖'), printable(failure.message), 2, width);
    // Not wrapped, because users copy it.
    const hint = failure.hint === null ? [] : failure.hint.split('\n').map((line) => `  ${copyable(line)}`);
    return [...lines, ...hint].join('\n');
  }
  if (result !== null || plan.actions.length + plan.refusals.length === 0) return '';
  if (plan.refusals.length === 0) return 'nothing was written: --write does it';
  const rest = plan.byItself === null ? '' : `, or take the rest alone:\n  ${plan.byItself}`;
  return `nothing was written, and --write does all or nothing: see to that first${rest}`;
}

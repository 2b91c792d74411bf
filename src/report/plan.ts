/** A plan for people: what is to be done, in order, or, in short, what was done. */
import type { Action, IssueReport, Plan, Target } from '../core/plan.ts';
import { count, printable } from '../core/text.ts';
import { moment } from './dates.ts';
import { labelled } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { commandsOf, doneText, leftOf, refusalsOf, stepsOf } from './plan-rest.ts';

export interface PlanOptions {
  readonly width: number;
  readonly color: boolean;
  /** Each action in full, where it was done, or refused, too. */
  readonly verbose: boolean;
}

const indent = 13;

/** Of `kubeconfig`, the longest. */
const kindWidth = 10;

/** The plan, or what became of it, as text that ends with a line feed. */
export function planText(report: IssueReport, { width, color, verbose }: PlanOptions): string {
  const paint = painter(color);
  const { plan, result, failure } = report;
  const isPlan = result === null && failure === null;
  const actions = isPlan || verbose ? plan.actions : [];
  const parts = [
    headline(report, width, paint),
    unfinishedText(report, width, paint),
    ...actions.map((action, index) => actionBlock(action, index + 1, width, paint)),
    result === null ? '' : doneText(plan, result, width, paint),
    refusalsOf(plan, width, paint),
    leftOf(plan, width, paint),
    failure === null ? stepsOf(plan, isPlan ? 'then, in this order:' : 'do now, in this order:', width, paint) : '',
    failure === null ? commandsOf(plan, width, paint) : '',
    ending(report, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline({ plan, at, result }: IssueReport, width: number, paint: Paint): string {
  const { node, folder, pki, actions, assumed } = plan;
  const what = actions.length === 0 ? 'nothing to issue' : count(actions.length, 'action');
  const all = [node, folder, ...(result === null ? [what] : []), `as of ${moment(at)}`].filter((one) => one !== '');
  const isOfUse = result === null && actions.length > 0 && folder !== pki;
  const elsewhere = isOfUse ? labelled('', `paths are the node's: ${printable(pki)} is that folder`, 0, width) : [];
  const given =
    assumed.length === 0 ? [] : labelled('', `taken for granted: ${assumed.map(printable).join(' · ')}`, 0, width, 2);
  return [paint('bold', all.map(printable).join(' · ')), ...elsewhere, ...given].join('\n');
}

function unfinishedText({ unfinished }: IssueReport, width: number, paint: Paint): string {
  if (unfinished.length === 0) return '';
  const title = paint('red', 'an earlier run was not finished; --write finishes it, or takes it back:');
  return [title, ...unfinished.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function actionBlock(action: Action, number: number, width: number, paint: Paint): string {
  const { kind, role, certificate, kubeconfig, mode } = action;
  const title = `${String(number).padStart(2)} ${kind.padEnd(kindWidth)} ${role}`;
  const fields: readonly (readonly [string, readonly string[]])[] = [
    ['file', [shownPath(action.target)]],
    ['key', keyOf(action)],
    ['why', action.why],
    ['subject', certificate ? [subjectText(certificate)] : []],
    ['names', certificate?.sans.length ? [certificate.sans.map(({ value }) => value).join(', ')] : []],
    ['usages', certificate ? [[...certificate.keyUsage, ...certificate.extendedKeyUsage].join(', ')] : []],
    ['signed by', certificate ? [signer(action)] : []],
    ['valid', certificate && action.kind !== 'request' ? [span(certificate)] : []],
    ['server', kubeconfig ? [kubeconfig.server] : []],
    ['mode', mode === null ? [] : [mode.toString(8).padStart(4, '0')]],
    ['replaces', action.replaces],
    ['note', action.notes],
    ['then', action.kind === 'chmod' ? [] : [action.after]],
  ];
  return [
    paint('bold', printable(title)),
    ...fields.flatMap(([label, texts]) => field(label, texts, width, paint)),
  ].join('\n');
}

function field(label: string, texts: readonly string[], width: number, paint: Paint): string[] {
  return texts.flatMap((text, index) => {
    const [first = '', ...rest] = labelled(index === 0 ? `   ${label}` : '', printable(text), indent, width, 2);
    return [paint('dim', first.slice(0, indent)) + first.slice(indent), ...rest];
  });
}

function keyOf({ keyTarget, algorithm }: Action): readonly string[] {
  const what = algorithm === 'kept' ? 'the one that is there' : `new, ${algorithm}`;
  if (keyTarget !== null) return [`${shownPath(keyTarget)}  (${what})`];
  return algorithm === null ? [] : [what];
}

function shownPath({ on, path }: Target): string {
  return on === 'node' ? path : `${path}  (on this machine, not on the node)`;
}

function subjectText({ organizations, commonName }: NonNullable<Action['certificate']>): string {
  return [...organizations.map((name) => `O=${name}`), `CN=${commonName}`].join(', ');
}

function signer({ kind, issuer }: Action): string {
  if (issuer === null) return kind === 'install' ? 'another CA' : 'whoever answers the request';
  return issuer === 'self' ? 'itself' : issuer.role;
}

function span({ notBefore, notAfter }: NonNullable<Action['certificate']>): string {
  return [notBefore, notAfter].map((at) => moment(at)).join(' to ');
}

function ending({ plan, result, failure }: IssueReport, width: number, paint: Paint): string {
  if (failure !== null) {
    const hint = failure.hint === null ? [] : labelled('', printable(failure.hint), 2, width);
    return [...labelled(paint('red', '✖'), printable(failure.message), 2, width), ...hint].join('\n');
  }
  if (result !== null || plan.actions.length + plan.refusals.length === 0) return '';
  return outlook(plan);
}

/** What --write would do. */
function outlook({ refusals }: Plan): string {
  return refusals.length > 0
    ? 'nothing was written, and nothing will be until that can be done, or --only names the rest'
    : 'nothing was written: --write does it';
}

/** A plan for people: what is to be done, in order, or what was done. */
import type { Action, IssueReport, Plan, Refusal, Target } from '../core/plan.ts';
import { count, printable } from '../core/text.ts';
import { moment } from './dates.ts';
import { labelled } from './layout.ts';
import { type Paint, painter } from './paint.ts';

export interface PlanOptions {
  readonly width: number;
  readonly color: boolean;
}

const indent = 13;

/** The plan, or what became of it, as text that ends with a line feed. */
export function planText(report: IssueReport, { width, color }: PlanOptions): string {
  const paint = painter(color);
  const { plan } = report;
  const parts = [
    headline(report, paint),
    unfinishedText(report, width, paint),
    ...plan.actions.map((action, index) => actionBlock(action, index + 1, plan, width, paint)),
    refusals('cannot be done', plan.refusals, 'red', width, paint),
    refusals('left as it is', plan.left, 'yellow', width, paint),
    commands(plan, width, paint),
    ending(report, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline({ plan, at }: IssueReport, paint: Paint): string {
  const what = plan.actions.length === 0 ? 'nothing to issue' : count(plan.actions.length, 'action');
  return paint('bold', [plan.node, plan.pki, what, `as of ${moment(at)}`].map(printable).join(' · '));
}

function unfinishedText({ unfinished }: IssueReport, width: number, paint: Paint): string {
  if (unfinished.length === 0) return '';
  const title = paint('red', 'an earlier run was not finished; --write finishes it, or takes it back:');
  return [title, ...unfinished.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function actionBlock(action: Action, number: number, plan: Plan, width: number, paint: Paint): string {
  const { kind, role, certificate, kubeconfig } = action;
  const title = `${String(number).padStart(2)} ${kind.padEnd(indent - 4)} ${role}`;
  const fields: readonly (readonly [string, readonly string[]])[] = [
    ['file', [shownPath(action.target), ...(action.keyTarget ? [shownPath(action.keyTarget)] : [])]],
    ['why', action.why],
    ['subject', certificate ? [subjectText(certificate)] : []],
    ['names', certificate?.sans.length ? [certificate.sans.map(({ value }) => value).join(', ')] : []],
    ['usages', certificate ? [[...certificate.keyUsage, ...certificate.extendedKeyUsage].join(', ')] : []],
    ['signed by', certificate ? [signer(action)] : []],
    ['valid', certificate ? [`${day(certificate.notBefore)} to ${day(certificate.notAfter)}`] : []],
    [
      'key',
      action.algorithm === null ? [] : [action.algorithm === 'kept' ? 'the one that is there' : action.algorithm],
    ],
    ['server', kubeconfig ? [kubeconfig.server] : []],
    ['mode', action.mode === null ? [] : [action.mode.toString(8).padStart(4, '0')]],
    ['replaces', action.replaces],
    ['note', action.notes],
    ['after', action.kind === 'chmod' || plan.actions.length === 0 ? [] : [action.after]],
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

function shownPath({ on, path }: Target): string {
  return on === 'node' ? path : `${path}  (on this machine, not on the node)`;
}

function subjectText({ organizations, commonName }: NonNullable<Action['certificate']>): string {
  return [...organizations.map((name) => `O=${name}`), `CN=${commonName}`].join(', ');
}

function signer({ issuer }: Action): string {
  if (issuer === null) return 'whoever answers the request';
  return issuer === 'self' ? 'itself' : issuer.role;
}

function day(milliseconds: number): string {
  return moment(new Date(milliseconds).toISOString());
}

function refusals(
  title: string,
  all: readonly Refusal[],
  style: 'red' | 'yellow',
  width: number,
  paint: Paint,
): string {
  if (all.length === 0) return '';
  const lines = all.flatMap(({ role, message, hint }) => {
    const text = message.includes(role) ? message : `${role}: ${message}`;
    return [...labelled(' ·', printable(text), 3, width), ...labelled('', printable(hint), 5, width)];
  });
  return [paint(style, `${title}:`), ...lines].join('\n');
}

function commands({ commands: all }: Plan, width: number, paint: Paint): string {
  if (all.length === 0) return '';
  const lines = all.flatMap(({ why, command }) => [
    ...labelled(' ·', printable(why), 3, width),
    `     ${printable(command)}`,
  ]);
  return [paint('bold', 'what only the running cluster can take:'), ...lines].join('\n');
}

function ending({ plan, result, failure }: IssueReport, width: number, paint: Paint): string {
  if (failure !== null) {
    const hint = failure.hint === null ? [] : labelled('', printable(failure.hint), 2, width);
    return [...labelled(paint('red', '✖'), printable(failure.message), 2, width), ...hint].join('\n');
  }
  if (result === null) return plan.actions.length === 0 ? '' : 'nothing was written: --write does it';
  const backup = result.backup === null ? [] : [`what was replaced lies in ${printable(result.backup)}`];
  const recovered = result.recovered.map((line) => `of an earlier run: ${printable(line)}`);
  return [paint('green', `✔ ${count(result.written.length, 'file')} written`), ...backup, ...recovered].join('\n');
}

/** A plan for people: what is to be done, in order, or what was done. */
import type { Action, IssueReport, Plan, Refusal, Target } from '../core/plan.ts';
import { count, printable } from '../core/text.ts';
import { moment } from './dates.ts';
import { labelled, wrap } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { writtenParts } from './written.ts';

export interface PlanOptions {
  readonly width: number;
  readonly color: boolean;
  /** Each action in full, where a plan was carried out too. */
  readonly verbose: boolean;
}

const indent = 13;

/** Of `kubeconfig`, the longest kind. */
const kindWidth = 10;

/** The plan; or, shorter, what became of it; as text that ends with a line feed. */
export async function planText(report: IssueReport, { width, color, verbose }: PlanOptions): Promise<string> {
  const paint = painter(color);
  const { plan, result, failure } = report;
  const left = refusals('left as it is', plan.left, 'yellow', width, paint);
  const blocks = plan.actions.map((action, index) => actionBlock(action, index + 1, plan, width, paint));
  const tried = result !== null || failure !== null;
  const parts = [
    headline(report, width, paint),
    assumed(plan, width, paint),
    unfinishedText(report, width, paint),
    ...(tried && !verbose ? [] : blocks),
    refusals('cannot be done', plan.refusals, 'red', width, paint),
    ...(failure === null && result !== null ? await writtenParts(report, result, width, paint) : []),
    left,
    ...(failure === null ? [steps(report, width, paint), commands(plan, width, paint)] : []),
    ending(report, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline({ plan, at, result, failure }: IssueReport, width: number, paint: Paint): string {
  const all = count(plan.actions.length, 'action');
  const done = result === null ? all : `${all} done`;
  const what = plan.actions.length === 0 ? 'nothing to issue' : failure === null ? done : `${all} not done`;
  const text = [plan.node, plan.pki, what, `as of ${moment(at)}`].map(printable).join(' · ');
  return wrap(text, width)
    .map((line) => paint('bold', line))
    .join('\n');
}

/** What decides what certificates say, and nobody has said. */
function assumed({ assumed: all }: Plan, width: number, paint: Paint): string {
  if (all.length === 0) return '';
  const [first = '', ...rest] = wrap(
    printable(`taken for granted where nobody says otherwise: ${all.join(' ')}`),
    width,
  );
  return [paint('yellow', first), ...rest].join('\n');
}

function unfinishedText({ unfinished }: IssueReport, width: number, paint: Paint): string {
  if (unfinished.length === 0) return '';
  const title = paint('red', 'an earlier run was not finished; --write finishes it, or takes it back:');
  return [title, ...unfinished.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function actionBlock(action: Action, number: number, plan: Plan, width: number, paint: Paint): string {
  const { kind, role, certificate, kubeconfig } = action;
  const title = `${String(number).padStart(2)} ${kind.padEnd(kindWidth)} ${role}`;
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

function steps({ plan, result }: IssueReport, width: number, paint: Paint): string {
  if (plan.next.length === 0) return '';
  const lines = plan.next.flatMap((step, index) => labelled(`${index + 1}.`.padStart(3), printable(step), 5, width));
  return [paint('bold', result === null ? 'then, in this order:' : 'do now, in this order:'), ...lines].join('\n');
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
    const [first = '', ...rest] = labelled('✖', printable(failure.message), 2, width);
    return [paint('red', first.slice(0, 1)) + first.slice(1), ...rest, ...hint].join('\n');
  }
  if (result !== null || plan.actions.length === 0) return '';
  return 'nothing was written: --write does it';
}

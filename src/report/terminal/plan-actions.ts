/** Formats the actions of a plan: a line for each, or every field. */

import { printable } from '../../core/text.ts';
import type { ReportedAction, ReportedPlan, Target } from '../../results/issue/plan.ts';
import { type Field, fields } from '../text/fields.ts';
import { grid } from '../text/grid.ts';
import type { Paint } from '../text/paint.ts';
import { moment } from '../text/width.ts';

/** The length of `kubeconfig`, the longest kind. */
const kindWidth = 10;

/** Returns a table: what is done, why, who signs it, and until when it is valid; '' for a plan without actions. */
export async function actionTable({ actions }: ReportedPlan, width: number, paint: Paint): Promise<string> {
  if (actions.length === 0) return '';
  const rows = actions.map((action) => {
    const { kind, role, certificate, mode } = action;
    const isSigned = certificate !== null && kind !== 'request';
    const until = isSigned ? certificate.notAfter.slice(0, 10) : mode === null ? '' : octal(mode);
    return [`${wordsFor(action)} ${role}`, reasonOf(action), certificate === null ? '' : signer(action), until];
  });
  return grid(['ACTION', 'WHY', 'SIGNED BY', 'UNTIL'], rows, width, paint);
}

const kindWords: Readonly<Partial<Record<ReportedAction['kind'], string>>> = {
  'create-ca': 'create',
  're-issue': 'reissue',
  'key-pair': 'create keys of',
  kubeconfig: 'write',
  request: 'request',
};

/** A private key that is there stays. */
const wordsFor = ({ kind, algorithm }: ReportedAction): string =>
  kind === 'key-pair' && algorithm === 'kept' ? 'write the public key of' : (kindWords[kind] ?? kind);

/** Words for the rules that most plans fix, by the part of their id after the slash. */
const reasonWords: Readonly<Record<string, string>> = {
  present: 'missing',
  'present-admin': 'missing',
  key: 'key missing',
  pair: 'wrong key',
  issued: 'wrong CA',
  issuer: 'wrong CA',
  'ends-soon': 'expires soon',
  coverage: 'SAN missing',
  identity: 'wrong user',
  organization: 'wrong group',
};

/** The first reason, in few words. A reason begins with a rule or an option. */
function reasonOf({ why }: ReportedAction): string {
  const [first = ''] = why;
  const [, rule] = /^[a-z-]+\/([a-z-]+): /.exec(first) ?? [];
  if (rule !== undefined) return reasonWords[rule] ?? rule.replaceAll('-', ' ');
  return first.startsWith('--') ? (first.split(':')[0] ?? first) : first;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** Returns every field of an action. */
export function actionBlock(action: ReportedAction, number: number, width: number, paint: Paint): string {
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
    ['mode', mode === null ? [] : [octal(mode)]],
    ['replaces', action.replaces],
    ['note', action.notes],
    ['then', action.kind === 'chmod' || action.after === '' ? [] : [action.after]],
  ];
  const lines = fields(all, { margin: 3, indent: 13, hang: 2, width, paint });
  return [paint('bold', printable(title)), ...lines].join('\n');
}

const keyWords: Readonly<Record<string, string>> = {
  kept: 'existing key',
  imported: 'from the directory of --import',
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
  if (issuer === null) return kind === 'install' ? 'another CA' : 'the CA that signs the request';
  return issuer === 'self' ? 'itself' : issuer.role;
}

function span({ notBefore, notAfter }: NonNullable<ReportedAction['certificate']>): string {
  return [notBefore, notAfter].map((at) => moment(at)).join(' to ');
}

/** Builders of actions and refusals. */

import { swapWith } from '../../checks/credentials/swaps.ts';
import { stepTarget } from '../../lint/fix/restarts.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { type PemSource, sourceAt } from '../../model/roles/source.ts';
import { reloadOf } from '../../model/trust/reloads.ts';
import { ownFiles, sharedWith } from '../../model/trust/sharing.ts';
import { linkAmong } from '../../model/trust/signing.ts';
import { fixLines, shellLine } from '../../results/fix.ts';
import type { ActionKind, Refusal, Target } from '../../results/issue/plan.ts';
import { findRule } from '../../tables/catalog.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import { isCommand, rowLine, stepsOf } from '../../tables/layouts/steps.ts';
import { isSignatureLimit } from '../../x509/verify/signature-limit.ts';

/**
 * The fields that every action has, and those that most do not need. Spread first: each action names only what it has.
 * `pki`: the node, if a component may have to restart afterwards.
 */
export function actionDefaults<Kind extends ActionKind>(kind: Kind, role: string, pki?: Pki) {
  const reload = pki && reloadOf(pki, role);
  return {
    keyTarget: null,
    certificate: null,
    issuer: null,
    algorithm: null,
    kubeconfig: null,
    mode: null,
    replaces: [],
    // What must restart afterwards on a node of that kind.
    after: reload ? rowLine(reload.step, pki.layout.remedies) : 'nothing needs a restart',
    notes: [],
    kind,
    role,
  };
}

/** A refusal; `missing`: if only facts are missing, the options for them. */
export interface Obstacle extends Refusal {
  readonly missing?: readonly string[];
}

/** Why something is not done, and what to do about it. */
export const refusal = (role: string, message: string, hint: string): Refusal => ({ role, message, hint });

/** A file on the node. */
export function onNode(path: string): Target {
  return { on: 'node', path };
}

/** The refusal for a file that could not be read. */
export function notSeen(role: string, { path, reason }: Pick<PemSource, 'path' | 'reason'>): Refusal {
  return refusal(role, `${path} could not be checked: ${reason}`, 'run it where all files can be read');
}

/**
 * Why files are left alone: one is where another belongs, and to replace or to use it would lose or misuse what belongs
 * elsewhere. No option overrides this: nothing is lost by moving them, and a key may be the only one of its kind.
 */
export function swapProblem(role: string, files: readonly string[], pki: Pki): Refusal | undefined {
  const swaps = swapsKnown(files, pki);
  if (typeof swaps === 'string') return refusal(role, swaps, 'move away certificates that nothing needs');
  if (swaps.length === 0) return undefined;
  const pairs = swaps.map(([one, other]) => `${one} and ${other}`).join(', ');
  const rows = findRule('node/swapped')?.fix ?? [];
  const moves = swaps.flatMap(([first, second]) =>
    rows.flatMap((row) =>
      isCommand(row) && row.command.includes('{first}') ? stepsOf(row, { first, second }, stepTarget(pki)) : [],
    ),
  );
  const steps = fixLines(moves, pki.name).map(shellLine);
  return { ...refusal(role, `these files are swapped: ${pairs}`, 'move them back first'), steps };
}

/** The swaps of these files; or why they are not known, which must not break the judgement of the rest of a node. */
function swapsKnown(files: readonly string[], pki: Pki): ReturnType<typeof swapWith> | string {
  try {
    return swapWith(files, pki);
  } catch (error) {
    if (!isSignatureLimit(error)) throw error;
    return error.message;
  }
}

/**
 * Why a role's files cannot be written: one could not be read, is a link, is where another belongs, or belongs to a
 * second role with other needs.
 */
export function targetProblem(
  role: string,
  files: readonly string[],
  recommended: string,
  pki: Pki,
): Refusal | undefined {
  const sources = files.map((file) => sourceAt(pki.node, file));
  const unseen = sources.find(({ seen }) => seen === 'unseen');
  if (unseen) return notSeen(role, unseen);
  const odd = sources.find(({ seen }) => seen === 'irregular');
  if (odd) return refusal(role, `${odd.path} is not a regular file: ${odd.reason}`, 'move it away');
  const link = linkAmong(files, pki);
  if (link) return refusal(role, `${link} is a link`, 'replace the link with the file itself, or remove it');
  const swapped = swapProblem(role, files, pki);
  if (swapped) return swapped;
  const other = sharedWith(files, role, pki);
  if (other === undefined) return undefined;
  const message = `${role} and ${other} use the same file`;
  return refusal(role, message, `set the flag to a separate file: ${recommended}`);
}

/**
 * The refusal for a certificate that the kubelet renews; the hint is for a kubelet that no longer can. `isOrphaned`:
 * its CA is replaced.
 */
export function rotated(role: Role, pki: Pki, isOrphaned = false): Refusal {
  const both = `move ${ownFiles(role, pki).join(' and ')} away`;
  return {
    role: role.id,
    message: `${role.id} names ${role.certificate?.path}, which the kubelet renews by itself`,
    hint: isOrphaned
      ? `${both}, and the same command creates a new one`
      : `if the kubelet no longer can: ${both}, and issue it with --only ${role.row.role}`,
  };
}

/**
 * The name of a role's files in a folder of requests, without extension; as in kubeadm's `certs generate-csr`. Further
 * files of a role are called by their path.
 */
export function requestName(role: string, { authorities, certificates }: Layout): string {
  const further = role.indexOf('/');
  if (further !== -1) return role.slice(further + 1);
  const row = [...authorities, ...certificates].find((one) => one.role === role);
  // Only a certificate of a policy can be anywhere.
  return row === undefined || row.certificate.startsWith('/') ? role : row.certificate.replace(/\.(?:crt|pem)$/, '');
}

/** Where the request and its key are written, in a folder of this machine. */
export function requestTargets(folder: string, role: string, layout: Layout) {
  const at = (ending: string): Target => ({ on: 'machine', path: `${folder}/${requestName(role, layout)}${ending}` });
  return { target: at('.csr'), keyTarget: at('.key') };
}

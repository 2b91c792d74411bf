/** What has to be done on a node after files of its roles were replaced: restarts, and what else is a copy of them. */

import { componentNamed, isOn } from '../../artifact/arguments.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { reloadOf } from '../../model/trust/reloads.ts';
import { credentialOfKubelet } from '../../model/trust/signing.ts';
import type { Fix, FixStep } from '../../results/finding.ts';
import { stepLine } from '../../results/fix.ts';
import type { RemedyKind } from '../../tables/catalog.ts';
import type { Remedy, RemedyRow } from '../../tables/layouts/remedies.ts';
import { isCommand, noteStep, stepsOf } from '../../tables/layouts/steps.ts';
import { roleIds, roleOfId } from '../../tables/role-ids.ts';
import { distinct } from './distinct.ts';
import { embeds } from './embedding.ts';
import { fillings } from './remedy.ts';
import { restartOfOwner, restartSteps, stepTarget } from './restarts.ts';

export interface Afterwards {
  /** The roles whose files were replaced; empty if what reads them is not waited for. */
  readonly roles: readonly string[];
  /** The roles whose files were replaced or put in place, waited for or not. */
  readonly replaced: readonly string[];
  /** Components that have to restart. */
  readonly restarts: readonly string[];
  /** Notes and other commands: what is read again without a restart, and what must be copied. */
  readonly notes: Fix;
  /** What comes last of all. */
  readonly last: Fix;
  /** Whether the same is done on several control planes together, as what was issued together has expired together. */
  readonly isCommon: boolean;
}

export const nothingAfter: Afterwards = {
  roles: [],
  replaced: [],
  restarts: [],
  notes: [],
  last: [],
  isCommon: false,
};

/** Returns what the remedies say about the role of an id; undefined if they do not have it. */
export const remedyRowOf = (id: string, { layout }: Pki): RemedyRow | undefined =>
  layout.remedies.rows.find(({ role }) => role === roleOfId(id));

/** Returns what has to be done after the files of several roles were replaced. */
export function together(all: readonly Afterwards[]): Afterwards {
  return {
    roles: all.flatMap((one) => one.roles),
    replaced: all.flatMap((one) => one.replaced),
    restarts: all.flatMap((one) => one.restarts),
    notes: all.flatMap((one) => one.notes),
    last: distinct(all.flatMap((one) => one.last)),
    isCommon: all.some((one) => one.isCommon),
  };
}

/** Returns the steps, in order. */
export function stepsAfter({ roles, replaced, restarts, notes, last, isCommon }: Afterwards, pki: Pki): Fix {
  const restarted = restartSteps(new Set(restarts), new Set(roles), pki, new Set(replaced));
  // What restarts is listed, so that nothing has to be said about the rest.
  const following = new Set(last.map(stepLine));
  const isSaid = (step: FixStep) => (step.kind === 'note' && restarts.length > 0) || following.has(stepLine(step));
  const isOfSeveral = isCommon && restarted.length > 0 && pki.input.etcds > 1;
  const several = isOfSeveral ? [noteStep(pki.layout.remedies.several, pki.name)] : [];
  const said = notes.filter((step) => !isSaid(step)).map((step) => (step.kind === 'note' ? informing(step) : step));
  return [...several, ...restarted, ...said, ...last];
}

/** What is said of files that something reads again by itself asks for nothing. */
function informing({ class: _, ...step }: FixStep): FixStep {
  return { ...step, info: true };
}

/**
 * Returns what has to be done after the files of one role were replaced.
 *
 * @param isCopied whether it is a CA that another node renewed
 */
export function afterwards(
  row: Remedy | RemedyRow,
  kind: RemedyKind | null,
  id: string | undefined,
  pki: Pki,
  isCopied: boolean,
): Afterwards {
  if ('role' in row && pki.layout.remedies.owner !== undefined) {
    const own = row.last?.flatMap((one) => stepsOf(one, {}, stepTarget(pki)));
    return { ...nothingAfter, last: own ?? restartOfOwner(pki) };
  }
  const { step, restarts: own = [] } = reloadOf(pki, 'role' in row ? row.role : undefined) ?? {};
  const isRestart = step !== undefined && typeof step !== 'string' && 'restart' in step;
  const isExpired = kind === 'expired';
  const authority = pki.authorities.find((one) => one.id === id);
  // Of a CA that is put back, all that reads it only at start must restart; nothing else changes with it.
  const isPutBack = !isExpired && authority !== undefined;
  const restarts = isRestart ? [step.restart] : isExpired || isPutBack ? own : [];
  if (isExpired && authority !== undefined) {
    const embedding = pki.roles.filter((role) => embeds(role, authority.certificates));
    const all = [...restarts, ...embedding.flatMap((one) => reloadOf(pki, one.id)?.restarts ?? [])];
    return {
      roles: [authority.id],
      replaced: [authority.id],
      restarts: all,
      notes: [],
      last: [...copies(embedding, pki), ...(isCopied ? [] : lastSteps(authority.id, pki))],
      isCommon: true,
    };
  }
  return {
    roles: (isExpired || isPutBack) && id !== undefined ? [id] : [],
    replaced: id === undefined ? [] : [id],
    restarts,
    notes: restarts.length > 0 || step === undefined ? [] : stepsOf(step, {}, stepTarget(pki)),
    last: isExpired && id !== undefined ? lastSteps(id, pki) : [],
    isCommon: isExpired,
  };
}

/** Returns what has to be done after files were put in their place: only what reads one at its start has to restart. */
export function afterMove(files: readonly string[], pki: Pki): Afterwards {
  const reloads = files.flatMap((path) =>
    (pki.uses.get(path) ?? []).flatMap(({ role, slot }) => {
      const reload = role === null ? undefined : reloadOf(pki, role, slot?.row.holds === 'signer-key');
      return reload === undefined ? [] : [{ ...reload, slot }];
    }),
  );
  // What reads a file that no argument names is not known: it may be all that the row has.
  const restarts = reloads.flatMap(({ restarts = [], slot }) =>
    restarts.filter((name) => slot === undefined || slot.component.name === name),
  );
  const said = reloads.flatMap(({ restarts, step }) => (restarts ? [] : stepsOf(step, {}, stepTarget(pki))));
  // What reads one file in a minute may read another in five: the note for several files says what is true of all.
  const differ = new Set(said.flatMap(({ kind, text }) => (kind === 'note' ? text : []))).size > 1;
  const notes = differ
    ? [...said.filter(({ kind }) => kind === 'command'), noteStep(pki.layout.remedies.rereading, pki.name)]
    : said;
  const isNothing = restarts.length === 0 && notes.length === 0;
  const distinct = [...new Map(notes.map((step) => [stepLine(step), step])).values()];
  const replaced = files.flatMap((path) => (pki.uses.get(path) ?? []).flatMap(({ role }) => role ?? []));
  return {
    ...nothingAfter,
    replaced,
    restarts,
    notes: isNothing ? [noteStep('nothing needs a restart', pki.name)] : distinct,
  };
}

/** What has to be copied again after kubeconfigs have changed. */
function copies(changed: readonly Role[], pki: Pki): Fix {
  return changed
    .flatMap(({ id }) => reloadOf(pki, id)?.step ?? [])
    .flatMap((step) => (isCommand(step) ? stepsOf(step, {}, stepTarget(pki)) : []));
}

/**
 * Returns what comes last of all once the files of a role are replaced. For kubelet.conf, it comes to name the
 * credential that a rotating kubelet keeps in a file.
 *
 * @param user the user in the new kubeconfig, if that is known
 */
export function lastSteps(id: string, pki: Pki, user?: string): Fix {
  const row = remedyRowOf(id, pki);
  if (row?.last === undefined || pki.kind === 'unknown') return [];
  const role = pki.roles.find((one) => one.id === id);
  const kubelet = componentNamed(pki.node, 'kubelet');
  const isRotating = kubelet !== undefined && isOn(kubelet, 'rotate-certificates');
  if (role?.row.role === roleIds.kubelet && (!isRotating || credentialOfKubelet(role, pki) === 'valid')) return [];
  const name = pki.facts.nodeName?.value;
  // The kubeconfig is a new one by now: kubeadm calls its user by the name in the certificate.
  const own = user ?? (name === undefined ? undefined : `system:node:${name}`);
  const renamed = role?.row.role === roleIds.kubelet && own !== undefined ? { user: own } : {};
  const values = { ...fillings(role, pki), ...authorityValues(row, pki), ...renamed };
  return row.last.flatMap((one) => stepsOf(one, values, stepTarget(pki)));
}

function authorityValues(row: RemedyRow, { authorities }: Pki): Readonly<Record<string, string>> {
  const authority = authorities.find(({ id }) => id === row.role);
  return authority === undefined ? {} : { certificate: authority.source.path };
}

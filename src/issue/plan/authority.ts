/** What becomes of one CA: made, installed from where it is kept, made anew, or refused. */
import type { Authority } from '../../model/pki.ts';
import type { Action, Refusal } from '../types.ts';
import type { KeptCa } from './authorities.ts';
import { actionFor, on } from './draft.ts';
import type { Settings } from './settings.ts';
import { authoritySpec } from './specs.ts';

/** The role that the common root plays; no table has it. */
export const rootRole = 'root-ca';

export interface Root {
  /** undefined: it is there already. */
  readonly action: Action | undefined;
  readonly end: number;
  /** Why it cannot sign. */
  readonly problem: string | undefined;
}

export interface Whereabouts {
  /** What --ca-dir has of it. */
  readonly kept: KeptCa | undefined;
  /** Whether what it is for runs on other machines. */
  readonly isElsewhere: boolean;
  /** Whether the node is one of a cluster that has it. */
  readonly isWorker: boolean;
  /** Whether the node has other CAs already, and nobody has named this one. */
  readonly isForgotten: boolean;
}

export const refusal = (role: string, message: string, hint: string): Refusal => ({ role, message, hint });

/** The action for a CA, why there can be none, or undefined where nothing is to be done. */
export function draftFor(
  authority: Authority,
  whereabouts: Whereabouts,
  settings: Settings,
  root: Root | undefined,
): Action | Refusal | undefined {
  const { id, source } = authority;
  const replaced = settings.replace.has(id);
  if (source.seen === 'unseen') return refusal(id, `${source.path} was not seen`, 'run it where all files can be read');
  if (source.seen !== 'absent' && !replaced) return undefined;
  const reason = refusedBecause(authority, whereabouts, settings, root);
  if (reason) return reason;
  return whereabouts.kept ? install(authority, whereabouts.kept, replaced) : make(authority, replaced, settings, root);
}

function refusedBecause(
  authority: Authority,
  { kept, isElsewhere, isWorker, isForgotten }: Whereabouts,
  settings: Settings,
  root: Root | undefined,
): Refusal | undefined {
  const { id, source, key, leaves } = authority;
  const replaced = settings.replace.has(id);
  if (replaced && source.seen !== 'absent' && !settings.confirmed) {
    return refusal(id, `to replace ${id} kills everything that it signed`, 'confirm it with --yes');
  }
  if (kept && replaced && key.seen !== 'absent') {
    return refusal(id, `${key.path} belongs to the certificate that is to be replaced`, 'move it off the node first');
  }
  if (kept) return undefined;
  if (isWorker) return refusal(id, `a worker takes ${id} from its cluster`, '--ca-dir DIR names where it is kept');
  if (isElsewhere) {
    const message = replaced
      ? `etcd runs elsewhere, and would know nothing of a new ${id}`
      : `etcd runs elsewhere, and the certificate of ${id} is not here`;
    return refusal(id, message, 'copy it from there; or --ca-dir DIR names where it is kept with its key');
  }
  if (key.seen !== 'absent' && !replaced) {
    const message = `the private key of ${id} is there and its certificate is not`;
    return refusal(id, message, 'put back its certificate from another control-plane node or a backup');
  }
  if (leaves.length > 0 && !replaced) {
    const message = `the certificate of ${id} is missing, and a new CA would not verify what the old one signed`;
    return refusal(id, message, `put it back; or, to start anew: --replace ${id} --yes`);
  }
  if (isForgotten && !replaced) {
    const message = `other CAs of a cluster are here, and its other nodes would know nothing of a new ${id}`;
    return refusal(id, message, `copy it from another control-plane node; if there is none: --only ${id} makes it`);
  }
  return root?.problem === undefined ? undefined : refusal(id, root.problem, 'put root-ca.key there');
}

/** Its key stays where it is kept. */
function install(authority: Authority, kept: KeptCa, replaced: boolean): Action {
  const { id, source, recommended } = authority;
  const there = source.seen === 'present';
  return actionFor({
    kind: 'install',
    role: id,
    why: replaced ? [`--replace ${id}`] : [`authority/present: the certificate of ${id} is missing`],
    target: on(source.path || recommended),
    replaces: there ? [source.path] : [],
    notes: [
      'copied from the folder of --ca-dir; its key stays there',
      ...kept.notes,
      ...(replaced ? deaths(authority) : []),
    ],
  });
}

function make(authority: Authority, replaced: boolean, settings: Settings, root: Root | undefined): Action | undefined {
  const { id, source, key, recommended } = authority;
  const keeps = replaced && settings.keepKey && key.seen === 'present';
  const wanted = authoritySpec(authority, settings, root?.end);
  if (!wanted.known) return undefined;
  const old = keeps ? [source] : [source, key];
  return actionFor({
    kind: replaced && source.seen === 'present' ? 're-issue' : 'create-ca',
    role: id,
    why: replaced ? [`--replace ${id}`] : [`authority/present: the certificate of ${id} is missing`],
    target: on(source.path || recommended),
    keyTarget: on(key.path),
    certificate: wanted.spec,
    issuer: root === undefined ? 'self' : { role: rootRole },
    algorithm: keeps ? 'kept' : settings.algorithm,
    replaces: replaced ? old.filter(({ seen }) => seen === 'present').map(({ path }) => path) : [],
    notes: [...wanted.notes, ...(replaced ? deaths(authority) : [])],
  });
}

/** What a CA takes with it. */
function deaths({ id, issued }: Authority): readonly string[] {
  if (issued.length === 0) return [];
  return [
    `with it dies what it signed, and is issued anew here: ${issued.map((role) => role.id).join(', ')}`,
    `every other node and kubeconfig that trusts ${id} needs the new certificate too`,
  ];
}

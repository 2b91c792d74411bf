/** Which CAs a plan makes, and whether a leaf can be signed. */
import type { Authority, Pki, Role } from '../../model/pki.ts';
import type { Action, IssuerRef, Refusal, Target } from '../types.ts';
import { actionFor, type Draft, on } from './draft.ts';
import type { Settings } from './settings.ts';
import { authoritySpec, rootSpec } from './specs.ts';

/** The role that the common root plays; no table has it. */
export const rootRole = 'root-ca';

/** What signs on this node: what is there, and what the plan makes. */
export interface Signers {
  /** The end of the certificate that will sign, in milliseconds; undefined: nothing can sign. */
  endOf(authority: string): number | undefined;
  readonly created: ReadonlySet<string>;
}

/** A CA's certificate and key outside of the node (`--ca-dir`). */
export interface KeptCa {
  readonly notAfter: number;
  readonly hasKey: boolean;
}

export interface AuthorityPlan {
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
  readonly signers: Signers;
}

/** Plans the CAs: those that are missing, and those whose replacement was spelled out and confirmed. */
export function planAuthorities(
  pki: Pki,
  wanted: readonly Authority[],
  kept: ReadonlyMap<string, KeptCa>,
  settings: Settings,
): AuthorityPlan {
  const actions: Action[] = [];
  const refusals: Refusal[] = [];
  const ends = new Map<string, number>();
  const created = new Set<string>();
  for (const authority of pki.authorities) {
    const { notAfter } = (authority.loaded?.ok ? authority.loaded.value[0] : undefined) ?? {};
    const off = kept.get(authority.id);
    if (off?.hasKey) ends.set(authority.id, off.notAfter);
    else if (notAfter !== undefined && authority.key.seen === 'present') ends.set(authority.id, notAfter);
  }
  const root = settings.rootDir === undefined ? undefined : rootAction(settings, settings.rootDir, kept);
  for (const authority of wanted) {
    const draft = draftFor(authority, kept.get(authority.id), settings, root?.end);
    if (draft === undefined) continue;
    if ('message' in draft) {
      refusals.push(draft);
      continue;
    }
    actions.push(draft);
    if (draft.certificate === null) continue;
    ends.set(authority.id, draft.certificate.notAfter);
    created.add(authority.id);
  }
  const needsRoot = root?.action && actions.some(({ issuer }) => issuer !== null && issuer !== 'self');
  return {
    actions: needsRoot && root?.action ? [root.action, ...actions] : actions,
    refusals,
    signers: { endOf: (authority) => ends.get(authority), created },
  };
}

function draftFor(
  authority: Authority,
  kept: KeptCa | undefined,
  settings: Settings,
  rootEnd: number | undefined,
): Action | Refusal | undefined {
  const { id, source, key, recommended } = authority;
  const replaced = settings.replace.has(id);
  if (source.seen === 'unseen') return refusal(id, `${source.path} was not seen`, 'run it where all files can be read');
  if (source.seen !== 'absent' && !replaced) return undefined;
  const target = on(source.path === '' ? recommended : source.path);
  if (kept && !replaced) {
    const why = [`authority/present: the certificate of ${id} is missing`];
    return actionFor({
      kind: 'install',
      role: id,
      why,
      target,
      notes: ['copied from the folder of --ca-dir; its key stays there'],
    });
  }
  if (key.seen !== 'absent' && !replaced) {
    const message = `the private key of ${id} is there and its certificate is not`;
    return refusal(id, message, 'put back its certificate from another control-plane node or a backup');
  }
  if (authority.leaves.length > 0 && !replaced) {
    const message = `the certificate of ${id} is missing, and a new CA would not verify what the old one signed`;
    return refusal(id, message, `put it back; or, to start anew: --replace ${id} --yes`);
  }
  if (replaced && source.seen !== 'absent' && !settings.confirmed) {
    return refusal(id, `to replace ${id} kills everything that it signed`, 'confirm it with --yes');
  }
  const issuer: IssuerRef = rootEnd === undefined ? 'self' : { role: rootRole };
  const wanted = authoritySpec(authority, settings, rootEnd);
  if (!wanted.known) return undefined;
  const draft: Draft = {
    kind: replaced && source.seen === 'present' ? 're-issue' : 'create-ca',
    role: id,
    why: replaced ? [`--replace ${id}`] : [`authority/present: the certificate of ${id} is missing`],
    target,
    keyTarget: on(key.path),
    certificate: wanted.spec,
    issuer,
    algorithm: settings.algorithm,
    replaces: replaced ? [source, key].filter(({ seen }) => seen === 'present').map(({ path }) => path) : [],
    notes: [...wanted.notes, ...deaths(authority, replaced)],
  };
  return actionFor(draft);
}

/** What a CA takes with it. */
function deaths({ id, issued }: Authority, replaced: boolean): readonly string[] {
  if (!replaced || issued.length === 0) return [];
  return [
    `with it dies what it signed, and is issued anew here: ${issued.map((role) => role.id).join(', ')}`,
    `every other node and kubeconfig that trusts ${id} needs the new certificate too`,
  ];
}

const refusal = (role: string, message: string, hint: string): Refusal => ({ role, message, hint });

/** The root is made once, and used again where its folder has it already. */
function rootAction(settings: Settings, folder: string, kept: ReadonlyMap<string, KeptCa>) {
  const there = kept.get(rootRole);
  if (there) return { action: undefined, end: there.notAfter };
  const spec = rootSpec(settings);
  const machine = (name: string): Target => ({ on: 'machine', path: `${folder}/${name}` });
  const action = actionFor({
    kind: 'create-ca',
    role: rootRole,
    why: ['--root-ca: one root above the three CAs'],
    target: machine('root-ca.crt'),
    keyTarget: machine('root-ca.key'),
    certificate: spec,
    issuer: 'self',
    algorithm: settings.algorithm,
    notes: ['keep it off the node: no trust file of the cluster may hold it'],
  });
  return { action, end: spec.notAfter };
}

/** Why nothing can sign a role here; undefined where something can. */
export function unsigned(role: Role, signers: Signers): Refusal | undefined {
  if (signers.endOf(role.parent.id) !== undefined) return undefined;
  const message = `${role.id} needs the private key of ${role.parent.id}, which is not on this node`;
  return refusal(role.id, message, '--ca-dir DIR names where it is kept; --csr DIR makes a request for it');
}

/** Which CAs sign: those that are there, and those that a plan makes. */

import type { NodeKind } from '../../core/report.ts';
import { signingCertificate } from '../../model/issuing.ts';
import type { Authority, Pki, Role } from '../../model/pki.ts';
import { maySign } from '../../x509/signature.ts';
import { problemOfKey } from '../certify/usable-key.ts';
import type { Action, Refusal, Target } from '../types.ts';
import { draftFor, type Root, refusal, rootRole, type Whereabouts } from './authority.ts';
import { actionFor } from './draft.ts';
import type { Settings } from './settings.ts';
import { rootSpec } from './specs.ts';

/** What signs on this node: what is there, and what the plan makes. */
export interface Signers {
  /** The end of the certificate that will sign, in milliseconds; undefined: nothing can sign. */
  endOf(authority: string): number | undefined;
  /** Why nothing can, where that is another reason than that the key is elsewhere. */
  problemOf(authority: string): string | undefined;
  readonly created: ReadonlySet<string>;
}

/** A CA's certificate and key outside of the node (`--ca-dir`). */
export interface KeptCa {
  readonly notBefore: number;
  readonly notAfter: number;
  readonly hasKey: boolean;
  /** Why it cannot sign, although its key is there. */
  readonly problem: string | undefined;
  /** Of its public key. */
  readonly keyId: string;
  /** What a reader should know of the file. */
  readonly notes: readonly string[];
}

export interface AuthorityPlan {
  readonly actions: readonly Action[];
  readonly refusals: readonly Refusal[];
  readonly signers: Signers;
}

type Signer = { readonly end: number } | { readonly problem: string };

/** Plans the CAs: those that are missing, and those whose replacement was spelled out and confirmed. */
export function planAuthorities(
  pki: Pki,
  wanted: readonly Authority[],
  kept: ReadonlyMap<string, KeptCa>,
  settings: Settings,
): AuthorityPlan {
  const actions: Action[] = [];
  const refusals: Refusal[] = [];
  const created = new Set<string>();
  const signers = new Map(
    pki.authorities.map((authority) => [authority.id, signerNow(authority, kept.get(authority.id), settings)]),
  );
  const isOfOthers = ({ row }: Authority) => row.topology === 'etcd' && pki.facts.etcd?.value === 'external';
  const hasOthers = pki.authorities.some((one) => one.source.seen === 'present' && !isOfOthers(one));
  const whereabouts = (authority: Authority, off: KeptCa | undefined): Whereabouts => {
    const isForgotten = hasOthers && !settings.only.has(authority.id);
    return {
      kept: off,
      isElsewhere: isOfOthers(authority),
      isWorker: pki.kind === 'worker',
      isForgotten,
    };
  };
  const root = settings.rootDir === undefined ? undefined : rootAction(settings, settings.rootDir, kept);
  for (const authority of wanted) {
    const off = kept.get(authority.id);
    const draft = draftFor(authority, whereabouts(authority, off), settings, root);
    if (draft === undefined) continue;
    if ('message' in draft) {
      refusals.push(draft);
      if (authority.source.seen === 'absent') signers.set(authority.id, { problem: draft.message });
      continue;
    }
    actions.push(draft);
    if (draft.certificate !== null) signers.set(authority.id, { end: Date.parse(draft.certificate.notAfter) });
    else if (off !== undefined) signers.set(authority.id, signerOf(off, settings));
    if (draft.certificate !== null || draft.replaces.length > 0) created.add(authority.id);
  }
  const needsRoot = actions.some(({ issuer }) => issuer !== null && issuer !== 'self');
  return {
    actions: needsRoot && root?.action ? [root.action, ...actions] : actions,
    refusals,
    signers: {
      endOf: (authority) => (signers.get(authority) as { end?: number } | undefined)?.end,
      problemOf: (authority) => (signers.get(authority) as { problem?: string } | undefined)?.problem,
      created,
    },
  };
}

/** What signs as long as the plan makes no other: the one of `--ca-dir`, else that of the node. */
function signerNow(authority: Authority, kept: KeptCa | undefined, settings: Settings): Signer | undefined {
  const { id, loaded, key } = authority;
  const trusted = loaded?.ok ? loaded.value : [];
  if (kept !== undefined) {
    if (trusted.length === 0 || trusted.some(({ publicKey }) => publicKey.id === kept.keyId))
      return signerOf(kept, settings);
    return { problem: `--ca-dir holds another ${id} than this node trusts` };
  }
  if (trusted.length === 0) return undefined;
  if (key.seen === 'unseen') return { problem: `${key.path} was not seen: ${key.reason}` };
  if (key.seen !== 'present') return undefined;
  const unusable = key.pem && problemOfKey(key.pem, key.path);
  if (unusable) return { problem: unusable };
  const own = signingCertificate(authority, settings.now);
  if (own === undefined) return { problem: `${key.path} is not the key of ${authority.source.path}` };
  const problem = maySign(own) ? undefined : `${authority.source.path} is not for signing certificates`;
  return signerOf({ ...own, hasKey: true, problem }, settings);
}

type Signing = Pick<KeptCa, 'notBefore' | 'notAfter' | 'hasKey' | 'problem'>;

function signerOf({ notBefore, notAfter, hasKey, problem }: Signing, { now }: Settings): Signer | undefined {
  if (!hasKey) return undefined;
  if (problem !== undefined) return { problem };
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  if (notBefore > now) return { problem: `the CA begins on ${day(notBefore)} only` };
  return notAfter > now ? { end: notAfter } : { problem: `the CA ended on ${day(notAfter)}` };
}

/** The root is made once, and used again where its folder has it already. */
function rootAction(settings: Settings, folder: string, kept: ReadonlyMap<string, KeptCa>): Root {
  const there = kept.get(rootRole);
  if (there) {
    const problem = there.hasKey ? there.problem : `${folder} has the certificate of the root and not its key`;
    return { action: undefined, end: there.notAfter, problem };
  }
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
  return { action, end: Date.parse(spec.notAfter), problem: undefined };
}

/** Why nothing can sign a role here; undefined where something can. */
export function unsigned(role: Role, kind: NodeKind, signers: Signers): Refusal | undefined {
  const { id: parent, source } = role.parent;
  if (signers.endOf(parent) !== undefined) return undefined;
  const problem = signers.problemOf(parent);
  if (problem !== undefined) return refusal(role.id, `cannot be signed: ${problem}`, `mend ${parent} first`);
  if (source.seen === 'absent') {
    const makes = kind === 'worker' ? '' : `; in a new cluster --only ${parent},${role.id} makes it`;
    return refusal(role.id, `${parent}, which signs it, is missing`, `--ca-dir DIR names where it is kept${makes}`);
  }
  const message = `the private key of ${parent}, which signs it, is not on this node`;
  return refusal(role.id, message, '--ca-dir DIR names where it is kept; --csr DIR makes a request for it');
}

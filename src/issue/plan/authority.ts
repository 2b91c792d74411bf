/** Plans one CA: it is created, installed from where it is kept, reissued, or refused. */

import type { Certificate } from '../../artifact/certificate.ts';
import { inFolder } from '../../artifact/paths.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import type { Authority } from '../../model/roles/role.ts';
import { signingCertificate } from '../../model/trust/signing.ts';
import type { CreateCa, Install, ReIssue } from '../../results/issue/action.ts';
import type { Refusal, Target } from '../../results/issue/plan.ts';
import { actionDefaults, notSeen, onNode, refusal, swapProblem, targetProblem } from './action.ts';
import { authorityTemplate, rootSpec, specOf } from './certificate-spec.ts';
import { consequences } from './consequences.ts';
import { newKeyOf, specForKey } from './ml-dsa.ts';
import { type Import, isConfirmed, type OffNodeCa, type PlanContext, type Settings } from './settings.ts';
import { signerFrom } from './signers.ts';

/** An action, and what prevents it; neither if there is nothing to do. */
interface AuthorityDraft {
  readonly action?: CreateCa | ReIssue | Install;
  readonly refusal?: Refusal | undefined;
  /** Whether its key or its name changes: certificates of the old CA become invalid. */
  readonly isAnother: boolean;
}

const refused = (refusal: Refusal): AuthorityDraft => ({ refusal, isAnother: false });

/** Plans a CA of the tables. */
export function planAuthority(authority: Authority, context: PlanContext, root: Root | undefined): AuthorityDraft {
  const { id, source } = authority;
  const replaced = context.settings.replace.has(id);
  if (source.seen === 'unseen') return refused(notSeen(id, source));
  if (source.seen !== 'absent' && !replaced) return { isAnother: false };
  const { signer: leaf, notes = [] } = context.offNode.get(id) ?? {};
  if (leaf) {
    const given = { leaf, notes: ['copied from the directory of --ca-dir; its key stays there', ...notes] };
    return installFor(authority, given, [reason(authority, replaced)], context);
  }
  const problem = refusalFor(authority, context, root);
  return problem ? refused(problem) : issueAuthority(authority, context, root);
}

const reason = ({ id }: Authority, replaced: boolean) =>
  replaced ? `--replace ${id}` : `authority/present: the certificate of ${id} is missing`;

/** Why a CA can neither be created nor reissued. */
function refusalFor(authority: Authority, context: PlanContext, root: Root | undefined): Refusal | undefined {
  const { pki, settings } = context;
  const { id, row, source, key, leaves, recommended } = authority;
  const replaced = settings.replace.has(id);
  if (pki.kind !== 'control-plane' && !(pki.kind === 'etcd' && row.topology === 'etcd')) {
    const what = pki.kind === 'unknown' ? 'this node' : `a node of kind ${pki.kind}`;
    return refusal(id, `${what} gets ${id} from its cluster`, '--ca-dir DIR names where it is kept');
  }
  if (signsAt(authority, pki) === 'elsewhere') {
    const message = replaced
      ? `etcd runs elsewhere, and would not trust a new ${id}`
      : `etcd runs elsewhere, and the certificate of ${id} is missing`;
    return refusal(id, message, 'copy it from there; or --ca-dir DIR names where it is kept with its key');
  }
  if (key.seen !== 'absent' && !replaced) {
    const message = `the private key of ${id} exists, but its certificate is missing`;
    return refusal(id, message, 'restore its certificate from another control-plane node or a backup');
  }
  if (leaves.length > 0 && !replaced) {
    const message = `the certificate of ${id} is missing, and a new CA would not verify what the old one signed`;
    const isAsked = settings.only.has(id) && settings.confirmed;
    return refusal(id, message, isAsked ? `--replace ${id} reissues that too` : putBack);
  }
  const sign = source.seen === 'absent' ? foreignTo(authority, context) : undefined;
  if (sign !== undefined) {
    const message = `this node belongs to a cluster, as ${sign} shows, and nothing there would trust a new ${id}`;
    const isNamed = settings.only.has(id) || replaced;
    return refusal(id, message, isNamed ? `${putBack}; if it is lost everywhere: --yes` : putBack);
  }
  const problem = swapProblem(id, [source.path, key.path], pki) ?? keyProblem(authority, settings);
  if (problem) return problem;
  if (root?.problem !== undefined) return refusal(id, root.problem, 'fix the root CA first');
  return targetProblem(id, [source.path, key.path], recommended, pki);
}

const putBack = 'restore it from another control-plane node or a backup; or --ca-dir DIR names where it is kept';

/**
 * What shows that a new CA would be foreign; undefined if nothing does, or if the user has named and confirmed it. A
 * pair for tokens without a CA is a copy, or waits for certificates of another CA.
 */
function foreignTo({ id }: Authority, { pki, settings, offNode, cluster }: PlanContext): string | undefined {
  if (isConfirmed(id, settings)) return undefined;
  const isKept = pki.authorities.some((one) => offNode.has(one.id) && signsAt(one, pki) !== 'elsewhere');
  const pairs = pki.layout.keyPairs.flatMap((pair) => [pair.private, pair.public]);
  const paths = pairs.map((name) => inFolder(pki.node.pki, name));
  return cluster ?? (isKept ? '--ca-dir' : paths.find((path) => pki.node.files.get(path)?.state === 'file'));
}

/** Why its key cannot be kept, or a new one cannot be written. */
function keyProblem(authority: Authority, settings: Settings): Refusal | undefined {
  const { id, source, key, recommended } = authority;
  const isMoved = source.seen === 'present' && source.path !== recommended;
  if (isMoved && key.seen !== 'present') {
    const message = `${source.path} is the certificate of ${id}, but no flag says where its key belongs`;
    return refusal(id, message, '--ca-dir DIR names where certificate and key are kept');
  }
  if (!settings.keepKey || !settings.replace.has(id) || key.seen !== 'present') return undefined;
  const isOwn = signingCertificate(authority, settings.now) !== undefined;
  return isOwn ? undefined : refusal(id, `${key.path} is not the key of ${source.path}`, 'leave out --keep-key');
}

/** Installs a certificate from elsewhere, without its key. It may replace an existing one. */
export function installFor(
  authority: Authority,
  { leaf, notes }: Pick<Import, 'leaf' | 'notes'>,
  why: readonly string[],
  { pki, settings }: Pick<PlanContext, 'pki' | 'settings'>,
): AuthorityDraft {
  const { id, source, key, recommended, loaded } = authority;
  const isThere = source.seen === 'present';
  const isAnother = !(loaded?.ok && loaded.value.some(({ publicKey }) => publicKey.id === leaf.publicKey.id));
  const own = signingCertificate(authority, settings.now)?.publicKey.id;
  if (isThere && isAnother && key.seen !== 'absent' && own !== leaf.publicKey.id) {
    const message = `${key.path} belongs to the certificate that is to be replaced`;
    return refused(refusal(id, message, 'move it off the node first'));
  }
  const problem = targetProblem(id, [source.path], recommended, pki);
  if (problem) return refused(problem);
  const action: Install = {
    ...actionDefaults('install', id, pki),
    why,
    target: onNode(source.path || recommended),
    certificate: specOf(leaf),
    replaces: isThere ? [source.path] : [],
    notes: [...notes, ...(isThere ? consequences(authority, isAnother, leaf, pki) : [])],
  };
  return { action, isAnother: isAnother && isThere, refusal: unconfirmed(authority, isAnother, settings) };
}

/** The plan contains the action all the same, so that the user who is to confirm it sees the consequences. */
function unconfirmed({ id, source }: Authority, isAnother: boolean, { confirmed }: Settings): Refusal | undefined {
  if (source.seen === 'absent' || confirmed) return undefined;
  const what = isAnother ? 'invalidates everything that it signed' : 'changes what every component trusts';
  return refusal(id, `replacing ${id} ${what}`, 'confirm it with --yes');
}

function issueAuthority(authority: Authority, context: PlanContext, root: Root | undefined): AuthorityDraft {
  const { pki, settings } = context;
  const { id, source, key, recommended } = authority;
  const replaced = settings.replace.has(id);
  const keeps = replaced && settings.keepKey && key.seen === 'present';
  const signer = signingCertificate(authority, settings.now);
  const made = keeps ? undefined : newKeyOf(id, authority, context);
  if (made?.refusal) return refused(made.refusal);
  const { spec, notes } = authorityTemplate(authority, settings, root?.end, keeps ? signer : undefined);
  // Path validation uses only the name and the key of a CA (RFC 5280 section 6.1), and both stay.
  const isAnother = !keeps;
  const old = keeps ? [source] : [source, key];
  const action: CreateCa | ReIssue = {
    ...actionDefaults(replaced && source.seen === 'present' ? 're-issue' : 'create-ca', id, pki),
    why: [reason(authority, replaced)],
    target: onNode(source.path || recommended),
    keyTarget: onNode(key.path),
    certificate: specForKey(spec, made?.algorithm ?? signer?.publicKey.type ?? ''),
    issuer: root === undefined ? 'self' : { role: rootRole },
    algorithm: made?.algorithm ?? 'kept',
    replaces: replaced ? old.filter(({ seen }) => seen === 'present').map(({ path }) => path) : [],
    notes: [
      ...notes,
      ...(made?.notes ?? []),
      ...(root === undefined && signer ? rootNotes(signer) : []),
      ...(replaced ? consequences(authority, isAnother, undefined, pki) : []),
    ],
  };
  return { action, isAnother, refusal: unconfirmed(authority, isAnother, settings) };
}

function rootNotes({ subject, issuer }: Certificate): readonly string[] {
  if (subject.der === issuer.der) return [];
  return [
    `the old certificate was signed by ${issuer.text}, the new one is self-signed: --root-ca --root-dir DIR keeps a root`,
  ];
}

/** The role of the common root; it is not in the tables. */
export const rootRole = 'root-ca';

export interface Root {
  /** undefined: the root exists already. */
  readonly action: CreateCa | undefined;
  /** Milliseconds. */
  readonly end: number;
  /** Why it cannot sign. */
  readonly problem: string | undefined;
}

/** The root that signs the CAs of a plan with `--root-ca`. */
export function planRoot(settings: Settings, offNode: OffNodeCa | undefined): Root | undefined {
  const { rootDir: folder, now, algorithm } = settings;
  if (folder === undefined) return undefined;
  if (offNode !== undefined) {
    const missing = offNode.hasKey ? undefined : `${folder} has the certificate of the root, but not its key`;
    const signer = signerFrom(offNode.signer, offNode.problem ?? missing, now) ?? {
      problem: `${folder} has no root-ca.crt`,
    };
    return { action: undefined, end: 0, problem: undefined, ...signer };
  }
  const spec = specForKey(rootSpec(settings), algorithm);
  const machine = (name: string): Target => ({ on: 'machine', path: `${folder}/${name}` });
  const action: CreateCa = {
    ...actionDefaults('create-ca', rootRole),
    why: ['--root-ca: one root above the three CAs'],
    target: machine('root-ca.crt'),
    keyTarget: machine('root-ca.key'),
    certificate: spec,
    issuer: 'self',
    algorithm,
    notes: [
      'keep it off the node: no trust file of the cluster may contain it',
      'Go and curl accept an intermediate as a trust anchor; clients that need a root (OpenSSL without -partial_chain, Python before 3.13) do not',
    ],
  };
  return { action, end: Date.parse(spec.notAfter), problem: undefined };
}

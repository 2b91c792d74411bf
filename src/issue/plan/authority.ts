/** What becomes of one CA: made, installed from where it is kept, made anew, or refused. */

import type { CreateCa, Install, ReIssue } from '../../core/action.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Refusal, Target } from '../../core/plan.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { signingCertificate } from '../../model/roles/signing.ts';
import { hex } from '../../x509/der.ts';
import { nameDer } from '../certify/peculiar.ts';
import { actionDefaults, onNode, refusal, targetProblem } from './action.ts';
import { authoritySpec, rootSpec, specOf } from './certificate-spec.ts';
import { consequences } from './consequences.ts';
import type { Settings } from './settings.ts';
import { type OffNodeCa, signerFrom } from './signers.ts';

/** A CA's certificate from elsewhere. */
export interface Foreign {
  readonly signer: Certificate;
  readonly notes: readonly string[];
}

export interface AuthorityContext {
  readonly pki: Pki;
  readonly settings: Settings;
  /** What --ca-dir has of it. */
  readonly kept: Foreign | undefined;
  /** Whether what it is for runs on other machines. */
  readonly isElsewhere: boolean;
  /** Whether the node belongs to a cluster already, and nobody has named this one. */
  readonly isInCluster: boolean;
}

/** An action, and what keeps it from being done; neither where nothing is to be done. */
export interface AuthorityDraft {
  readonly action?: CreateCa | ReIssue | Install | undefined;
  readonly refusal?: Refusal | undefined;
  /** Whether its key or its name is another than before: what the old one signed dies. */
  readonly isAnother: boolean;
}

/** What becomes of a CA of the tables. */
export function planAuthority(authority: Authority, where: AuthorityContext, root: Root | undefined): AuthorityDraft {
  const { id, source } = authority;
  const replaced = where.settings.replace.has(id);
  const refused = (one: Refusal) => ({ refusal: one, isAnother: false });
  if (source.seen === 'unseen') {
    return refused(refusal(id, `${source.path} was not seen: ${source.reason}`, 'run it where all files can be read'));
  }
  if (source.seen !== 'absent' && !replaced) return { isAnother: false };
  if (where.kept) {
    return installFor(authority, where.kept, [reason(authority, replaced)], where, [
      'copied from the folder of --ca-dir; its key stays there',
    ]);
  }
  const reasonNot = refusedBecause(authority, where, root);
  return reasonNot ? refused(reasonNot) : make(authority, where, root);
}

const reason = ({ id }: Authority, replaced: boolean) =>
  replaced ? `--replace ${id}` : `authority/present: the certificate of ${id} is missing`;

/** Why it can neither be made nor made anew. */
function refusedBecause(
  authority: Authority,
  { pki, settings, isElsewhere, isInCluster }: AuthorityContext,
  root: Root | undefined,
): Refusal | undefined {
  const { id, row, source, key, leaves, recommended } = authority;
  const replaced = settings.replace.has(id);
  if (pki.kind !== 'control-plane' && !(pki.kind === 'etcd' && row.topology === 'etcd')) {
    const what = pki.kind === 'unknown' ? 'this node' : `a node of kind ${pki.kind}`;
    return refusal(id, `${what} takes ${id} from its cluster`, '--ca-dir DIR names where it is kept');
  }
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
  if (isInCluster && !replaced) {
    const message = `the other nodes of this cluster would know nothing of a new ${id}`;
    return refusal(id, message, `copy it from another control-plane node; if there is none: --only ${id} makes it`);
  }
  const keyPath = keyProblem(authority, settings);
  if (keyPath) return keyPath;
  if (root?.problem !== undefined) return refusal(id, root.problem, 'see to the root first');
  return targetProblem(id, [source.path, key.path], recommended, pki);
}

/** Why its key cannot be kept, or a new one put where it belongs. */
function keyProblem(authority: Authority, settings: Settings): Refusal | undefined {
  const { id, source, key, recommended } = authority;
  const isMoved = source.seen === 'present' && source.path !== recommended;
  if (isMoved && key.seen !== 'present') {
    const message = `${source.path} is the certificate of ${id}, and where its key belongs no argument tells`;
    return refusal(id, message, '--ca-dir DIR names where certificate and key are kept');
  }
  if (!settings.keepKey || !settings.replace.has(id) || key.seen !== 'present') return undefined;
  const isOwn = signingCertificate(authority, settings.now) !== undefined;
  return isOwn ? undefined : refusal(id, `${key.path} is not the key of ${source.path}`, 'leave out --keep-key');
}

/** Puts a certificate from elsewhere in the place of the one that is there, or of none. Its key is not brought. */
export function installFor(
  authority: Authority,
  { signer, notes }: Foreign,
  why: readonly string[],
  { pki, settings }: Pick<AuthorityContext, 'pki' | 'settings'>,
  whence: readonly string[] = [],
): AuthorityDraft {
  const { id, source, key, recommended, loaded } = authority;
  const isThere = source.seen === 'present';
  const isAnother = !(loaded?.ok && loaded.value.some(({ publicKey }) => publicKey.id === signer.publicKey.id));
  const own = signingCertificate(authority, settings.now)?.publicKey.id;
  if (isThere && isAnother && key.seen !== 'absent' && own !== signer.publicKey.id) {
    const message = `${key.path} belongs to the certificate that is to be replaced`;
    return { refusal: refusal(id, message, 'move it off the node first'), isAnother: false };
  }
  const way = targetProblem(id, [source.path], recommended, pki);
  if (way) return { refusal: way, isAnother: false };
  const action: Install = {
    ...actionDefaults(id, pki.layout.remedies, pki.kind),
    kind: 'install',
    role: id,
    why,
    target: onNode(source.path || recommended),
    certificate: specOf(signer),
    replaces: isThere ? [source.path] : [],
    notes: [...whence, ...notes, ...(isThere ? consequences(authority, isAnother, signer, pki) : [])],
  };
  return { action, isAnother: isAnother && isThere, refusal: unconfirmed(authority, isAnother, settings) };
}

/** Made all the same in the plan, so that whoever is to confirm it sees what it takes. */
function unconfirmed({ id, source }: Authority, isAnother: boolean, { confirmed }: Settings): Refusal | undefined {
  if (source.seen === 'absent' || confirmed) return undefined;
  const what = isAnother ? 'kills everything that it signed' : 'changes what everybody trusts';
  return refusal(id, `to replace ${id} ${what}`, 'confirm it with --yes');
}

function make(authority: Authority, { pki, settings }: AuthorityContext, root: Root | undefined): AuthorityDraft {
  const { id, source, key, recommended } = authority;
  const replaced = settings.replace.has(id);
  const keeps = replaced && settings.keepKey && key.seen === 'present';
  const wanted = authoritySpec(authority, settings, root?.end);
  if (!wanted.known) throw new Error(`${id} needs no facts`);
  const signer = signingCertificate(authority, settings.now);
  // Who verifies what it signed looks for a name and a key, and for nothing else of it (RFC 5280 section 6.1).
  const isAnother = !(keeps && signer?.subject.der === hex(nameDer(wanted.spec)));
  const old = keeps ? [source] : [source, key];
  const action: CreateCa | ReIssue = {
    ...actionDefaults(id, pki.layout.remedies),
    kind: replaced && source.seen === 'present' ? 're-issue' : 'create-ca',
    role: id,
    why: [reason(authority, replaced)],
    target: onNode(source.path || recommended),
    keyTarget: onNode(key.path),
    certificate: wanted.spec,
    issuer: root === undefined ? 'self' : { role: rootRole },
    algorithm: keeps ? 'kept' : settings.algorithm,
    replaces: replaced ? old.filter(({ seen }) => seen === 'present').map(({ path }) => path) : [],
    notes: [
      ...wanted.notes,
      ...(root === undefined && signer ? rootNotes(signer) : []),
      ...(replaced ? consequences(authority, isAnother, undefined, pki) : []),
    ],
  };
  return { action, isAnother, refusal: unconfirmed(authority, isAnother, settings) };
}

function rootNotes({ subject, issuer }: Certificate): readonly string[] {
  if (subject.der === issuer.der) return [];
  return [
    `the one before was signed by ${issuer.text}, and this one signs itself: --root-ca --root-dir DIR keeps a root`,
  ];
}

/** The role that the common root plays; no table has it. */
export const rootRole = 'root-ca';

export interface Root {
  /** undefined: it is there already. */
  readonly action: CreateCa | undefined;
  /** Milliseconds. */
  readonly end: number;
  /** Why it cannot sign. */
  readonly problem: string | undefined;
}

/** What signs the CAs of a plan where `--root-ca` asks for it. */
export function planRoot(settings: Settings, kept: OffNodeCa | undefined): Root | undefined {
  const { rootDir: folder, now, algorithm } = settings;
  if (folder === undefined) return undefined;
  if (kept !== undefined) {
    const missing = kept.hasKey ? undefined : `${folder} has the certificate of the root and not its key`;
    const signer = signerFrom(kept.signer, kept.problem ?? missing, now) ?? { problem: `${folder} has no root-ca.crt` };
    return { action: undefined, end: 0, problem: undefined, ...signer };
  }
  const spec = rootSpec(settings);
  const machine = (name: string): Target => ({ on: 'machine', path: `${folder}/${name}` });
  const action: CreateCa = {
    ...actionDefaults(rootRole),
    kind: 'create-ca',
    role: rootRole,
    why: ['--root-ca: one root above the three CAs'],
    target: machine('root-ca.crt'),
    keyTarget: machine('root-ca.key'),
    certificate: spec,
    issuer: 'self',
    algorithm,
    notes: [
      'keep it off the node: no trust file of the cluster may hold it',
      'Go and curl take an intermediate for an anchor; clients that want a root (OpenSSL without -partial_chain, Python before 3.13) do not',
    ],
  };
  return { action, end: Date.parse(spec.notAfter), problem: undefined };
}

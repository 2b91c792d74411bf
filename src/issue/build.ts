/** From a plan to the bytes of its files, in memory. Private keys live here and in what is written, and nowhere else. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { NodeFile } from '../core/artifact.ts';
import type { FileWrite, WriteUnit } from '../core/batch.ts';
import { UserError } from '../core/errors.ts';
import type { Action, Algorithm, Target } from '../core/plan.ts';
import type { Pki } from '../model/roles/pki.ts';
import { signingCertificate } from '../model/roles/signing.ts';
import { resolver } from '../scan/fs/resolve.ts';
import { type FileTree, isMiss } from '../scan/fs/tree.ts';
import { parsePkixPublicKey } from '../x509/public-key.ts';
import { certify, type Issuer } from './certify/certificate.ts';
import { generateKey, privateKeyPem, publicKeyDer, publicKeyPem, readPrivateKey } from './certify/keys.ts';
import { kubeconfigText, renewedKubeconfig } from './certify/kubeconfig.ts';
import { makeRequest } from './certify/request.ts';
import type { Kept } from './inputs/ca-dir.ts';
import type { Imported } from './inputs/import-dir.ts';

/** What a file holds, as far as its mode is concerned. */
interface Openness {
  /** Octal: where nothing stood there before. */
  readonly mode: number;
  readonly isSecret: boolean;
}

const secret: Openness = { mode: 0o600, isSecret: true };
const open: Openness = { mode: 0o644, isSecret: false };
/** As kubeadm writes sa.pub, whose WriteKey takes the public key too. */
const openKey: Openness = { mode: 0o600, isSecret: false };

export interface Material {
  /** The files of every action, in order. */
  readonly units: readonly WriteUnit[];
  /** Roles of kubeconfigs of which nothing could be kept. */
  readonly rewritten: ReadonlySet<string>;
}

/**
 * Makes all that a plan says.
 *
 * @throws UserError for a key or a certificate on which the plan counts and which cannot be read or used
 */
export async function makeAll(actions: readonly Action[], workshop: Workshop): Promise<Material> {
  const bench = newBench(workshop);
  // The kept ones first: what cannot be read should fail before anything is made.
  const kept = actions.map((action) =>
    needsKey(action) && action.algorithm === 'kept' ? keptKey(action, bench) : null,
  );
  const fresh = await freshKeys(actions, workshop.onProgress);
  const units: WriteUnit[] = [];
  for (const [index, action] of actions.entries()) {
    const files = await filesOf(action, kept[index] ?? fresh[index] ?? null, bench);
    if (files.length > 0) units.push({ role: action.role, files });
  }
  return { units, rewritten: bench.rewritten };
}

/** Keys do not hang on each other, and the slow ones are made on threads of their own. */
function freshKeys(actions: readonly Action[], onProgress: (message: string) => void) {
  const wanted = actions.map(({ algorithm }) => (algorithm === 'kept' || algorithm === 'imported' ? null : algorithm));
  const slow = wanted.filter((algorithm) => algorithm?.startsWith('rsa'));
  if (slow.length > 0) onProgress(`making ${slow.length} ${slow[0]} ${slow.length === 1 ? 'key' : 'keys'}`);
  return Promise.all(wanted.map((algorithm: Algorithm | null) => (algorithm === null ? null : generateKey(algorithm))));
}

const needsKey = ({ kind }: Action): boolean => kind !== 'chmod' && kind !== 'install';

async function filesOf(action: Action, key: KeyObject | null, bench: Bench): Promise<readonly FileWrite[]> {
  const { kind, target, certificate } = action;
  if (kind === 'chmod') return [];
  if (kind === 'install') return installed(action, bench);
  if (key === null) throw new Error(`${action.role} has no key to make`);
  const keyFile =
    action.keyTarget && action.algorithm !== 'kept'
      ? [write(action, action.keyTarget, privateKeyPem(key), secret, bench)]
      : [];
  if (kind === 'key-pair')
    return [...keyFile, write(action, target, publicKeyPem(createPublicKey(key)), openKey, bench)];
  if (certificate === null) throw new Error(`${action.role} has no certificate to make`);
  if (kind === 'request') return [...keyFile, write(action, target, await makeRequest(certificate, key), open, bench)];
  const { issuer } = action;
  const signer = issuer === 'self' || issuer === null ? 'self' : issuerFor(issuer.role, bench);
  const pem = await certify(certificate, key, signer, subjectKeyIdOf(action, bench));
  if (certificate.ca) bench.made.set(action.role, { certificate: pem, key });
  if (action.kubeconfig === null) return [...keyFile, write(action, target, pem, open, bench)];
  return [kubeconfigFile(action, pem, key, bench)];
}

/** A CA that keeps its key keeps the identifier too by which its leaves name it, whatever it was hashed with. */
function subjectKeyIdOf({ role, algorithm, certificate }: Action, { pki }: Bench): string | undefined {
  const authority = certificate?.ca && algorithm === 'kept' ? pki.authorities.find(({ id }) => id === role) : undefined;
  return authority && signingCertificate(authority, pki.judging.at)?.subjectKeyId;
}

/** What another CA has signed, or a CA that is kept elsewhere. */
function installed(action: Action, bench: Bench): readonly FileWrite[] {
  const { role, target, keyTarget, kubeconfig } = action;
  const imported = bench.imported.get(role);
  const certificate = imported?.certificate ?? bench.kept.read(role)?.trusted;
  if (certificate === undefined) throw new Error(`${role} has no certificate to install`);
  if (imported === undefined || imported.leaf.basicConstraints?.ca) bench.installed.set(role, certificate);
  const key = imported?.key;
  if (kubeconfig) return [kubeconfigFile(action, certificate, readPrivateKey(key ?? new Uint8Array()), bench)];
  const keyFile = keyTarget && key ? [write(action, keyTarget, key, secret, bench)] : [];
  return [...keyFile, write(action, target, certificate, open, bench)];
}

function kubeconfigFile(action: Action, certificatePem: string, key: KeyObject, bench: Bench): FileWrite {
  if (action.kubeconfig === null) throw new Error(`${action.role} is no kubeconfig`);
  const credential = { certificatePem, keyPem: privateKeyPem(key) };
  const authorityPem = trustFile('kubernetes-ca', bench);
  if (action.kubeconfig.keeps) {
    const old = Buffer.from(readNode(bench.tree, action.target.path)).toString();
    const renewed = renewedKubeconfig(old, { ...credential, authorityPem });
    if (renewed !== undefined) return write(action, action.target, renewed, secret, bench);
    bench.rewritten.add(action.role);
  }
  // Kubeconfigs of kubeadm differ by release.
  const release = bench.pki.facts.kubernetesVersion?.value;
  const text = kubeconfigText(action.kubeconfig, authorityPem, credential, release);
  return write(action, action.target, text, secret, bench);
}

function write(
  { replaces }: Action,
  target: Target,
  content: string | Uint8Array,
  usual: Openness,
  { pki }: Bench,
): FileWrite {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const isReplaced = target.on === 'node' && replaces.includes(target.path);
  const old = isReplaced ? pki.node.files.get(target.path) : undefined;
  return { target, bytes, mode: modeAfter(old, usual), replaces: isReplaced };
}

/**
 * What is replaced keeps its mode, as it keeps its owner: it may be stricter than usual, or let a component's group read
 * (kubeadm's RootlessControlPlane). What lint calls too much goes.
 */
function modeAfter(old: NodeFile | undefined, { mode, isSecret }: Openness): number {
  if (old?.mode === undefined) return mode;
  const ofSecrets = old.gid === 0 ? 0o077 : 0o027;
  const tooMuch = isSecret ? ofSecrets : 0o022;
  return (old.mode & 0o777 & ~tooMuch) | 0o600;
}

export interface Workshop {
  readonly pki: Pki;
  readonly tree: FileTree;
  readonly kept: Kept;
  /** What another CA has signed, by role. */
  readonly imported: ReadonlyMap<string, Imported>;
  readonly onProgress: (message: string) => void;
}

interface Signer {
  readonly certificate: string;
  readonly key: KeyObject;
}

export interface Bench extends Workshop {
  /** CAs that were made so far: later actions sign with them. */
  readonly made: Map<string, Signer>;
  /** PEM of CAs that were installed so far. */
  readonly installed: Map<string, string>;
  /** Roles of kubeconfigs that had to be written anew, although the plan meant to keep what else they say. */
  readonly rewritten: Set<string>;
}

export function newBench(workshop: Workshop): Bench {
  return { ...workshop, made: new Map(), installed: new Map(), rewritten: new Set() };
}

/** The CA that signs: made just now, kept elsewhere, or on the node. */
export function issuerFor(role: string, { made, kept, pki, tree }: Bench): Issuer {
  const own = made.get(role);
  if (own) return own;
  const authority = pki.authorities.find(({ id }) => id === role);
  const elsewhere = kept.read(role);
  if (elsewhere?.key) {
    const key = readPrivateKey(elsewhere.key, `the key of ${role}`);
    const id = parsePkixPublicKey(publicKeyDer(key)).id;
    const certificate =
      elsewhere.certificate ?? authority?.certificates.find(({ publicKey }) => publicKey.id === id)?.raw;
    if (certificate === undefined) throw new Error(`the key of ${role} belongs to no certificate of it`);
    return { certificate, key };
  }
  if (authority === undefined) throw new Error(`nothing plays ${role}`);
  // Of a bundle the one that the key belongs to.
  const certificate = signingCertificate(authority, pki.judging.at)?.raw;
  if (certificate === undefined) throw new Error(`the key of ${role} belongs to no certificate of it`);
  return { certificate, key: readPrivateKey(readNode(tree, authority.key.path), authority.key.path) };
}

/** The whole trust file of a CA as it will be: what a kubeconfig embeds, so that a rotation goes on. */
export function trustFile(role: string, bench: Bench): string {
  const { made, installed, pki, tree, kept, imported } = bench;
  const now = made.get(role)?.certificate ?? installed.get(role);
  if (now !== undefined) return now;
  const authority = pki.authorities.find(({ id }) => id === role);
  if (authority?.source.seen === 'present') return Buffer.from(readNode(tree, authority.source.path)).toString();
  const other = imported.get(role)?.certificate ?? kept.read(role)?.trusted;
  if (other !== undefined) return other;
  throw new UserError(`the certificate of ${role} is nowhere`, '--ca-dir DIR names where it is kept');
}

/** The key of an action that keeps it: in a file of its own, or in the kubeconfig that is replaced. */
export function keptKey({ keyTarget, target }: Action, { tree }: Bench): KeyObject {
  if (keyTarget?.on === 'node') return readPrivateKey(readNode(tree, keyTarget.path), keyTarget.path);
  const text = Buffer.from(readNode(tree, target.path)).toString();
  const [data, ...others] = [...text.matchAll(/^\s*client-key-data:\s*["']?([A-Za-z0-9+/=]+)["']?\s*$/gm)];
  if (data?.[1] === undefined || others.length > 0) {
    throw new UserError(`the key of ${target.path} cannot be kept: it does not hold one alone`, 'leave out --keep-key');
  }
  return readPrivateKey(Buffer.from(data[1], 'base64'), `the key of ${target.path}`);
}

/** The bytes of a file of the node. Throws a UserError where it cannot be read. */
export function readNode(tree: FileTree, node: string): Uint8Array {
  const real = resolver(tree)(node).realPath ?? node;
  const bytes = tree.read(real);
  if (!isMiss(bytes)) return bytes;
  throw new UserError(`${node} cannot be read: ${bytes.detail ?? bytes.state}`, 'run it as root');
}

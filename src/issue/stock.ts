/** What a batch is made of: keys and certificates that are there, and those that it has made so far. */
import type { KeyObject } from 'node:crypto';
import { UserError } from '../core/errors.ts';
import { signingCertificate } from '../model/issuing.ts';
import type { Pki } from '../model/pki.ts';
import { resolver } from '../scan/resolve.ts';
import { type FileTree, isMiss } from '../scan/tree.ts';
import { parsePkixPublicKey } from '../x509/public-key.ts';
import type { Issuer } from './certify/certificate.ts';
import { publicKeyDer, readPrivateKey } from './certify/keys.ts';
import type { Imported } from './imported.ts';
import type { Kept } from './kept.ts';
import type { Action } from './types.ts';

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

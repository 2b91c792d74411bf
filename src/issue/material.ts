/** From a plan to the bytes of its files, in memory. Private keys live here and in what is written, and nowhere else. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Pki } from '../model/pki.ts';
import { resolver } from '../scan/resolve.ts';
import { type FileTree, isMiss } from '../scan/tree.ts';
import { certify } from './certify/certificate.ts';
import { generateKey, privateKeyPem, publicKeyPem, readPrivateKey } from './certify/keys.ts';
import { kubeconfigText } from './certify/kubeconfig.ts';
import { makeRequest } from './certify/request.ts';
import { type Imported, requestName } from './imported.ts';
import type { Kept } from './kept.ts';
import type { Action, FileWrite, Target, WriteUnit } from './types.ts';

interface Signer {
  readonly certificate: string;
  readonly key: KeyObject;
}

export interface Workshop {
  readonly pki: Pki;
  readonly tree: FileTree;
  readonly kept: Kept;
  /** What another CA has signed, by role. */
  readonly imported: ReadonlyMap<string, Imported>;
  /** Absolute: where requests go. */
  readonly requests: string | undefined;
  readonly onProgress: (message: string) => void;
}

/** What has been made so far: later actions sign with it, or embed it. */
type Made = Map<string, Signer>;

/** The files of every action, in order. */
export async function makeAll(actions: readonly Action[], workshop: Workshop): Promise<readonly WriteUnit[]> {
  const made: Made = new Map();
  const units: WriteUnit[] = [];
  for (const action of actions) {
    const files = await filesOf(action, workshop, made);
    if (files.length > 0) units.push({ role: action.role, files });
  }
  return units;
}

const secretMode = 0o600;
const publicMode = 0o644;

async function filesOf(action: Action, workshop: Workshop, made: Made): Promise<readonly FileWrite[]> {
  const { kind, target, certificate, role } = action;
  if (kind === 'chmod') return [];
  const imported = workshop.imported.get(role);
  if (kind === 'install' && imported) return installed(action, imported, workshop, made);
  if (kind === 'install') return [write(target, certificateOf(role, workshop), publicMode, false)];
  const key = await keyFor(action, workshop);
  const replaces = action.replaces.length > 0;
  const keyFile =
    action.keyTarget && action.algorithm !== 'kept'
      ? [write(action.keyTarget, privateKeyPem(key), secretMode, replaces)]
      : [];
  // As kubeadm writes it, whose WriteKey takes the public key too.
  if (kind === 'key-pair') return [...keyFile, write(target, publicKeyPem(createPublicKey(key)), secretMode, replaces)];
  if (certificate === null) throw new Error(`${role} has no certificate to make`);
  if (kind === 'request') return requestFiles(action, workshop, key, await makeRequest(certificate, key));
  const pem = await certify(
    certificate,
    key,
    action.issuer === 'self' || action.issuer === null ? 'self' : signerOf(action.issuer.role, workshop, made),
  );
  if (certificate.ca) made.set(role, { certificate: pem, key });
  if (action.kubeconfig === null) return [...keyFile, write(target, pem, publicMode, replaces)];
  const authority = trustedBy(workshop, made);
  const credential = { certificatePem: pem, keyPem: privateKeyPem(key) };
  const text = kubeconfigText(action.kubeconfig, authority, credential, releaseOf(workshop));
  return [write(target, text, secretMode, replaces)];
}

function installed(action: Action, imported: Imported, workshop: Workshop, made: Made): readonly FileWrite[] {
  const { target, keyTarget, kubeconfig } = action;
  const replaces = action.replaces.length > 0;
  const certificate = Buffer.from(imported.certificate).toString();
  if (kubeconfig === null) {
    const key = keyTarget && imported.key ? [write(keyTarget, imported.key, secretMode, replaces)] : [];
    return [...key, write(target, certificate, publicMode, replaces)];
  }
  const credential = {
    certificatePem: certificate,
    keyPem: privateKeyPem(readPrivateKey(imported.key ?? new Uint8Array())),
  };
  return [
    write(
      target,
      kubeconfigText(kubeconfig, trustedBy(workshop, made), credential, releaseOf(workshop)),
      secretMode,
      replaces,
    ),
  ];
}

function write(target: Target, content: string | Uint8Array, mode: number, replaces: boolean): FileWrite {
  return { target, bytes: typeof content === 'string' ? Buffer.from(content) : content, mode, replaces };
}

/** Beside each other, named as kubeadm's `certs generate-csr` names them. */
function requestFiles(
  { role }: Action,
  { requests = '.' }: Workshop,
  key: KeyObject,
  request: string,
): readonly FileWrite[] {
  const name = requestName(role);
  const file = (ending: string): Target => ({ on: 'machine', path: path.join(requests, `${name}${ending}`) });
  return [write(file('.key'), privateKeyPem(key), secretMode, false), write(file('.csr'), request, publicMode, false)];
}

async function keyFor({ role, algorithm, keyTarget }: Action, workshop: Workshop): Promise<KeyObject> {
  if (algorithm !== 'kept') {
    if (algorithm === null) throw new Error(`${role} has no key to make`);
    if (algorithm.startsWith('rsa')) workshop.onProgress(`making the key of ${role} (${algorithm})`);
    return generateKey(algorithm);
  }
  return readPrivateKey(readNode(workshop.tree, keyTarget?.path ?? ''));
}

function signerOf(role: string, workshop: Workshop, made: Made): Signer {
  const own = made.get(role);
  if (own) return own;
  const kept = workshop.kept.read(role);
  if (kept?.key) return { certificate: Buffer.from(kept.certificate).toString(), key: readPrivateKey(kept.key) };
  const authority = workshop.pki.authorities.find(({ id }) => id === role);
  if (authority === undefined) throw new Error(`nothing plays ${role}`);
  const certificate = Buffer.from(readNode(workshop.tree, authority.source.path)).toString();
  return { certificate, key: readPrivateKey(readNode(workshop.tree, authority.key.path)) };
}

/** Kubeconfigs of kubeadm differ by release. */
const releaseOf = ({ pki }: Workshop) => pki.facts.kubernetesVersion?.value;

/** What a kubeconfig embeds: the whole trust file, so that a rotation goes on. */
function trustedBy(workshop: Workshop, made: Made): string {
  return made.get('kubernetes-ca')?.certificate ?? Buffer.from(certificateOf('kubernetes-ca', workshop)).toString();
}

function certificateOf(role: string, { pki, tree, kept, imported }: Workshop): Uint8Array {
  const authority = pki.authorities.find(({ id }) => id === role);
  if (authority?.source.seen === 'present') return readNode(tree, authority.source.path);
  const other = imported.get(role)?.certificate ?? kept.read(role)?.certificate;
  if (other === undefined)
    throw new UserError(`the certificate of ${role} is nowhere`, '--ca-dir DIR names where it is kept');
  return other;
}

function readNode(tree: FileTree, node: string): Uint8Array {
  const real = resolver(tree)(node).realPath ?? node;
  const bytes = tree.read(real);
  if (!isMiss(bytes)) return bytes;
  throw new UserError(`${node} cannot be read: ${bytes.detail ?? bytes.state}`, 'run it as root');
}

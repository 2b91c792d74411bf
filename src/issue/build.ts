/** Creates the files of a plan, in memory. Private keys exist only here and in what is written. */

import type { Certificate } from '../artifact/certificate.ts';
import { filledOrReason } from '../core/command/fill.ts';
import { UserError } from '../core/errors.ts';
import type { Pki } from '../model/roles/pki.ts';
import { signingCertificate } from '../model/trust/signing.ts';
import type { Action, EmbedCa, Install, KeyedAction } from '../results/issue/action.ts';
import type { FileWrite, WriteUnit } from '../results/issue/batch.ts';
import type { KeyAlgorithm, KubeconfigSpec, Target } from '../results/issue/plan.ts';
import type { FoundNode } from '../scan/found-node.ts';
import { resolver } from '../scan/fs/resolve.ts';
import { type FileTree, isMiss } from '../scan/fs/tree.ts';
import { authorityFor, servingCa } from '../tables/layouts/authorities.ts';
import type { Layout } from '../tables/layouts/layout.ts';
import { parsePkixPublicKey } from '../x509/public-key.ts';
import { type Access, modeAfter, openAccess, openKeyAccess, secretAccess } from './access.ts';
import { certify, type Issuer } from './certify/certificate.ts';
import { generateKey, privateKeyPem, publicKeyDer, publicKeyPem, readPrivateKey } from './certify/keys.ts';
import { kubeconfigText, renewedKubeconfig } from './certify/kubeconfig.ts';
import type { AnyKey } from './certify/ml-dsa-key.ts';
import { makeRequest } from './certify/request.ts';
import type { OffNodeCas } from './inputs/ca-dir.ts';
import type { Imported } from './inputs/import-dir.ts';
import { requestOf } from './inputs/request-node.ts';

/** What files are created from, except for the plan. */
export interface IssuanceInputs {
  readonly pki: Pki;
  readonly found: FoundNode<Layout>;
  readonly offNode: OffNodeCas;
  /** Certificates of another CA, by role. */
  readonly imported: ReadonlyMap<string, Imported>;
  /** Called before something that takes long. */
  readonly onProgress: (message: string) => void;
}

/** An action with its private key; an installed certificate comes with its own, and a kubeconfig keeps its own. */
type Job =
  | { readonly action: KeyedAction; readonly key: AnyKey }
  | { readonly action: Install | EmbedCa; readonly key: undefined };

/** The same before new keys are generated. */
type Order = { readonly action: KeyedAction; readonly key: AnyKey | KeyAlgorithm } | Extract<Job, { key: undefined }>;

/** Carries out a plan in memory: later actions sign with, and trust, the CAs of earlier ones. */
export class Issuance {
  readonly #inputs: IssuanceInputs;
  /** CAs that were created so far. */
  readonly #made = new Map<string, { readonly certificate: string; readonly key: AnyKey }>();
  /** PEM of CAs that were installed so far. */
  readonly #installed = new Map<string, string>();
  /** Roles of kubeconfigs that had to be rewritten, although the plan keeps everything but the credential. */
  readonly rewritten = new Set<string>();

  constructor(inputs: IssuanceInputs) {
    this.#inputs = inputs;
  }

  /**
   * The files of every action, in order.
   *
   * @throws UserError for a key or a certificate that the plan needs and that cannot be read or used
   */
  async make(actions: readonly Action[]): Promise<readonly WriteUnit[]> {
    // Existing keys first: one that cannot be read should fail before anything is created.
    const orders = actions.flatMap((action) => (action.kind === 'chmod' ? [] : this.#orderOf(action)));
    const units: WriteUnit[] = [];
    for (const job of await withKeys(orders, this.#inputs.onProgress)) {
      units.push({ role: job.action.role, files: await this.#filesOf(job) });
    }
    return units;
  }

  #orderOf(action: Exclude<Action, { kind: 'chmod' }>): Order {
    if (action.kind === 'install' || action.kind === 'embed') return { action, key: undefined };
    return { action, key: action.algorithm === 'kept' ? this.#keptKey(action) : action.algorithm };
  }

  /** The existing key of an action: in a separate file, or in the kubeconfig that is replaced. */
  #keptKey({ keyTarget, target }: KeyedAction): AnyKey {
    const { tree } = this.#inputs.found;
    if (keyTarget?.on === 'node') return readPrivateKey(readNode(tree, keyTarget.path), keyTarget.path);
    const text = Buffer.from(readNode(tree, target.path)).toString();
    const [data, ...others] = [...text.matchAll(/^[ \t]*client-key-data:\s*["']?([A-Za-z0-9+/=]+)["']?\s*$/gm)];
    if (data?.[1] === undefined || others.length > 0) {
      const message = `the key of ${target.path} cannot be kept: it the file does not contain exactly one key`;
      throw new UserError(message, 'leave out --keep-key');
    }
    return readPrivateKey(Buffer.from(data[1], 'base64'), `the key of ${target.path}`);
  }

  async #filesOf({ action, key }: Job): Promise<readonly FileWrite[]> {
    if (key === undefined) return action.kind === 'embed' ? [this.#embed(action)] : this.#install(action);
    const { target, keyTarget, algorithm } = action;
    const keyFile =
      keyTarget && algorithm !== 'kept' ? [this.#write(action, keyTarget, privateKeyPem(key), secretAccess)] : [];
    if (action.kind === 'key-pair') {
      return [...keyFile, this.#write(action, target, publicKeyPem(key), openKeyAccess)];
    }
    if (action.kind === 'request') {
      const request = requestOf(this.#inputs.pki.facts.nodeName?.value, await makeRequest(action.certificate, key));
      return [...keyFile, this.#write(action, target, request, openAccess)];
    }
    const { certificate, issuer, kubeconfig } = action;
    const signer = issuer === 'self' ? 'self' : this.#issuer(issuer.role);
    const pem = await certify(certificate, key, signer, this.#renewed(action));
    if (certificate.ca) this.#made.set(action.role, { certificate: pem, key });
    if (kubeconfig === null) return [...keyFile, this.#write(action, target, pem, openAccess)];
    return [this.#kubeconfig(action, kubeconfig, pem, key)];
  }

  /** The certificate of a CA that keeps its key; undefined if it does not. */
  #renewed({ role, algorithm, certificate }: KeyedAction): Certificate | undefined {
    const { pki } = this.#inputs;
    const isKept = certificate?.ca && algorithm === 'kept';
    const authority = isKept ? pki.authorities.find(({ id }) => id === role) : undefined;
    return authority && signingCertificate(authority, pki.judging.at);
  }

  /** Installs a certificate of another CA, or a CA that is kept elsewhere. */
  #install(action: Install): readonly FileWrite[] {
    const { role, target, keyTarget, kubeconfig } = action;
    const { imported, offNode } = this.#inputs;
    const given = imported.get(role);
    const certificate = given?.certificate ?? offNode.read(role)?.trusted;
    if (certificate === undefined) throw new Error(`${role} has no certificate to install`);
    if (given === undefined || given.leaf.basicConstraints?.ca) this.#installed.set(role, certificate);
    const key = given?.key;
    if (kubeconfig) return [this.#kubeconfig(action, kubeconfig, certificate, readPrivateKey(key ?? new Uint8Array()))];
    const keyFile = keyTarget && key ? [this.#write(action, keyTarget, key, secretAccess)] : [];
    return [...keyFile, this.#write(action, target, certificate, openAccess)];
  }

  #embed(action: EmbedCa): FileWrite {
    const { path } = action.target;
    const old = Buffer.from(readNode(this.#inputs.found.tree, path)).toString();
    const renewed = renewedKubeconfig(old, this.#trustFile(servingCa(this.#inputs.pki.layout)));
    if (renewed !== undefined) return this.#write(action, action.target, renewed, secretAccess);
    // kubectl writes it on one line.
    const { pki } = this.#inputs;
    const certificate = authorityFor(servingCa, pki)?.source.path ?? '';
    const { embedding } = pki.layout.remedies;
    throw new UserError(
      `the CA that ${path} embeds is not on one line`,
      `first run: ${filledOrReason(embedding.command, { cluster: action.kubeconfig.cluster, certificate, path })}`,
    );
  }

  #kubeconfig(action: Action, spec: KubeconfigSpec, certificatePem: string, key: AnyKey): FileWrite {
    const { found, pki } = this.#inputs;
    const { role, target } = action;
    const credential = { certificatePem, keyPem: privateKeyPem(key) };
    const authorityPem = this.#trustFile(servingCa(pki.layout));
    if (spec.keeps) {
      const old = Buffer.from(readNode(found.tree, target.path)).toString();
      const renewed = renewedKubeconfig(old, authorityPem, credential);
      if (renewed !== undefined) return this.#write(action, target, renewed, secretAccess);
      this.rewritten.add(role);
    }
    // Kubeconfigs of kubeadm differ by release.
    const release = pki.facts.kubernetesVersion?.value;
    return this.#write(action, target, kubeconfigText(spec, authorityPem, credential, release), secretAccess);
  }

  /** The CA that signs: just created, kept elsewhere, or on the node. */
  #issuer(role: string): Issuer {
    const own = this.#made.get(role);
    if (own) return own;
    const { pki, found, offNode } = this.#inputs;
    const authority = pki.authorities.find(({ id }) => id === role);
    const elsewhere = offNode.read(role);
    if (elsewhere?.key) {
      const key = readPrivateKey(elsewhere.key, `the key of ${role}`);
      const id = parsePkixPublicKey(publicKeyDer(key)).id;
      const own = authority?.certificates.find(({ publicKey }) => publicKey.id === id);
      const certificate = elsewhere.certificate ?? own?.raw;
      if (certificate !== undefined) return { certificate, key };
    } else if (authority !== undefined) {
      // Of a bundle, the certificate that the key belongs to.
      const certificate = signingCertificate(authority, pki.judging.at)?.raw;
      const { path } = authority.key;
      if (certificate !== undefined) return { certificate, key: readPrivateKey(readNode(found.tree, path), path) };
    }
    throw new Error(`the key of ${role} belongs to no certificate of it`);
  }

  /** The whole trust file of a CA as it will be: a kubeconfig embeds all of it, so that a rotation can continue. */
  #trustFile(role = ''): string {
    const { pki, found, offNode, imported } = this.#inputs;
    const now = this.#made.get(role)?.certificate ?? this.#installed.get(role);
    if (now !== undefined) return now;
    const authority = pki.authorities.find(({ id }) => id === role);
    if (authority?.source.seen === 'present')
      return Buffer.from(readNode(found.tree, authority.source.path)).toString();
    const other = imported.get(role)?.certificate ?? offNode.read(role)?.trusted;
    if (other !== undefined) return other;
    throw new UserError(`the certificate of ${role} was not found`, '--ca-dir DIR names where it is kept');
  }

  #write({ replaces }: Action, target: Target, content: string | Uint8Array, usual: Access): FileWrite {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const isReplaced = target.on === 'node' && replaces.includes(target.path);
    const old = isReplaced ? this.#inputs.pki.node.files.get(target.path) : undefined;
    return { target, bytes, mode: modeAfter(old, usual), replaces: isReplaced };
  }
}

/** Generates the new keys. They do not depend on each other, and slow ones are generated on threads of their own. */
function withKeys(orders: readonly Order[], onProgress: (message: string) => void): Promise<readonly Job[]> {
  const slow = orders.flatMap(({ key }) => (typeof key === 'string' && key.startsWith('rsa') ? key : []));
  if (slow.length > 0) onProgress(`generating ${slow.length} ${slow[0]} ${slow.length === 1 ? 'key' : 'keys'}`);
  return Promise.all(
    orders.map(async (order): Promise<Job> => {
      if (order.key === undefined) return order;
      const { action, key } = order;
      return { action, key: typeof key === 'string' ? await generateKey(key) : key };
    }),
  );
}

/** The bytes of a file of the node. Throws a UserError if it cannot be read. */
function readNode(tree: FileTree, node: string): Uint8Array {
  const real = resolver(tree)(node).realPath ?? node;
  const bytes = tree.read(real);
  if (!isMiss(bytes)) return bytes;
  throw new UserError(`${node} cannot be read: ${bytes.detail ?? bytes.state}`, 'run it as root');
}

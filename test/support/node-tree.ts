import { X509Certificate } from 'node:crypto';
import { certificatePem } from './certificates.ts';
import { credentialOf, editKubeconfig, type KubeconfigEdit } from './credential.ts';
import { FileMap } from './file-map.ts';
import { type Authority, type Changes, certify, presentProfile } from './issue.ts';
import { type Key, type KeyType, keyFromPem, keyNamed, privateKeyPem } from './keys.ts';
import { type AuthorityRole, authorities, isAuthority, leafRow, type Role } from './roles.ts';

/** A whole node in memory, which a test changes in one place and lints. */
export class NodeTree extends FileMap {
  /** The keys of the cluster's CAs, whether they are on the node or not. */
  readonly authorityKeys = new Map<AuthorityRole, Key>();

  /** The PEM at a role's path: the certificate and everything after it. */
  certificate(role: Role): string {
    const { certificate } = credentialOf(this, role);
    if (certificate === undefined) throw new Error(`the node has no certificate of ${role}`);
    return certificate;
  }

  key(role: Role): Key {
    const { key } = credentialOf(this, role);
    if (key === undefined) throw new Error(`the node has no key of ${role}`);
    return keyFromPem(key);
  }

  /** A CA of this node's cluster. Its key may be on the node, outside the node in a corpus, or only in this process. */
  authority(role: AuthorityRole): Authority {
    const certificate = new X509Certificate(this.certificate(role));
    const { file } = authorities[role];
    const beside = [`/off-node/${role}.key`, `/off-node/${file.slice('pki/'.length)}.key`];
    const files = [`/etc/kubernetes/${file}.key`, ...beside].filter((path) => this.has(path));
    const known = this.authorityKeys.get(role);
    const keys = [...files.map((path) => keyFromPem(this.read(path))), ...(known === undefined ? [] : [known])];
    const key = keys.find(({ privateKey }) => certificate.checkPrivateKey(privateKey));
    if (key === undefined) throw new Error(`no key here belongs to the certificate of ${role}`);
    return { certificate: certificate.raw, key };
  }

  /**
   * Reissues a role's certificate with changes. By default it is signed by the same CA and has the same key. A new key
   * is written too. Copies elsewhere (a CA in kubeconfigs) are not updated.
   */
  issue(role: Role, changes: Changes = {}): this {
    const credential = credentialOf(this, role);
    const profile = presentProfile(this.certificate(role));
    const key = keyFor(role, changes.key, credential.key);
    const issuer = this.#issuerFor(changes.issuer ?? (profile.selfSigned ? 'self' : usualIssuer(role)));
    const der = certify(profile, changes, key, issuer);
    const withKey = changes.key !== undefined && changes.writeKey !== false;
    credential.write(certificatePem(der), withKey ? privateKeyPem(key) : undefined);
    return this;
  }

  /** Replaces fields of a kubeconfig: its server and its embedded data (as PEM). */
  editKubeconfig(path: string, edit: KubeconfigEdit): this {
    return this.edit(path, (text) => editKubeconfig(text, edit));
  }

  #issuerFor(chosen: AuthorityRole | 'self' | Authority): Authority | undefined {
    if (typeof chosen === 'object') return chosen;
    return chosen === 'self' ? undefined : this.authority(chosen);
  }
}

function keyFor(role: Role, wanted: KeyType | Key | undefined, present: string | undefined): Key {
  if (typeof wanted === 'object') return wanted;
  if (wanted !== undefined) return keyNamed(`another ${role}`, wanted);
  return present === undefined ? keyNamed(role) : keyFromPem(present);
}

function usualIssuer(role: Role): AuthorityRole {
  if (isAuthority(role)) throw new Error(`${role} is signed by an authority that is not here: say which`);
  return leafRow(role).signer;
}

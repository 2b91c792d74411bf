import { X509Certificate } from 'node:crypto';
import { certificatePem } from './certificates.ts';
import { credentialOf, editKubeconfig, type KubeconfigEdit } from './credential.ts';
import { FileMap } from './file-map.ts';
import { type Authority, type Changes, certify, presentProfile } from './issue.ts';
import { type Key, type KeyType, keyFromPem, keyNamed, privateKeyPem } from './keys.ts';
import { type AuthorityRole, authorities, isAuthority, leafRow, type Role } from './roles.ts';

/** A whole node in memory, to be changed in one place and linted. */
export class NodeTree extends FileMap {
  /** Keys of the cluster's CAs, on the node or not. */
  readonly authorityKeys = new Map<AuthorityRole, Key>();

  /** PEM of what lies in a role's place: the certificate, and whatever follows it there. */
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

  /** A CA of this node's cluster, wherever its key is kept: on the node, beside it in a corpus, or in this process. */
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
   * Writes a role's certificate anew: as it lies there but for the changes, signed by its authority and with its key
   * unless these are changed. A new key is written too. Copies elsewhere (a CA within kubeconfigs) stay as they are.
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

  /** Replaces fields of a kubeconfig: its server, and what is embedded in it (as PEM). */
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

/**
 * Kits: healthy nodes as installers other than kubeadm write them. Each is built from data, so that a fault is a change
 * of one certificate, one flag or one file.
 */
import { certificatePem, keyId, type San, type Subject } from '../../support/certificates.ts';
import { type Authority, type Changes, certify, type Profile, serialFor } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import { NodeTree } from '../../support/node-tree.ts';

/** What an installer puts into a certificate. */
export interface CertificateSpec {
  readonly subject: Subject;
  /** The name of the CA's certificate in the kit. Undefined: self-signed. */
  readonly signer?: string;
  readonly sans?: readonly San[] | null;
  readonly notAfter: string;
  readonly keyUsage: readonly string[] | null;
  readonly usages: readonly string[] | null;
  /** null: no basicConstraints. */
  readonly ca: boolean | null;
  /** The node whose own it is, where others of the cluster have one of that name too. */
  readonly of?: string;
  /** What a profile cannot say: version, extensions, the identifier of a key. */
  readonly more?: Changes;
}

/** Changes of a certificate. The issuer is a certificate of the kit, or an authority that belongs to no cluster. */
export type CertificateChanges = Omit<Changes, 'issuer'> & { readonly issuer?: string | Authority };

/** A flag's value; true: the flag alone. */
export type Flags = Readonly<Record<string, string | true>>;

export interface KitChanges {
  readonly certificates?: Readonly<Record<string, CertificateChanges>>;
  /** By component, then by flag. null: the flag is left out. */
  readonly flags?: Readonly<Record<string, Readonly<Record<string, string | true | null>>>>;
  /** By path: the new text, a change of the text, or null for a file that is gone. */
  readonly files?: Readonly<Record<string, string | null | ((text: string) => string)>>;
  readonly modes?: Readonly<Record<string, number>>;
}

/** What a kit writes its files with. */
export interface Parts {
  readonly tree: NodeTree;
  /** The certificates of these names, one after another, in PEM. */
  readonly pem: (...names: readonly string[]) => string;
  readonly key: (name: string) => string;
  /** The public key of a certificate in PEM. */
  readonly publicKey: (name: string) => string;
  readonly flags: (component: string) => Flags;
}

export interface KitSpec {
  /** Nodes of one cluster share its CAs and keys. */
  readonly cluster: string;
  readonly certificates: Readonly<Record<string, CertificateSpec>>;
  readonly flags: Readonly<Record<string, Flags>>;
  /** OpenSSL 3 and Go tools differ in how they write a private key. */
  readonly keys: 'pkcs8' | undefined;
  readonly write: (parts: Parts) => void;
}

/** A node that takes changes. */
export type Kit = (changes?: KitChanges) => NodeTree;

interface Issued extends Authority {
  readonly spec: CertificateSpec;
  readonly pem: string;
  readonly keyPem: string;
}

const notBefore = new Date('2026-11-24T09:00:00Z');

const commonNameOf = ({ subject }: CertificateSpec) => subject.find(([type]) => type === 'CN')?.[1] ?? '';

const idOf = (cluster: string, name: string, spec: CertificateSpec) =>
  [cluster, name, commonNameOf(spec), ...(spec.of === undefined ? [] : [spec.of])].join(' ');

const profileOf = (spec: CertificateSpec, id: string): Profile => ({
  subject: spec.subject,
  serial: serialFor(id),
  notBefore,
  notAfter: new Date(spec.notAfter),
  keyUsage: spec.keyUsage,
  usages: spec.usages,
  sans: spec.sans ?? null,
  ca: spec.ca,
});

/** Certificates without changes are signed once, so that all nodes of a cluster have the same. */
const shared = new Map<string, Issued>();

function issuing({ cluster, certificates, keys }: KitSpec, changes: KitChanges): (name: string) => Issued {
  const changed = changes.certificates ?? {};
  const unknown = Object.keys(changed).filter((name) => !Object.hasOwn(certificates, name));
  if (unknown.length > 0) throw new Error(`the kit has no certificate ${unknown.join(', ')}`);
  const specOf = (name: string): CertificateSpec => {
    const spec = certificates[name];
    if (spec === undefined) throw new Error(`the kit has no certificate ${name}`);
    return spec;
  };
  const sign = (name: string): Issued => {
    const spec = specOf(name);
    const { issuer: chosen = spec.signer, ...own } = changed[name] ?? {};
    const id = idOf(cluster, name, spec);
    const usual = keyNamed(id);
    const key = typeof own.key === 'object' ? own.key : own.key === undefined ? usual : keyNamed(`new ${id}`, own.key);
    const issuer = typeof chosen === 'string' ? issue(chosen) : chosen;
    // OpenSSL and cfssl give a leaf the identifier of its key too.
    const all = { subjectKeyId: keyId(key), ...spec.more, ...own };
    const certificate = certify(profileOf(spec, id), all, key, issuer);
    const keyPem = privateKeyPem(own.writeKey === false ? usual : key, keys);
    return { spec, certificate, key, pem: certificatePem(certificate), keyPem };
  };
  const made = new Map<string, Issued>();
  const issue = (name: string): Issued => {
    const usual = (one: string | undefined): boolean =>
      one === undefined || (changed[one] === undefined && usual(specOf(one).signer));
    const id = idOf(cluster, name, specOf(name));
    const same = usual(name) ? shared.get(id) : undefined;
    if (same !== undefined && JSON.stringify(same.spec) !== JSON.stringify(specOf(name)))
      throw new Error(
        `two nodes have a certificate ${id}, and not the same one: give it the name of its node (\`of\`)`,
      );
    const issued = made.get(name) ?? same ?? sign(name);
    made.set(name, issued);
    if (usual(name)) shared.set(id, issued);
    return issued;
  };
  return issue;
}

function changedFlags(component: string, usual: Flags, changes: KitChanges): Flags {
  const all = Object.entries({ ...usual, ...changes.flags?.[component] });
  return Object.fromEntries(all.filter((entry): entry is [string, string | true] => entry[1] !== null));
}

function changeFiles(tree: NodeTree, { files = {}, modes = {} }: KitChanges): void {
  for (const [path, change] of Object.entries(files)) {
    if (change === null) tree.remove(path);
    else if (typeof change === 'string') tree.write(path, change);
    else tree.edit(path, change);
  }
  for (const [path, mode] of Object.entries(modes)) tree.chmod(path, mode);
}

/** A node of these data, with changes. */
export function buildKit(spec: KitSpec, changes: KitChanges): NodeTree {
  const unknown = Object.keys(changes.flags ?? {}).filter((component) => !Object.hasOwn(spec.flags, component));
  if (unknown.length > 0) throw new Error(`the kit has no component ${unknown.join(', ')}`);
  // A copy of the whole root: what is missing in it is absent.
  const tree = new NodeTree().write('/etc/os-release', 'ID=debian\n', 0o644);
  const issue = issuing(spec, changes);
  spec.write({
    tree,
    pem: (...names) => names.map((name) => issue(name).pem).join(''),
    key: (name) => issue(name).keyPem,
    publicKey: (name) => publicKeyPem(issue(name).key),
    flags: (component) => changedFlags(component, spec.flags[component] ?? {}, changes),
  });
  changeFiles(tree, changes);
  return tree;
}

/** Finds a role's certificate and key in a tree, and reads and replaces them there. */
import { absolute, type FileMap } from './file-map.ts';
import { isKubeconfig, pathOf, type Role } from './roles.ts';

export interface Credential {
  /** In PEM, the certificate first; undefined if missing. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** If `key` is undefined, the old key stays. */
  write(certificate: string, key: string | undefined): void;
}

export interface KubeconfigEdit {
  readonly server?: string;
  /** All in PEM. */
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

const fields: Record<keyof KubeconfigEdit, string> = {
  server: 'server',
  certificateAuthority: 'certificate-authority-data',
  clientCertificate: 'client-certificate-data',
  clientKey: 'client-key-data',
};

const fieldLine = (field: string) => new RegExp(`(^ +${field}: )(.*)$`, 'm');

/** The text of a field, decoded if its name ends in `-data`. */
function kubeconfigField(text: string, field: string): string | undefined {
  const value = fieldLine(field).exec(text)?.[2];
  return value !== undefined && field.endsWith('-data') ? Buffer.from(value, 'base64').toString() : value;
}

/** Replaces existing fields of a kubeconfig. */
export function editKubeconfig(text: string, edit: KubeconfigEdit): string {
  return Object.entries(edit).reduce((all, [name, value]) => {
    const field = fields[name as keyof KubeconfigEdit];
    if (!fieldLine(field).test(all)) throw new Error(`the kubeconfig has no ${field}`);
    const written = field.endsWith('-data') ? Buffer.from(value).toString('base64') : value;
    return all.replace(fieldLine(field), (_, start: string) => start + written);
  }, text);
}

const readIf = (tree: FileMap, path: string) => (tree.has(path) ? tree.read(path) : undefined);

function fileCredential(tree: FileMap, certificate: string, key: string): Credential {
  return {
    certificate: readIf(tree, certificate),
    key: readIf(tree, key),
    write(certificatePem, keyPem) {
      tree.write(tree.resolve(certificate), certificatePem);
      if (keyPem !== undefined) tree.write(tree.resolve(key), keyPem);
    },
  };
}

/** One file with the certificate, then the key, as the kubelet stores them. */
function combinedCredential(tree: FileMap, path: string): Credential {
  const text = readIf(tree, path);
  const key = text?.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/)?.[0];
  return {
    certificate: text,
    key,
    write: (certificatePem, keyPem) => tree.write(tree.resolve(path), certificatePem + (keyPem ?? key ?? '')),
  };
}

export function credentialOf(tree: FileMap, role: Role): Credential {
  const path = absolute(pathOf(role));
  if (!isKubeconfig(role)) return fileCredential(tree, path, path.replace(/\.crt$/, '.key'));
  const text = tree.read(path);
  const file = kubeconfigField(text, 'client-certificate');
  if (file !== undefined) return combinedCredential(tree, file);
  return {
    certificate: kubeconfigField(text, 'client-certificate-data'),
    key: kubeconfigField(text, 'client-key-data'),
    write(clientCertificate, clientKey) {
      tree.write(path, editKubeconfig(text, { clientCertificate, ...(clientKey === undefined ? {} : { clientKey }) }));
    },
  };
}

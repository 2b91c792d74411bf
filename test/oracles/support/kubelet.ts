/** What a kubelet does when it starts. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { Answer } from './node-shell.ts';

const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';

const serving = ['crt', 'key'].map((end) => `/var/lib/kubelet/pki/kubelet.${end}`);

/** A kubelet starts: it creates what it lacks. */
export function startKubelet(root: string): Answer {
  createServingPair(root);
  return keepCredential(root);
}

/** It signs a serving certificate itself if it has none, unless it requests one or is given one. */
function createServingPair(root: string): void {
  const files = serving.map((path) => join(root, path));
  const config = join(root, '/var/lib/kubelet/config.yaml');
  const asks = existsSync(config) && /^(?:serverTLSBootstrap: true|tlsCertFile:)/m.test(readFileSync(config, 'utf8'));
  if (asks || files.some(existsSync) || !existsSync(config)) return;
  const made = makeAuthority('cp-1@1796083200', { ca: false, usages: ['serverAuth'], sans: ['DNS:cp-1'] });
  mkdirSync(dirname(join(root, pem)), { recursive: true });
  writeFileSync(files[0] ?? '', certificatePem(made.certificate), { mode: 0o644 });
  writeFileSync(files[1] ?? '', privateKeyPem(made.key), { mode: 0o600 });
}

/** Without a credential of its own it takes the one that kubelet.conf embeds. */
function keepCredential(root: string): Answer {
  const file = join(root, '/etc/kubernetes/kubelet.conf');
  if (!existsSync(file) || hasCredential(root)) return { status: 0 };
  const { users } = load(readFileSync(file, 'utf8')) as {
    users: readonly { user: Readonly<Record<string, string | undefined>> }[];
  };
  const { 'client-certificate-data': certificate, 'client-key-data': key } = users[0]?.user ?? {};
  if (certificate === undefined || key === undefined) return { status: 0 };
  const both = [certificate, key].map((text) => Buffer.from(text, 'base64').toString()).join('');
  const dated = pem.replace('current', '2026-12-01-00-00-00');
  mkdirSync(dirname(join(root, pem)), { recursive: true });
  writeFileSync(join(root, dated), both, { mode: 0o600 });
  rmSync(join(root, pem), { force: true });
  symlinkSync(dated, join(root, pem));
  return { status: 0 };
}

/** Whether the credential that the kubelet renews is there. Follows a link inside the copy. */
export function hasCredential(root: string): boolean {
  const found = lstatSync(join(root, pem), { throwIfNoEntry: false });
  if (found?.isSymbolicLink() !== true) return found !== undefined;
  return existsSync(join(root, resolve(dirname(pem), readlinkSync(join(root, pem)))));
}

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
import type { Answer } from './node-shell.ts';

const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** A kubelet that starts without a credential of its own takes the one that kubelet.conf embeds. */
export function startKubelet(root: string): Answer {
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

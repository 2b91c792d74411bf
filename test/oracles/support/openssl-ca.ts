/** CAs made with openssl, as an administrator makes them, and their answers to requests. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { authorities, type LeafRole, leaves } from '../../support/roles.ts';
import { type Command, run } from './programs.ts';

function must(command: Command): void {
  const { status, output } = run(command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${output}`);
}

/** Creates the three CAs in the layout of a PKI folder, with keys in PKCS#8. */
export function authoritiesOfOpenssl(folder: string): string {
  for (const { file, commonName } of Object.values(authorities)) {
    const path = join(folder, file.slice('pki/'.length));
    mkdirSync(dirname(path), { recursive: true });
    const key = ['-newkey', 'rsa:2048', '-noenc', '-keyout', `${path}.key`];
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-addext', `subjectAltName=DNS:${commonName}`];
    const subject = ['-subj', `/CN=${commonName}`, '-days', '300'];
    must(['openssl', 'req', '-x509', ...key, '-out', `${path}.crt`, ...subject, ...usage]);
  }
  return folder;
}

/**
 * Signs every request, with the requested extensions if `copies` is set, and puts the CA certificates next to the
 * requests.
 */
export function answerRequests(requests: string, ca: string, copies = true): void {
  const names = readdirSync(requests, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csr'));
  for (const name of names) {
    const request = join(requests, name);
    const pair = join(ca, signerOf(name.slice(0, -'.csr'.length)));
    const signer = ['-CA', `${pair}.crt`, '-CAkey', `${pair}.key`, '-days', '100'];
    const extensions = copies ? ['-copy_extensions', 'copy'] : [];
    const answer = request.replace(/csr$/, 'crt');
    must(['openssl', 'x509', '-req', '-in', request, ...signer, ...extensions, '-out', answer]);
  }
  for (const { file } of Object.values(authorities)) {
    const name = file.slice('pki/'.length);
    copyFileSync(join(ca, `${name}.crt`), join(requests, `${name}.crt`));
  }
}

/** The CA that signs a request, by the name of the request's file, which is that of the role's file. */
function signerOf(name: string): string {
  const role = (Object.keys(leaves) as LeafRole[]).find((one) => [`pki/${name}`, name].includes(leaves[one].file));
  if (role === undefined) throw new Error(`no role has a request called ${name}`);
  return authorities[leaves[role].signer].file.slice('pki/'.length);
}

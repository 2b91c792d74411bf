/**
 * Writes a fleet for scripts/bench-fleet.mjs: two real control planes of fixtures/corpora, and workers with P-256
 * client certificates that are signed by the CA of these control planes.
 */
import { execFileSync } from 'node:child_process';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const corpora = fileURLToPath(new URL('../fixtures/corpora/', import.meta.url));
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const { digitalSignature, keyCertSign } = x509.KeyUsageFlags;
const mayBeCa = new x509.BasicConstraintsExtension(true, undefined, true);
const usages = (flags) => new x509.KeyUsagesExtension(flags, true);
const purpose = (name) => new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[name]]);
const dnsName = (value) => new x509.SubjectAlternativeNameExtension([{ type: 'dns', value }]);

const year = (first) => ({
  notBefore: new Date(`${first}-11-24T13:54:17Z`),
  notAfter: new Date(`${first + 1}-11-24T13:59:17Z`),
});
/** When the corpora were made, so that the same `--at` fits. */
const current = year(2026);

const generateKeys = () => webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
const pemOf = (certificate) => `${certificate.toString('pem')}\n`;

async function keyPem({ privateKey }) {
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ type: 'sec1', format: 'pem' });
}

let serials = 0x1000;

/** Signs a certificate; the subject signs it itself if there is no authority. */
function sign(subject, keys, authority, extensions, dates = current) {
  serials += 1;
  return x509.X509CertificateGenerator.create({
    serialNumber: serials.toString(16),
    subject,
    issuer: authority?.name ?? subject,
    ...dates,
    publicKey: keys.publicKey,
    signingKey: authority?.key ?? keys.privateKey,
    signingAlgorithm: authority?.algorithm ?? ecdsa,
    extensions,
  });
}

async function createAuthority(commonName) {
  const keys = await generateKeys();
  const extensions = [usages(keyCertSign | digitalSignature), mayBeCa, dnsName(commonName)];
  const certificate = await sign(`CN=${commonName}`, keys, undefined, extensions);
  return { name: certificate.subject, key: keys.privateKey, algorithm: ecdsa, pem: pemOf(certificate) };
}

function unpack(corpus, folder) {
  const unpacked = mkdtempSync(join(tmpdir(), 'pki-lint-corpus-'));
  execFileSync('tar', ['-xpzf', join(corpora, `${corpus}.tar.gz`), '-C', unpacked]);
  cpSync(join(unpacked, corpus), folder, { recursive: true, verbatimSymlinks: true });
  rmSync(unpacked, { recursive: true });
}

/** Unpacks a control plane. Returns what its workers need: its CA, and the address of its API server. */
async function writeControlPlane(corpus, folder) {
  unpack(corpus, folder);
  const read = (path) => readFileSync(join(folder, 'etc/kubernetes', path), 'utf8');
  const der = createPrivateKey(read('pki/ca.key')).export({ type: 'pkcs8', format: 'der' });
  const key = await webcrypto.subtle.importKey('pkcs8', der, rsa, false, ['sign']);
  const pem = read('pki/ca.crt');
  const authority = { name: new x509.X509Certificate(pem).subject, key, algorithm: rsa, pem };
  return { authority, server: /server: (.*)/.exec(read('admin.conf'))?.[1] };
}

/** The serving certificate that a kubelet creates, with the CA that signed it. */
async function writeServing(pki, name) {
  const keys = await generateKeys();
  const authority = await createAuthority(`${name}-ca@1795528757`);
  const extensions = [usages(digitalSignature), purpose('serverAuth'), dnsName(name)];
  const certificate = await sign(`CN=${name}@1795528757`, keys, authority, extensions);
  writeFileSync(join(pki, 'kubelet.crt'), pemOf(certificate) + authority.pem);
  writeFileSync(join(pki, 'kubelet.key'), await keyPem(keys));
}

/** Makes a worker of a copy of the worker in the corpora. */
async function writeWorker(template, folder, name, { authority, server }, { trusts = authority, dates } = {}) {
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true });
  const kubernetes = join(folder, 'etc/kubernetes');
  const kubelet = join(folder, 'var/lib/kubelet');
  const embedded = Buffer.from(trusts.pem).toString('base64');
  const kubeconfig = readFileSync(join(kubernetes, 'kubelet.conf'), 'utf8')
    .replace(/(certificate-authority-data: ).*/, `$1${embedded}`)
    .replace(/(server: ).*/, `$1${server}`);
  writeFileSync(join(kubernetes, 'kubelet.conf'), kubeconfig);
  writeFileSync(join(kubernetes, 'pki/ca.crt'), trusts.pem);
  writeFileSync(join(kubelet, 'kubeadm-flags.env'), `KUBELET_KUBEADM_ARGS="--hostname-override=${name}"\n`);
  const keys = await generateKeys();
  const extensions = [usages(digitalSignature), purpose('clientAuth')];
  const client = await sign(`O=system:nodes, CN=system:node:${name}`, keys, authority, extensions, dates);
  writeFileSync(join(kubelet, 'pki/kubelet-client-2026-11-24-13-59-17.pem'), pemOf(client) + (await keyPem(keys)));
  await writeServing(join(kubelet, 'pki'), name);
}

/** What is wrong with the workers of a fleet. */
const changes = {
  healthy: () => ({}),
  'expired client certificates': () => ({ dates: year(2025) }),
  'a CA that is not theirs': (shared) => ({ trusts: shared }),
  'a CA of their own': async () => ({ trusts: await createAuthority('kubernetes') }),
  'two clusters mixed': () => ({}),
};
export const faults = Object.keys(changes);

/**
 * Writes `cp-1`, `cp-2` and `worker-1` … to a new folder. With two clusters, `other-1` is the control plane of every
 * second worker.
 */
export async function writeFleet(folder, workers, fault) {
  const template = mkdtempSync(join(tmpdir(), 'pki-lint-worker-'));
  unpack('kubeadm-1.36-worker', template);
  const clusters = [await writeControlPlane('kubeadm-1.36-ha', join(folder, 'cp-1'))];
  await writeControlPlane('kubeadm-1.36-ha-node2', join(folder, 'cp-2'));
  if (fault === 'two clusters mixed') {
    clusters.push(await writeControlPlane('kubeadm-1.36-default', join(folder, 'other-1')));
  }
  const shared = await createAuthority('kubernetes');
  for (let index = 1; index <= workers; index++) {
    const name = `worker-${index}`;
    await writeWorker(
      template,
      join(folder, name),
      name,
      clusters[index % clusters.length],
      await changes[fault](shared),
    );
  }
  rmSync(template, { recursive: true });
}

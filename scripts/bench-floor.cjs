'use strict';
/*
 * Baseline for scripts/bench.mjs: close to the minimum that a Node program can do with the PKI of nodes. It reads the
 * certificates, keys and kubeconfigs below a folder, parses them, and checks the signature of each certificate.
 */
const { createPrivateKey, createPublicKey, X509Certificate } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');

const certificates = [];
const keys = [];
const parse = (text) => {
  // The kubelet keeps several certificates, or a certificate and its key, in one file.
  for (const pem of text.split(/(?=-----BEGIN )/)) {
    if (pem.includes('CERTIFICATE')) certificates.push(new X509Certificate(pem));
    else keys.push(pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem));
  }
};

const folder = process.argv[2];
for (const file of readdirSync(folder, { recursive: true })) {
  // kubelet-client-current.pem is a link to such a file with a date.
  if (/\.(crt|key|pub)$|\d\.pem$/.test(file)) parse(readFileSync(`${folder}/${file}`, 'latin1'));
  if (!file.endsWith('.conf')) continue;
  const kubeconfig = readFileSync(`${folder}/${file}`, 'latin1');
  for (const [, data] of kubeconfig.matchAll(/-data: (\S+)/g)) parse(Buffer.from(data, 'base64').toString('latin1'));
}

const authorities = new Map(certificates.filter(({ ca }) => ca).map((one) => [one.subject, one.publicKey]));
const signed = certificates.filter((one) => one.verify(authorities.get(one.issuer)));
console.log(`${certificates.length} certificates, ${signed.length} signed by a CA of these nodes, ${keys.length} keys`);

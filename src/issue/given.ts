/** Files of this machine that the command line leads to: certificates and keys that are kept or were signed elsewhere. */
import { lstatSync } from 'node:fs';
import { readArmor } from '../x509/armor.ts';

/** Whether anything stands there, were it a link that leads nowhere; what may not be looked at is told when it is read. */
export function isGiven(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** The certificates of a PEM file alone, in PEM: whoever may read them must not find the key that stands beside them. */
export function certificatesOf(pem: Uint8Array): string {
  const blocks = readArmor(pem).blocks.filter(({ label }) => label === 'CERTIFICATE');
  return blocks.map(({ der }) => armored(Buffer.from(der).toString('base64'))).join('');
}

function armored(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

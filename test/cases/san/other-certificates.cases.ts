import type { Case } from '../harness.ts';
import { asItIs, pki, sni, withSni } from '../support/other-certificates.ts';

export const otherCertificates: readonly Case[] = [
  {
    name: 'that pair is presented for a name that it does not have',
    change: withSni(asItIs, `${pki}/sni.crt,${pki}/sni.key:api.example.test,www.example.test`),
    findings: [`san/given@${sni}`],
  },
];

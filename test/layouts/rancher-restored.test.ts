/** What heals k3s and RKE2: a restart, or a file that the datastore has is moved away first. Nothing is edited that they make. */
import { describe, expect, it } from 'vitest';
import { lintTrees } from '../cases/harness.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { formerCa, formerCaPem } from './faults/fault.ts';
import type { KitChanges } from './kits/kit.ts';
import { rancherKits } from './kits/rancher-kits.ts';

/** The commands of the first fix of each finding of a rule. */
async function firstFixes(kit: string, rule: string, change: KitChanges): Promise<readonly (readonly string[])[]> {
  const nodes = rancherKits[kit]?.nodes ?? [];
  const { findings } = await lintTrees(nodes.map((make, index) => make(index === 0 ? change : {})));
  const own = findings.filter((finding) => finding.rule === rule);
  return own.map(({ fix }) => (fix?.[0] ?? []).map(({ text }) => text));
}

const expired = { notAfter: '2026-11-30' };
const several = { certificates: { 'client-admin': expired, 'client-scheduler': expired, 'dynamic-cert': expired } };

describe.each([
  ['k3s', 'systemctl restart k3s'],
  ['RKE2', 'systemctl restart rke2-server'],
])('fixes of %s', (name, restart) => {
  const folder = `/var/lib/rancher/${name.toLowerCase()}/server`;
  const kit = `${name} server with etcd`;

  it('restart the service where several certificates have expired', async () => {
    const [fix = []] = await firstFixes(kit, 'cert/expired', several);
    expect(fix.at(-1)).toBe(restart);
  });

  it('move both keys of tokens away', async () => {
    const key = privateKeyPem(keyNamed('another key of tokens', 'RSA-2048'));
    const [fix = []] = await firstFixes(kit, 'service-account/verified', {
      files: { [`${folder}/tls/service.key`]: key },
    });
    expect(
      fix.some((text) => text.startsWith('mv ') && /service\.key/.test(text) && /service\.current\.key/.test(text)),
    ).toBe(true);
    expect(fix.at(-1)).toBe(restart);
  });

  it('move a CA away that was replaced by hand', async () => {
    const change = { files: { [`${folder}/tls/server-ca.crt`]: formerCaPem } };
    const [fix = []] = await firstFixes(kit, 'kubeconfig/authority', change);
    expect(fix.filter((text) => text.startsWith('mv '))).toEqual([
      expect.stringContaining(`${folder}/tls/server-ca.crt`),
    ]);
    expect(fix.at(-1)).toBe(restart);
  });
});

describe('fixes of k3s with a datastore of the user', () => {
  it('name the setting and leave the files', async () => {
    const change = { certificates: { 'etcd-client': { key: 'P-256' as const, writeKey: false, issuer: formerCa } } };
    const [fix = []] = await firstFixes('k3s server with an etcd of its own', 'cert/pair', change);
    expect(fix.some((text) => /^line \d+ of \/etc\/rancher\/k3s\/config\.yaml names/.test(text))).toBe(true);
    expect(fix.some((text) => text.startsWith('mv '))).toBe(false);
  });
});

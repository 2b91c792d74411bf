/**
 * What is printed first about faults of units and of clusters without kubeadm is pasted into a shell on a copy of the
 * node, and heals.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { dateFaults } from '../layouts/faults/dates-and-keys.ts';
import { etcdFaults } from '../layouts/faults/etcd.ts';
import type { KitFault } from '../layouts/faults/fault.ts';
import { nameFaults } from '../layouts/faults/names.ts';
import { trustFaults } from '../layouts/faults/trust.ts';
import { unitFaults } from '../layouts/faults/units.ts';
import { kits } from '../layouts/kits/index.ts';
import type { KitChanges } from '../layouts/kits/kit.ts';
import { sample } from '../support/extent.ts';
import { alarmsOf, copyOf, isAlarm, isWriting, lintRoots, notesOf, textsOf } from './support/follow.ts';
import { furnishRoot, paste, writeStandIns } from './support/node-shell.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

/** Fixes that do not heal when they are pasted alone, with the reason. */
const notHealed: Readonly<Record<string, string>> = {
  'the certificate of a member on its own host has expired':
    'the playbook of kubespray makes the files again that are moved away',
  'a certificate of a peer is not for clients': 'the playbook of kubespray makes the files again that are moved away',
  'the API server lacks the loopback address':
    'etcd has a copy of the certificate in a folder of its own, which keeps the old one',
  "the API server's client certificate is of a CA that etcd does not trust":
    'the playbook of kubespray makes the files again that are moved away',
  'etcd trusts the CA of the cluster, which did not sign its clients':
    'the shell of the test has the /usr of its machine, where the unit is not',
  'a unit names a certificate that is not there':
    'the shell of the test has the /usr of its machine, where the unit is not',
  'tokens are signed with the key of the API server, and verified with that of the CA':
    'a person points the flag at the key of tokens',
  'the controller manager signs tokens with the key of the CA': 'a person points the flag at the key of tokens',
  'the file of variables is missing': 'a person writes the file again',
  'the script that starts the kubelet is missing': 'a person writes the script again',
  'a drop-in empties a variable': 'a person knows the files',
  'the kubeconfig of the scheduler is not there': 'a person writes the kubeconfig',
  'a unit has a flag that its release has lost': 'a person removes the flag: it is in a variable with others',
  'one certificate for five roles has expired':
    'etcd has a copy of the certificate in a folder of its own, which keeps the old one',
  'the CA has expired': 'a person follows the rotation of CAs',
};

const faults = [...nameFaults, ...etcdFaults, ...trustFaults, ...unitFaults, ...dateFaults].filter(
  ({ kit, expects }) => expects !== null && kits[kit].nodes.length === 1,
);

const answer = async () => ({ status: 0, said: '' });
const pasted: string[] = [];

/** Whether a shell can do all of it: nothing is left to a person. */
const isPasted = (finding: Finding) =>
  isAlarm(finding) && isWriting(finding) && notesOf(finding).every((text) => !/^(?:have|copy|the key of) /.test(text));

async function healed({ name, kit, change }: KitFault): Promise<readonly string[]> {
  const changes: readonly KitChanges[] = Array.isArray(change) ? change : [change];
  const [make] = kits[kit].nodes;
  const tree = make?.(changes[0]) ?? expect.fail(`${kit} has no node`);
  const before = await lintRoots([copyOf(tree)], { name });
  const known = alarmsOf(before, before.findings);
  const problems: string[] = [];
  for (const finding of before.findings.filter(isPasted)) {
    const root = copyOf(tree);
    furnishRoot(root, []);
    // openssl req reads it, on every machine.
    mkdirSync(join(root, 'etc/ssl'), { recursive: true });
    copyFileSync('/etc/ssl/openssl.cnf', join(root, 'etc/ssl/openssl.cnf'));
    const { failed } = await paste(textsOf(finding), { root, others: {}, answer }, folder.path);
    const after = await lintRoots([root], { name });
    const left = alarmsOf(after, after.findings);
    const stays = alarmsOf(before, [finding]).filter((id) => left.includes(id));
    const fresh = left.filter((id) => !known.includes(id));
    pasted.push(finding.rule);
    problems.push(...[...failed, ...stays, ...fresh].map((one) => `${finding.rule}: ${one}`));
  }
  return problems;
}

describe('what is printed first about nodes of units heals', () => {
  it.each(sample(faults, 25))('$kit: $name', async (fault) => {
    const problems = await healed(fault);
    if (notHealed[fault.name] === undefined) expect(problems).toEqual([]);
    else expect(problems).not.toEqual([]);
  });

  it('with at least ten fixes', () => {
    expect(pasted.length).toBeGreaterThanOrEqual(10);
  });
});

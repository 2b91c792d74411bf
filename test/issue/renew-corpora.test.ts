/** Renews every real node, role by role and as a whole: it must be healthy afterwards, and nothing else may change. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CorpusName, corpora } from '../support/corpus.ts';
import { alarmsIn, filesIn, issueIn, unpacked } from './support/folders.ts';

/** Nodes that have a CA key. */
const signing = corpora.filter((name) => !/worker/.test(name));

/** Everything that a renewal must not change: owners, modes, and kubeconfigs except their data. */
function rest(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    if (name.includes('.pki-lint')) continue;
    const { mode, uid, gid } = lstatSync(join(folder, name));
    const text = name.endsWith('.conf') ? readFileSync(join(folder, name), 'utf8') : '';
    const kept = text.replace(/(certificate-authority|client-certificate|client-key)-data: .*/g, '$1');
    found.set(name, `${(mode & 0o7777).toString(8)} ${uid}:${gid} ${kept}`);
  }
  return found;
}

const isLeafFile = (name: string): boolean =>
  /\.(?:crt|key|conf)$/.test(name) && !/(?:^|\/)(?:ca|front-proxy-ca|sa)\./.test(name);

describe.each(signing)('%s', (name: CorpusName) => {
  it('is renewed as a whole', async () => {
    const folder = await unpacked(name);
    const [files, others, alarms] = [filesIn(folder), rest(folder), await alarmsIn(folder)];
    const report = await issueIn(folder, { renew: true, withinDays: 4000, write: true });
    expect(report).toMatchObject({ exitCode: 0, plan: { refusals: [] } });
    const kept = report.plan.left.map(({ role }) => role);
    // The client certificate for an external etcd is signed elsewhere.
    expect(kept.includes('kube-apiserver-etcd-client')).toBe(name === 'kubeadm-1.36-external-etcd');
    const after = filesIn(folder);
    const changed = [...after].filter(([file, told]) => files.get(file) !== told).map(([file]) => file);
    expect(changed.filter((file) => !isLeafFile(file))).toEqual([]);
    expect(changed.length).toBeGreaterThan(7);
    expect(rest(folder)).toEqual(others);
    expect(await alarmsIn(folder)).toEqual(alarms);
  });
});

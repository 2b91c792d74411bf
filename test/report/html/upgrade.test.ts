/** The section about an upgrade: its answer, and a row for each step. */
import { expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { controlPlane } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';

const sectionOf = (html: string): string =>
  (html.split('<section id="upgrade"')[1]?.split('</section>')[0] ?? '')
    .replace(/<\/td>/g, ' | ')
    .replace(/<[^>]+>/g, '');
const options: LintOptions = { picture: true, targetVersion: 'v1.37.0' };

it('a node that is ready says so, with a row for each step', async () => {
  const html = await reporters.html(await lintTree(await corpus('kubeadm-1.32-default'), options));
  expect(sectionOf(html)).toContain('Ready to upgrade v1.32 → v1.37, in 5 steps');
  expect(sectionOf(html)).toContain('ok:  | v1.36 → v1.37 | ready | ');
});

it('says whether certificates have to be renewed before', async () => {
  const node = await corpus('kubeadm-1.32-default');
  const soon = await reporters.html(await lintTree(node, { ...options, at: new Date('2027-11-01') }));
  expect(sectionOf(soon)).toMatch(
    /No certificate has to be renewed before the upgrade: none has expired, and the next one does on 2027-11-24, in 23 days\./,
  );
  const late = await reporters.html(await lintTree(node, { ...options, at: new Date('2028-01-01') }));
  expect(sectionOf(late)).toContain('12 certificates have expired: renew before the upgrade.');
});

it('what has to be fixed stands at the step that needs it', async () => {
  const broken = (await corpus('kubeadm-1.36-default')).chmod('/etc/kubernetes/pki/sa.key', 0o644);
  const html = await reporters.html(await lintTree(broken, options));
  expect(sectionOf(html)).toMatch(/Not ready to upgrade v1\.36 → v1\.37.*fix before it: .*finding 1\b/);
});

it('nodes with the same steps have one answer; without a target there is no section', async () => {
  const html = await reporters.html(await lintTrees([controlPlane(1), controlPlane(2)], options));
  expect(sectionOf(html).match(/eady to upgrade/g)).toHaveLength(1);
  expect(sectionOf(html)).toContain('cp-1, cp-2: Ready to upgrade');
  expect(await reporters.html(await lintTree(controlPlane(1), { picture: true }))).not.toContain('id="upgrade"');
});

it('the title answers the question if nothing else is to be done, and else a line of the head does', async () => {
  const titleOf = (html: string) => /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1]?.replace(/<[^>]+>/g, '');
  const ready = await reporters.html(await lintTree(await corpus('kubeadm-1.32-default'), options));
  expect(titleOf(ready)).toContain('Ready to upgrade v1.32 → v1.37, in 5 steps');
  expect(ready.split('</h1>')[1]?.split('</header>')[0]).not.toContain('Ready to upgrade');
  const broken = (await corpus('kubeadm-1.36-default')).chmod('/etc/kubernetes/pki/sa.key', 0o644);
  const html = await reporters.html(await lintTree(broken, options));
  expect(titleOf(html)).toContain('sa.key');
  expect(html.split('</header>')[0]).toContain('>Not ready to upgrade v1.36 → v1.37');
});

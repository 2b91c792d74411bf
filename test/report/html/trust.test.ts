/** The trust graph: what is wrong on some nodes only, what was not judged, and what fails in words. */
import { expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import { baseOf } from '../../../src/report/graph/trust-layout.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';

const picture = true;

async function wrongCa() {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  return reporters.html(await lintTrees([controlPlane(1), wrong], { picture }));
}

/** The graphs of a page: that of all nodes, and one for each. */
const graphsOf = (html: string) => html.split('<svg viewBox="-').slice(1);

/** The texts in the boxes with this name. */
const boxesNamed = (graph: string, name: string) =>
  [...graph.matchAll(/<g class="item.*?<\/g>/gs)]
    .map(([box]) => [...box.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text))
    .filter(([first]) => first === name || first === `✖ ${name}`);

it('a box of several nodes says on which something is wrong', async () => {
  const [all = ''] = graphsOf(await wrongCa());
  expect(boxesNamed(all, 'etcd-ca')).toEqual([['etcd-ca', '✖ cp-2, 1 of 2 nodes']]);
  expect(boxesNamed(all, 'kube-apiserver')).toContainEqual(['kube-apiserver', '✖ cp-2, 1 of 2 nodes']);
  expect(boxesNamed(all, 'kubernetes-ca')).toEqual([['kubernetes-ca', 'pki/ca.crt']]);
});

it('the graph of one node does not speak of others', async () => {
  const [, first = '', second = ''] = graphsOf(
    await reporters.html(await lintTrees([controlPlane(1).chmod('pki/sa.key', 0o644), controlPlane(2)], { picture })),
  );
  expect(boxesNamed(first, 'service-account')).toEqual([['✖ service-account', 'on 2 nodes']]);
  expect(boxesNamed(second, 'service-account')).toEqual([['service-account', 'on 2 nodes']]);
});

it('a file of a CA that is a different one has a box on its node', async () => {
  const [, first = '', second = ''] = graphsOf(await wrongCa());
  expect(boxesNamed(first, 'etcd-ca')).toEqual([['etcd-ca', 'pki/etcd/ca.crt']]);
  expect(boxesNamed(second, 'etcd-ca')).toEqual([['✖ etcd-ca', 'pki/etcd/ca.crt']]);
});

it('a server that is not in the input has no solid line', async () => {
  const [graph = ''] = graphsOf(await reporters.html(await lintTree(buildNode(), { picture })));
  const dials = [...graph.matchAll(/<path class="edge (dials[^"]*)"/g)].map(([, look]) => look);
  expect(dials.filter((look) => look === 'dials unknown')).toHaveLength(1);
  expect(dials.filter((look) => look === 'dials').length).toBeGreaterThan(5);
});

it('all files are named below one folder', async () => {
  const html = await reporters.html(await lintTree(buildNode(), { picture }));
  expect(html).toContain('Files are below <code>/etc/kubernetes</code>.');
  const [graph = ''] = graphsOf(html);
  const files = [...graph.matchAll(/<text class="file"[^>]*>([^<]*)/g)].map(([, text = '']) => text);
  expect(files.filter((text) => text.startsWith('/etc/kubernetes') || text.startsWith('etcd/'))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['pki/ca.crt', 'pki/etcd/ca.crt', 'pki/apiserver.crt']));
});

it.each([
  ['that around the CAs', ['/srv/kube/pki/ca.crt', '/srv/kube/admin.conf'], '/srv/kube'],
  ['that of the CAs', ['/srv/kube/pki/ca.crt', '/srv/kubelet.conf', '/var/kubelet.pem'], '/srv/kube/pki'],
  ['what CAs share', ['/srv/tls/server-ca.crt', '/srv/tls/etcd/ca.crt'], '/srv/tls'],
  ['nothing', ['/srv/a.crt', '/opt/b.crt'], ''],
  ['nothing without CAs', [], ''],
])('the folder of files is %s', (_, paths, base) => {
  const nodes = paths.map((path) => ({
    id: path,
    kind: path.endsWith('.crt') ? ('authority' as const) : ('certificate' as const),
    nodes: [],
    name: path,
    path,
    expires: null,
    fault: null,
  }));
  expect(baseOf({ at: '', nodes, edges: [] })).toBe(base);
});

it('there are words for those who have no pointer', async () => {
  const html = await reporters.html(await lintTree(buildNode(), { picture }));
  expect(html).toContain('<span class="touch on-screen">Tap a box');
  expect(html).toMatch(/@media \(hover: none\) {\s*\.mouse {\s*display: none;\s*}/);
});

it('a component that fails on all nodes is marked, too', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const html = await reporters.html(await lintTrees([controlPlane(1), wrong], { picture }));
  expect(html).toContain('✖ on 2 nodes');
});

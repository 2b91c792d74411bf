/** The trust graph as a picture that can be read: fixed columns, trust only where one looks, failures always. */
import { count } from '../../core/text.ts';
import type { GraphNode } from '../../results/graph.ts';
import { baseOf, layOut, ofCluster, ofNode } from '../graph/trust-layout.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { lead, reference } from './parts.ts';
import { drawn } from './trust-drawing.ts';
import { finder, graphOfPage } from './trust-known.ts';

/** Of more nodes there is only the graph of all. */
const mostGraphs = 20;

/** Returns the section: a graph for the cluster, and one for each node. */
export function trust(page: Page): Piece {
  const { picture } = page;
  // Without a node it would only repeat the connections of objects.
  if (picture.graph.nodes.length === 0 || picture.nodes.length === 0) return '';
  const isCluster = picture.nodes.length > 1;
  const graph = graphOfPage(page);
  const base = baseOf(graph);
  const only = (node: string) => drawn(node, layOut(ofNode(graph, node), base), finder(page, [node]));
  const named = (kind: GraphNode['kind']) =>
    new Set(graph.nodes.flatMap((one) => (one.kind === kind ? one.name : []))).size;
  return reference(
    'trust',
    'Trust graph',
    { text: `${count(named('authority'), 'CA')}, ${count(named('component'), 'component')}` },
    lead(
      'CAs sign certificates, components present them and dial others. ',
      el(
        'span',
        { class: 'mouse on-screen' },
        'Point at a box, or walk with the arrow keys, to see what it is joined to and who trusts it; Enter leads to what is known about it.',
      ),
      el(
        'span',
        { class: 'touch on-screen' },
        'Tap a box to read what is known about it; swipe to see the columns to the right.',
      ),
      base === '' ? '' : [' Files are below ', el('code', {}, base), '.'],
    ),
    legend(),
    el(
      'p',
      { class: 'narrow small soft' },
      'The picture is wider than the window: components, and what they dial, are to the right.',
    ),
    isCluster ? drawn('All nodes together', layOut(ofCluster(graph), base), finder(page, picture.nodes)) : '',
    ...(picture.nodes.length > mostGraphs ? [] : picture.nodes).map((node) =>
      isCluster ? el('details', { class: 'panel' }, el('summary', {}, `Only ${node}`), only(node)) : only(node),
    ),
  );
}

function legend(): Markup {
  const sample = (look: string) =>
    el('svg', { 'aria-hidden': 'true', viewBox: '0 0 32 12' }, el('path', { class: `edge ${look}`, d: 'M0 6L32 6' }));
  const rows: readonly (readonly [string, string])[] = [
    ['signs', 'signs, or is presented by'],
    ['dials', 'dials, and the handshake succeeds'],
    ['dials fail', '✖ fails'],
    ['dials unknown', 'cannot be decided, is excused, or only the client is judged, as the server is not in the input'],
    ['trusts near', 'is trusted by: shown for what is pointed at'],
  ];
  return el(
    'ul',
    { class: 'legend graph' },
    ...rows.map(([look, words]) =>
      el('li', { class: look.startsWith('trusts') ? 'pointed' : undefined }, sample(look), words),
    ),
  );
}

/** Trust graphs as what reads them draws them: Graphviz, and Mermaid in a browser, of which neither may complain. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inColumns } from '../../../src/report/graph/columns.ts';
import { dot } from '../../../src/report/graph/dot.ts';
import { mermaid } from '../../../src/report/graph/mermaid.ts';
import type { TrustGraph } from '../../../src/results/graph.ts';
import { openWindow, startBrowser } from './browser.ts';
import { inValidators } from './validators.ts';

/** What can be seen of a drawing. Texts have no spaces, because readers break lines where they like. */
export interface Drawing {
  /** The text of each box, by the id of the box. */
  readonly boxes: Readonly<Record<string, string>>;
  /** The texts at lines, and the ids of the boxes of those that are drawn as failures. */
  readonly texts: readonly string[];
  readonly failing: readonly string[];
  /** Titles of the frames around the boxes of a node. */
  readonly frames: readonly string[];
}

/** What draws a graph. */
export interface Reader {
  readonly write: (graph: TrustGraph) => string;
  /** Draws what was written; throws if it is not accepted. */
  readonly draw: (written: string, graph: TrustGraph) => Promise<Drawing>;
}

/** How long a reader may take. */
const limit = 30_000;

/** In the page: the text of an element without its spaces; '' if it is not seen. */
const helpers = `
  const all = (selector, one = document) => [...one.querySelectorAll(selector)];
  const whole = document.querySelector('svg').getBoundingClientRect();
  const inside = ({ left, right, top, bottom, width, height }) => width > 0 && height > 0 &&
    left >= whole.left - 1 && right <= whole.right + 1 && top >= whole.top - 1 && bottom <= whole.bottom + 1;
  const seen = (one) => inside(one.getBoundingClientRect()) ? one.textContent.replace(/[\\s\\u200b]+/g, '') : '';
  const red = (path) => { const [r, g, b] = getComputedStyle(path).stroke.match(/[\\d.]+/g).map(Number); return r > 180 && g < 80 && b < 80; };`;

const fromGraphviz = `(() => { ${helpers}
  const title = (one) => one.querySelector('title').textContent;
  const text = (one) => all('text', one).map(seen).join('');
  const edges = all('g.edge');
  return {
    boxes: Object.fromEntries(all('g.node').map((one) => [title(one), text(one)])),
    texts: edges.map(text).filter((one) => one !== ''),
    failing: edges.filter((one) => red(one.querySelector('path'))).map(title),
    frames: all('g.cluster').map(text),
  };
})()`;

/** Boxes are \`n0\`, \`n1\` …; lines \`L_n0_n1_0\`. */
const fromMermaid = (ids: readonly string[]) => `(() => { ${helpers}
  const ids = ${JSON.stringify(ids)};
  const idOf = (name) => ids[Number(name.slice(1))];
  return {
    boxes: Object.fromEntries(all('g.node').map((one) => [idOf(/flowchart-(n\\d+)-/.exec(one.id)[1]), seen(one.querySelector('.label'))])),
    texts: all('g.edgeLabel').map(seen).filter((one) => one !== ''),
    failing: all('path.flowchart-link').filter(red).map((one) => /L_(n\\d+)_(n\\d+)_/.exec(one.id).slice(1).map(idOf).join('->')),
    frames: all('g.cluster .cluster-label').map(seen),
  };
})()`;

/** Starts both readers. */
export async function startReaders() {
  const browser = await startBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'drawings-'));
  const file = join(folder, 'empty.html');
  writeFileSync(file, '<!DOCTYPE html><meta charset="utf-8"><div id="drawing"></div>');
  const { page, open } = await openWindow(browser);
  const noise = await open(file);
  await page.addScriptTag({ path: inValidators('mermaid/dist/mermaid.min.js') });
  await page.evaluate('mermaid.initialize({ startOnLoad: false })');
  const show = async (drawn: string, read: string): Promise<Drawing> => {
    await page.evaluate(`(async () => { document.querySelector('#drawing').innerHTML = await ${drawn}; })()`);
    const drawing = await page.evaluate<Drawing>(read);
    if (noise.length > 0) throw new Error(noise.join('\n'));
    return drawing;
  };
  const graphviz: Reader = {
    write: dot,
    draw: async (input) => {
      const { stdout, stderr, status } = spawnSync('dot', ['-Tsvg'], { input, encoding: 'utf8', timeout: limit });
      if (status !== 0 || stderr !== '') throw new Error(`dot ends with ${status}: ${stderr}`);
      return show(JSON.stringify(stdout), fromGraphviz);
    },
  };
  const inMermaid: Reader = {
    write: mermaid,
    draw: (written, graph) => {
      const slow = `new Promise((_, fail) => setTimeout(() => fail(new Error('too slow')), ${limit}))`;
      const svg = `mermaid.render('graph', ${JSON.stringify(written)}).then(({ svg }) => svg)`;
      return show(`Promise.race([${svg}, ${slow}])`, fromMermaid(inColumns(graph).boxes.map(({ id }) => id)));
    },
  };
  const close = async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  };
  return { graphviz, mermaid: inMermaid, close };
}

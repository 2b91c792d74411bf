/** Pages of the format html in a browser, and pages that are broken on purpose. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Report, reporters } from '../../../src/index.ts';
import { lintTrees } from '../../cases/harness.ts';
import { corpus } from '../../support/corpus.ts';
import { type BrowserPage, openWindow, startBrowser, type Viewport, type Window } from './browser.ts';

/** Two nodes: one has a wrong CA of etcd, the other a key that others can read, a wrong key, and a file less. */
export async function brokenCluster(): Promise<Report> {
  const [first, second] = await Promise.all((['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2'] as const).map(corpus));
  if (first === undefined || second === undefined) throw new Error('no corpus');
  const pki = '/etc/kubernetes/pki';
  second.write(`${pki}/etcd/ca.crt`, second.read(`${pki}/ca.crt`));
  first.write(`${pki}/front-proxy-client.key`, first.read(`${pki}/sa.key`)).chmod(`${pki}/sa.key`, 0o644);
  first.remove(`${pki}/apiserver-kubelet-client.crt`);
  return lintTrees([first, second], { picture: true, cis: true });
}

/** Those of a window, but for its size. */
type Options = Readonly<Record<string, unknown>> & {
  readonly viewport?: Viewport;
  readonly colorScheme?: 'light' | 'dark';
};

/** A browser, and a folder for its pages. */
export interface Pages {
  /** Writes a page, and returns its path. */
  readonly fileOf: (name: string, html: string) => string;
  /** Opens a page, does something with it, and returns what it did that a page may not do. */
  readonly noiseOf: (file: string, act?: (page: BrowserPage) => Promise<unknown>) => Promise<string>;
  /** Opens a page, does something with it, and expects that it was silent meanwhile. */
  readonly within: <Result>(
    file: string,
    act: (page: BrowserPage) => Promise<Result>,
    options?: Options,
  ) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** Starts the browser. */
export async function startPages(): Promise<Pages> {
  const browser = await startBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  /** One for each set of options. */
  const windows = new Map<string, Promise<Window>>();
  const open = async (file: string, { viewport, ...options }: Options = {}) => {
    const key = JSON.stringify(options);
    const opening = windows.get(key) ?? openWindow(browser, options);
    windows.set(key, opening);
    const { page, open } = await opening;
    // What the last page was given is not for this one.
    await page.emulateMedia({ media: null, colorScheme: options.colorScheme ?? 'light' });
    return { page, noise: await open(file, viewport) };
  };
  return {
    fileOf: (name, html) => {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, html);
      return file;
    },
    noiseOf: async (file, act) => {
      const { page, noise } = await open(file);
      await act?.(page);
      return noise.join('\n');
    },
    within: async (file, act, options) => {
      const { page, noise } = await open(file, options);
      const result = await act(page);
      expect(noise).toEqual([]);
      return result;
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64');

/**
 * Returns a page with a change, which its policy allows: a page may be wrong without breaking its own rules. In what is
 * changed, a rule of the style sheet is on one line.
 */
export function changed(html: string, from: string, to: string): string {
  const flat = html.replace(/<style>.*<\/style>/s, (style) => style.replace(/\s+/g, ' '));
  if (!flat.includes(from)) throw new Error(`not in the page: ${from}`);
  const text = flat.replace(from, () => to);
  const of = (tag: string) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1] ?? '';
  return text
    .replace(/script-src &#39;sha256-[^&]*/, `script-src &#39;sha256-${digest(of('script'))}`)
    .replace(/style-src &#39;sha256-[^&]*/, `style-src &#39;sha256-${digest(of('style'))}`);
}

/** Opens the page of the broken cluster before the tests of a file, and closes it after them. */
export function clusterPage() {
  let pages: Pages;
  let html: string;
  let file: string;
  beforeAll(async () => {
    pages = await startPages();
    html = await reporters.html(await brokenCluster());
    file = pages.fileOf('cluster', html);
  });
  afterAll(() => pages.close());
  return {
    get pages() {
      return pages;
    },
    get file() {
      return file;
    },
    broken: (name: string, from: string, to: string): string => pages.fileOf(name, changed(html, from, to)),
  };
}

/** Returns a page without a policy. */
export const unprotected = (html: string): string => html.replace(/<meta http-equiv="[^>]*>/, '');

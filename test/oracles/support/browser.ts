/** Pages in a real browser: Debian's Chromium, driven by playwright-core. */
import { readFileSync } from 'node:fs';
import { inValidators, validator } from './validators.ts';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}
const usual: Viewport = { width: 1280, height: 900 };

/** The parts of playwright-core that the tests use. */
export interface BrowserPage {
  goto(url: string): Promise<unknown>;
  addScriptTag(script: { readonly path: string }): Promise<unknown>;
  evaluate<Result>(script: string): Promise<Result>;
  setViewportSize(size: Viewport): Promise<void>;
  emulateMedia(media: {
    readonly media?: 'print' | 'screen' | null;
    readonly colorScheme?: 'light' | 'dark';
  }): Promise<void>;
  pdf(options: Readonly<Record<string, unknown>>): Promise<Buffer>;
  goBack(): Promise<unknown>;
  locator(selector: string): Locator;
  on(event: string, act: (value: never) => void): void;
  readonly keyboard: { press(key: string): Promise<void> };
  url(): string;
}
interface Locator {
  click(): Promise<void>;
  fill(text: string): Promise<void>;
  focus(): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  first(): Locator;
  count(): Promise<number>;
}
interface Context {
  newPage(): Promise<BrowserPage>;
}
export interface Browser {
  newContext(options: Readonly<Record<string, unknown>>): Promise<Context>;
  close(): Promise<void>;
}

const { chromium } = validator('playwright-core') as {
  readonly chromium: { launch(options: Readonly<Record<string, unknown>>): Promise<Browser> };
};

/** Starts the browser. Root may not use its sandbox. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

/** A window, in which files are opened one after the other. */
export interface Window {
  readonly page: BrowserPage;
  /**
   * Opens a file. Returns a list to which all is added that the page does and may not do: messages, dialogs, requests
   * but the first.
   */
  readonly open: (file: string, viewport?: Viewport) => Promise<readonly string[]>;
}

/** Opens a window. It takes several times as much CPU time as a page in a window that is there. */
export async function openWindow(browser: Browser, options: Readonly<Record<string, unknown>> = {}): Promise<Window> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  let noise: string[] = [];
  let requests = 0;
  page.on('console', (message: { text(): string }) => noise.push(`console: ${message.text()}`));
  page.on('pageerror', (error: Error) => noise.push(`error: ${error.message}`));
  page.on('dialog', (dialog: { message(): string; dismiss(): Promise<void> }) => {
    noise.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request: { url(): string }) => {
    requests += 1;
    if (requests > 1) noise.push(`request: ${request.url()}`);
  });
  const open = async (file: string, viewport = usual) => {
    // From the same file with a different fragment, the browser would only scroll.
    await page.goto('about:blank');
    await page.setViewportSize(viewport);
    noise = [];
    requests = 0;
    await page.goto(`file://${file}`);
    return noise;
  };
  return { page, open };
}

const axe = readFileSync(inValidators('axe-core/axe.min.js'), 'utf8');

/** Returns what axe-core finds: the rules, with a place each. */
export async function violations(page: BrowserPage): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`,
  );
}

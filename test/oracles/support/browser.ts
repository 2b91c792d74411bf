/** Pages in a real browser: Debian's Chromium, driven by playwright-core. */
import { readFileSync } from 'node:fs';
import { inValidators, validator } from './validators.ts';

/** The parts of playwright-core that the tests use. */
export interface BrowserPage {
  goto(url: string): Promise<unknown>;
  addScriptTag(script: { readonly path: string }): Promise<unknown>;
  evaluate<Result>(script: string): Promise<Result>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
  emulateMedia(media: { readonly media?: 'print' | 'screen'; readonly colorScheme?: 'light' | 'dark' }): Promise<void>;
  pdf(options: Readonly<Record<string, unknown>>): Promise<Buffer>;
  goBack(): Promise<unknown>;
  locator(selector: string): Locator;
  close(): Promise<void>;
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
  close(): Promise<void>;
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

/** An open page, and whatever it did that a page may not do: messages, dialogs, requests but the first. */
export interface Opened {
  readonly page: BrowserPage;
  readonly noise: string[];
  readonly close: () => Promise<void>;
}

/** Opens a file. */
export async function open(
  browser: Browser,
  file: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const noise: string[] = [];
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
  await page.goto(`file://${file}`);
  return { page, noise, close: () => context.close() };
}

const axe = readFileSync(inValidators('axe-core/axe.min.js'), 'utf8');

/** Returns what axe-core finds: the rules, with a place each. */
export async function violations(page: BrowserPage): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`,
  );
}

/**
 * What every run loads: the command line, and the functions of the library (`index.ts`). Those that few runs use are
 * in a chunk of their own (`scripts/bundles.mjs`).
 */
import { lint } from './api/lint.ts';
import { loadConfig } from './api/load-config.ts';
import { reporters } from './api/reporters.ts';
import { documentedRules } from './api/rule-docs.ts';
import { runProgram } from './cli/main.ts';
import { UserError } from './core/errors.ts';

const rare = () => import('./cli/commands/rare.ts');

/** What `index.ts` exports. */
export const library: typeof import('./index.ts') = {
  lint,
  loadConfig,
  reporters,
  get ruleDocs() {
    return documentedRules();
  },
  UserError,
  expiry: async (options) => (await rare()).expiry(options),
  trustGraph: async (options) => (await rare()).trustGraph(options),
  blast: async (what, options) => (await rare()).blast(what, options),
  expect: async (options) => (await rare()).expect(options),
  issue: async (options) => (await rare()).issue(options),
};

/** Runs the command line of this process. */
export const main = () => runProgram(library);

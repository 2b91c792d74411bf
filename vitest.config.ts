import { defineConfig } from 'vitest/config';
import { compiledSource } from './test/support/compiled-source.ts';
import { sampled } from './test/support/extent.ts';
import { inMemory } from './test/support/memory-folder.ts';
import { nodeOptions } from './test/support/node-options.ts';

/** The hermetic tests: no network, no other programs than node. */
export default defineConfig({
  plugins: [compiledSource],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/oracles/**'],
    // By default one processor is left idle, which is half of a machine with two.
    maxWorkers: '100%',
    // The files share processes, and modules are loaded once in each: that saves a fifth of the time.
    isolate: false,
    execArgv: nodeOptions,
    testTimeout: sampled(60_000, 600_000),
    hookTimeout: 60_000,
    globalSetup: ['announce-oracles', 'announce-extent', 'compiled-source'].map((name) => `test/support/${name}.ts`),
    setupFiles: ['test/support/remove-folders.ts'],
    env: inMemory,
  },
});

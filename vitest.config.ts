import { defineConfig } from 'vitest/config';
import { compiledSource } from './test/support/compiled-source.ts';
import { sampled } from './test/support/extent.ts';
import { inMemory } from './test/support/memory-folder.ts';
import { nodeOptions } from './test/support/node-options.ts';
import { textImports } from './test/support/text-imports.ts';

/** Tests that replace a module of the program: for them alone it is loaded again. */
const mocking = 'test/**/*.mock.test.ts';
const oracles = 'test/oracles/**';

/** The hermetic tests: no network, no other programs than node. */
export default defineConfig({
  plugins: [textImports],
  test: {
    // By default one processor is left idle, which is half of a machine with two.
    maxWorkers: '100%',
    execArgv: nodeOptions,
    testTimeout: sampled(60_000, 600_000),
    hookTimeout: 60_000,
    setupFiles: ['test/support/remove-folders.ts'],
    env: inMemory,
    projects: [
      {
        extends: true,
        plugins: [compiledSource],
        // The files share processes, and modules are loaded once in each: that saves a fifth of the time.
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [mocking, oracles],
          isolate: false,
          globalSetup: ['announce-oracles', 'announce-extent', 'compiled-source'].map(
            (name) => `test/support/${name}.ts`,
          ),
        },
      },
      { extends: true, test: { name: 'mocking', include: [mocking], exclude: [oracles] } },
    ],
  },
});

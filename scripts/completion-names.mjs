/**
 * Computes the names that completion offers for the build, in place of src/cli/completion/names.ts, which reads rules
 * and tables.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../src/cli/completion/names.ts', import.meta.url));

/** Returns the code of the module with its value. */
async function namesCode() {
  const options = { bundle: true, platform: 'node', format: 'esm', write: false };
  const { outputFiles } = await build({ entryPoints: [source], ...options });
  const { names } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
  return `export const names = ${JSON.stringify(names)};\n`;
}

/** For esbuild. What is imported only when it is used is not in the bundle: nothing of it is used there. */
export const quickStart = {
  name: 'quick-start',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\/src\/cli\/completion\/names\.ts$/ }, async () => ({
      contents: await namesCode(),
      loader: 'js',
    }));
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
  },
};

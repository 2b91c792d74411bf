/** What is answered without the program starts without it: completion runs at each Tab. */
import { statSync } from 'node:fs';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { quickStart } from '../../scripts/completion-names.mjs';
import { root } from './files.ts';

test('the quick bundle reaches no rule, no table but that of options, no reporter, and no package', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/quick.ts'],
    bundle: true,
    write: false,
    outdir: 'unused',
    platform: 'node',
    format: 'cjs',
    metafile: true,
    plugins: [quickStart],
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  expect(inputs.map(([path]) => path).sort()).toEqual([
    'package.json',
    'rules/tables/options.json',
    'src/cli/commands/index.ts',
    'src/cli/completion/complete.ts',
    'src/cli/completion/names.ts',
    'src/cli/completion/values.ts',
    'src/cli/parsing/choices.ts',
    'src/cli/parsing/flags.ts',
    'src/cli/parsing/format-rows.ts',
    'src/cli/parsing/help.ts',
    'src/cli/quick.ts',
    'src/cli/terminal/color.ts',
    'src/cli/terminal/job-log.ts',
    'src/cli/terminal/terminal.ts',
    'src/core/collections.ts',
    'src/core/errors.ts',
    'src/core/json.ts',
    'src/core/secrets.ts',
    'src/core/text.ts',
    'src/core/time.ts',
    'src/report/index.ts',
    'src/report/text/ascii.ts',
    'src/report/text/paint.ts',
    'src/report/text/width.ts',
    'src/report/text/words.ts',
    'src/results/finding.ts',
    'src/results/issue/plan.ts',
    'src/tables/option-table.ts',
    'src/x509/oids.ts',
  ]);
});

test('it is small', () => {
  expect(statSync(`${root}dist/quick.cjs`).size).toBeLessThan(62_000);
});

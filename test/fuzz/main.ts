/** `npm run fuzz -- --reader certificate --count 100000 --seed 1`: fuzzes readers and prints counts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, loadReaders } from './support/fuzz.ts';
import { startWatch } from './support/watch.ts';

const usage = `npm run fuzz -- [--reader NAME] [--count N] [--seed S] [--from I] [--save FOLDER]
  --reader  one reader, or a list separated by commas; by default all
  --count   executions of each reader (default 1000)
  --seed    a different seed makes different inputs (default 1)
  --from    the index of the first execution, to repeat one that failed
  --save    a folder for the inputs that were found
  --make    only make the inputs, and save them`;

const options = {
  reader: { type: 'string' },
  count: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  from: { type: 'string', default: '0' },
  save: { type: 'string' },
  make: { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const;

function saver(folder: string | undefined, reader: string, seed: number) {
  return (index: number, input: Uint8Array): void => {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${reader}-${seed}-${index}`), input);
  };
}

/** Fuzzes, prints a line for each reader, and returns the exit code: 1 if anything was found. */
export async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options });
  const { readers } = await loadReaders();
  if (values.help) {
    console.log(`${usage}\n\nReaders: ${Object.keys(readers).join(', ')}`);
    return 0;
  }
  const [count, seed, from] = [Number(values.count), Number(values.seed), Number(values.from)];
  const watch = startWatch();
  let total = 0;
  for (const reader of values.reader?.split(',') ?? Object.keys(readers)) {
    const save = saver(values.save, reader, seed);
    const start = performance.now();
    const summary = await fuzz({
      reader,
      count,
      seed,
      from,
      make: values.make,
      onStart: (index) => watch.start(reader, index),
      onFound({ index, problem, input }) {
        save(index, input);
        console.log(`${reader} --seed ${seed} --from ${index} (${input.length} bytes): ${problem}`);
      },
    });
    const { accepted, slowest, found } = summary;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const rss = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `${reader}: ${count} executions in ${seconds} s, ${accepted} accepted, slowest ${slowest.toFixed(1)} ms, at most ${rss} MB, ${found.length} found`,
    );
    total += found.length;
  }
  watch.stop();
  return total > 0 ? 1 : 0;
}

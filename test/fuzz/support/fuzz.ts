/** Runs readers with inputs that depend only on a seed, and checks what must be true for each of them. */
import { createHash } from 'node:crypto';
import { dice } from '../../support/random.ts';
import { detector } from '../../support/secrets.ts';
import { derReaders } from './read-der.ts';
import { dumpKeys, dumpReaders } from './read-dump.ts';
import { nodeReaders } from './read-node.ts';
import { processReaders } from './read-processes.ts';
import { textReaders } from './read-text.ts';
import { treeReaders } from './read-tree.ts';
import { type Fuzzed, readerLimit } from './reader.ts';
import { loadSamples } from './samples.ts';

export interface Found {
  readonly index: number;
  readonly problem: string;
  readonly input: Uint8Array;
}

export interface Summary {
  readonly count: number;
  /** How many inputs were read without a documented error. */
  readonly accepted: number;
  /** In milliseconds of CPU. */
  readonly slowest: number;
  readonly found: readonly Found[];
}

/** Every reader by its name, and the search for secrets in its results. */
export async function loadReaders() {
  const samples = await loadSamples();
  const readers: Readonly<Record<string, Fuzzed>> = {
    ...derReaders(samples),
    ...textReaders(samples),
    ...(await treeReaders()),
    ...nodeReaders(samples),
    ...processReaders,
    ...dumpReaders,
  };
  // The second encoding would take twice the time.
  return { readers, hasKey: detector([...samples.secrets, ...dumpKeys()], 1) };
}

/** These return what they read, as the next step needs it; what is printed of it is checked for whole nodes. */
const returnSource: ReadonlySet<string> = new Set(['yaml', 'unit', 'environment', 'shell']);

/** A result as text; bytes are hex. */
function serialize(value: unknown): string {
  return typeof value === 'string'
    ? value
    : (JSON.stringify(value, (_, inner) => {
        if (inner instanceof Uint8Array) return Buffer.from(inner).toString('hex');
        if (inner?.type === 'Buffer') return Buffer.from(inner.data).toString('hex');
        if (inner instanceof Map) return [...inner];
        return typeof inner === 'bigint' ? `${inner}` : inner;
      }) ?? '');
}

type Outcome = { readonly text: string; readonly accepted: boolean } | { readonly crash: string };

/** A promise that is never settled would end the program in silence, with exit code 0. */
async function settled<T>(result: T | Promise<T>): Promise<T> {
  if (!(result instanceof Promise)) return result;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it is never settled')), patience);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

/** In milliseconds, for the wall clock of a busy machine. */
const patience = 15_000;

async function attempt({ read, documented }: Fuzzed, input: Uint8Array): Promise<Outcome> {
  try {
    return { text: serialize(await settled(read(input))), accepted: true };
  } catch (error) {
    if (documented?.(error)) return { text: `${error}`, accepted: false };
    return { crash: error instanceof Error ? `${error.stack}` : `${error}` };
  }
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** In bytes. The process that fuzzes has the samples and the test tools in memory too. */
const memoryLimit = 512 * 1024 * 1024;
/**
 * By how much one reading may exceed what the process had before: in a process that ran many test files, that is above
 * the limit.
 */
const growthLimit = 128 * 1024 * 1024;
const memory = (): number => process.resourceUsage().maxRSS * 1024;

/**
 * Garbage collection and compilation count for whichever reading they happen in, so a slow reading gets a second try.
 */
async function timeOf(fuzzed: Fuzzed, input: Uint8Array, first: number): Promise<number> {
  const limit = fuzzed.limit ?? readerLimit;
  if (first <= limit || first > 5 * limit) return first;
  const start = cpu();
  await attempt(fuzzed, input);
  return Math.min(first, cpu() - start);
}

/** Whether a reading is repeated to see if its result is the same. */
const isRepeated = (index: number): boolean => index % 16 === 0;

/** The seed of one execution, so that each can be repeated without those before it. */
const seedOf = (seed: number, index: number): number =>
  (Math.imul(seed, 0x9e3779b1) + Math.imul(index, 0x85ebca6b)) | 0;

type Loaded = Awaited<ReturnType<typeof loadReaders>>;

/** What is wrong with the reading of one input; undefined if nothing is. */
async function problemOf(name: string, input: Uint8Array, twice: boolean, { readers, hasKey }: Loaded) {
  const fuzzed = readers[name];
  if (fuzzed === undefined) throw new Error(`no reader ${name}: there are ${Object.keys(readers).join(', ')}`);
  const digest = () => createHash('sha256').update(input).digest('hex');
  const before = twice ? digest() : '';
  const memoryBefore = memory();
  const start = cpu();
  const outcome = await attempt(fuzzed, input);
  const time = await timeOf(fuzzed, input, cpu() - start);
  const problem = (): string | undefined => {
    if ('crash' in outcome) return outcome.crash;
    if (time > (fuzzed.limit ?? readerLimit)) return `it took ${Math.round(time)} ms`;
    if (memory() > Math.max(memoryLimit, memoryBefore + growthLimit)) return `memory ${memory() >> 20} MB`;
    if (!returnSource.has(name) && hasKey(outcome.text)) return 'a part of a private key in the output';
    return twice && digest() !== before ? 'the input was changed' : undefined;
  };
  const first = problem();
  const again = twice && first === undefined ? await attempt(fuzzed, input) : outcome;
  const same = serialize(again) === serialize(outcome);
  return {
    problem: first ?? (same ? undefined : 'a second reading gave a different result'),
    accepted: 'accepted' in outcome && outcome.accepted,
    time,
  };
}

/** Checks one input, such as one that was found before. */
export async function checkInput(name: string, input: Uint8Array): Promise<string | undefined> {
  return (await problemOf(name, input, true, await loadReaders())).problem;
}

export interface FuzzOptions {
  readonly reader: string;
  readonly count: number;
  readonly seed: number;
  /** The index of the first execution. */
  readonly from?: number;
  /** Whether to make the inputs and not read them. */
  readonly make?: boolean;
  /** Called before each execution. */
  readonly onStart?: (index: number) => void;
  readonly onFound?: (found: Found) => void;
}

/** Fuzzes one reader. */
export async function fuzz({
  reader,
  count,
  seed,
  from = 0,
  make = false,
  onStart,
  onFound,
}: FuzzOptions): Promise<Summary> {
  const loaded = await loadReaders();
  const found: Found[] = [];
  let accepted = 0;
  let slowest = 0;
  for (let index = from; index < from + count; index++) {
    onStart?.(index);
    const input = (await loaded.readers[reader]?.make(dice(seedOf(seed, index)))) ?? new Uint8Array(0);
    const result = make
      ? { problem: 'made', accepted: false, time: 0 }
      : await problemOf(reader, input, isRepeated(index), loaded);
    accepted += Number(result.accepted);
    slowest = Math.max(slowest, result.time);
    if (result.problem === undefined) continue;
    found.push({ index, problem: result.problem, input });
    onFound?.({ index, problem: result.problem, input });
  }
  return { count, accepted, slowest, found };
}

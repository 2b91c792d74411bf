/** Reads a tar archive as a stream, and keeps in memory what may be part of a node's PKI. */

import type { Layouts } from '../../artifact/layout.ts';
import { UserError } from '../../core/errors.ts';
import { type Archive, archiveLimits, Collector, type Limits } from './archive-entries.ts';
import { fromSystem } from './roots.ts';
import { readMembers, truncated } from './tar.ts';

/**
 * Reads an archive to its end.
 *
 * @throws UserError if it is not an archive, is truncated, or exceeds a limit; the message does not name the archive
 */
export async function readArchive(
  source: NodeJS.ReadableStream,
  layouts: Layouts,
  limits: Limits = archiveLimits,
): Promise<Archive> {
  const collector = new Collector(limits, layouts);
  try {
    await readInto(collector, source, limits);
  } catch (error) {
    throw asUserError(error);
  } finally {
    if ('destroy' in source && typeof source.destroy === 'function') source.destroy();
  }
  if (collector.count === 0) throw new UserError('empty, or not a tar archive');
  return collector.finish();
}

async function readInto(collector: Collector, source: NodeJS.ReadableStream, limits: Limits): Promise<void> {
  const { first, stream } = await peek(source);
  if (first.length === 0) throw new UserError('empty, not a tar archive');
  const compression = compressions.find(({ magic }) => magic.every((byte, index) => first[index] === byte))?.program;
  if (compression !== undefined && compression !== 'gzip') {
    throw new UserError(`compressed with ${compression}`, `decompress it first: ${compression} -dc FILE | pki-lint -`);
  }
  const [zlib, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream/promises')]);
  let packed = 0;
  const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    const within = limited(chunks, collector, limits, () => (compression === undefined ? undefined : packed));
    for await (const { header, content } of readMembers(within, limits.gapBytes)) {
      collector.take(header)?.(await content());
    }
  };
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      packed += chunk.length;
      yield chunk;
    }
  }
  if (compression === undefined) await pipeline(stream, collect);
  else await pipeline(stream, counted, zlib.createGunzip(), collect);
}

const compressions = [
  { program: 'gzip', magic: [0x1f, 0x8b] },
  { program: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { program: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { program: 'bzip2', magic: [0x42, 0x5a, 0x68] },
] as const;

/** Returns the first bytes of a stream, and a stream of all its bytes. */
export async function peek(
  source: NodeJS.ReadableStream,
): Promise<{ readonly first: Uint8Array; readonly stream: AsyncIterable<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < 8 && !ended) {
    const { value, done } = await chunks.next();
    ended = done === true;
    if (!ended) start.push(typeof value === 'string' ? Buffer.from(value, 'latin1') : value);
    length = start.reduce((sum, chunk) => sum + chunk.length, 0);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* start;
    if (!ended) yield* { [Symbol.asyncIterator]: () => chunks } as AsyncIterable<Uint8Array>;
  }
  return { first: Buffer.concat(start), stream: all() };
}

/** Passes bytes on, but fails if they exceed a limit: the input may be endless. */
async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  { narrower }: Collector,
  limits: Limits,
  packed: () => number | undefined,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limits.readBytes) throw new UserError(`more than ${limits.readBytes} bytes`, narrower);
    if (total > limits.denseBytes && total > (packed() ?? total) * limits.ratio)
      throw new UserError(`unpacks to more than ${limits.ratio} times its size`, narrower);
    yield chunk;
  }
}

function asUserError(error: unknown): unknown {
  const known = fromSystem(error);
  if (known !== undefined || !(error instanceof Error)) return known ?? error;
  return /unexpected end/i.test(error.message) ? truncated() : new UserError(error.message);
}

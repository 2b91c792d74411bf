/**
 * Reads the members of a tar archive. No library keeps what an honest report needs: the bytes of names, the letters of
 * types that it does not know, and where the content of a sparse file ends.
 */
import { UserError } from '../../core/errors.ts';
import {
  blockSize,
  fieldOf,
  type Header,
  hasMorePlaces,
  isHeader,
  type Records,
  readHeader,
  readRecords,
  typeOf,
} from './tar-header.ts';

/** A member of an archive. */
export interface Member {
  readonly header: Header;
  /** Returns its content. What is not read is skipped. */
  readonly content: () => Promise<Uint8Array>;
}

/** Bytes of an extended header. Real ones have a few hundred. */
const maxExtended = 4 * 1024 * 1024;

/** Reads bytes from chunks. */
class Source {
  private chunk: Uint8Array = new Uint8Array();
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether there are further bytes. */
  private async fill(): Promise<boolean> {
    while (this.chunk.length === 0) {
      const { value, done } = await this.chunks.next();
      if (done) return false;
      this.chunk = value;
    }
    return true;
  }

  /** Returns that many bytes; undefined at the end. */
  async block(size: number): Promise<Uint8Array | undefined> {
    // Most blocks are in one chunk, and nothing has to be waited for.
    if (this.chunk.length < size) {
      if (!(await this.fill())) return undefined;
      return await this.take(size);
    }
    return this.cut(size);
  }

  /** Returns that many bytes. */
  async take(size: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = size; left > 0; ) {
      if (!(await this.fill())) throw truncated();
      const part = this.cut(Math.min(left, this.chunk.length));
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) {
      if (!(await this.fill())) throw truncated();
      left -= this.cut(Math.min(left, this.chunk.length)).length;
    }
  }

  private cut(size: number): Uint8Array {
    const part = this.chunk.subarray(0, size);
    this.chunk = this.chunk.subarray(size);
    return part;
  }
}

/** The error for an archive that ends too early. */
export const truncated = (): UserError =>
  new UserError('not a tar archive, or a truncated one', 'give a directory, or an archive made with tar');

const padded = (size: number): number => Math.ceil(size / blockSize) * blockSize;

/**
 * Reads the members of an archive in order. After its end there may be others, as after `cat`.
 *
 * @param maxGap bytes without a member after which to fail
 * @throws UserError if it is not an archive, or a truncated or damaged one
 */
export async function* readMembers(chunks: AsyncIterable<Uint8Array>, maxGap: number): AsyncGenerator<Member> {
  const source = new Source(chunks);
  const extended = new Extended();
  let gap = 0;
  let isFirst = true;
  for (;;) {
    const block = await source.block(blockSize);
    if (block === undefined) return;
    if (gap > maxGap) throw new UserError('not a tar archive: an entry is missing');
    gap += blockSize;
    if (block.every((byte) => byte === 0)) continue;
    if (!isHeader(block)) throw isFirst ? notAnArchive() : new UserError('damaged: a header is not valid');
    isFirst = false;
    if (extended.isOne(block)) {
      const { size } = readHeader(block, new Map());
      if (size > maxExtended) throw new UserError(`damaged: an extended header of ${size} bytes`);
      gap += size;
      extended.add(typeOf(block), await source.take(size));
      await source.skip(padded(size) - size);
      continue;
    }
    const header = readHeader(block, extended.records());
    if (header.type === 'S' && header.isSparse) await skipPlaces(source, block);
    let left = header.size;
    yield {
      header,
      content: async () => {
        left = 0;
        return await source.take(header.size);
      },
    };
    await source.skip(left + padded(header.size) - header.size);
    gap = 0;
  }
}

const notAnArchive = (): UserError => new UserError('not a tar archive', 'PATH must be a directory or a tar archive');

/** Skips the blocks of a sparse file with further places of its content, which are not counted in its size. */
async function skipPlaces(source: Source, header: Uint8Array): Promise<void> {
  for (let [block, isFirst] = [header, true]; hasMorePlaces(block, isFirst); isFirst = false) {
    block = await source.take(blockSize);
  }
}

/** The extended headers in front of a member. */
class Extended {
  private readonly global = new Map<string, Uint8Array>();
  private next = new Map<string, Uint8Array>();

  /** Whether a header is about the members that follow: of pax (also that of Solaris), or a long name of GNU. */
  isOne(block: Uint8Array): boolean {
    return 'xXgLK'.includes(typeOf(block));
  }

  add(type: string, content: Uint8Array): void {
    if (type === 'g') for (const [key, value] of readRecords(content)) this.global.set(key, value);
    else if (type === 'L' || type === 'K') this.next.set(type, fieldOf(content, 0, content.length));
    else for (const [key, value] of readRecords(content)) this.next.set(key, value);
  }

  /** Returns the records for a member, which are used up. An empty value withdraws a global one. */
  records(): Records {
    const all = new Map([...this.global, ...this.next]);
    this.next = new Map();
    for (const [key, value] of all) if (value.length === 0) all.delete(key);
    return all;
  }
}

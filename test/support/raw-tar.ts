/** Archives with members that no library writes: any bytes as names, any type, any extended header. */

export interface RawMember {
  /** Text, or bytes in Latin-1. */
  readonly name: string | Buffer;
  /** The letter of its type; a regular file by default. */
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly link?: string | Buffer;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** When it was changed, in seconds since the epoch; 0 by default. */
  readonly mtime?: number;
  /** The size in the header, if it is not that of the content. */
  readonly size?: number;
  /** `ustar` by default. */
  readonly format?: 'ustar' | 'gnu';
  /** Changes the header before its checksum is calculated. */
  readonly change?: (header: Buffer) => void;
}

/** An archive with these members, in order. */
export function rawTar(members: readonly RawMember[]): Buffer {
  return Buffer.concat([...members.map(rawMember), Buffer.alloc(1024)]);
}

function rawMember(member: RawMember): Buffer {
  const { name, type = '0', content = '', link = '', mode = 0o644, format = 'ustar', change } = member;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const whole = Buffer.alloc(512 + Math.ceil(bytes.length / 512) * 512);
  whole.set(bytes, 512);
  const header = whole.subarray(0, 512);
  Buffer.from(name).copy(header, 0, 0, 100);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  octal(mode, 100, 8);
  octal(member.uid ?? 0, 108, 8);
  octal(member.gid ?? 0, 116, 8);
  octal(member.size ?? bytes.length, 124, 12);
  octal(member.mtime ?? 0, 136, 12);
  header.write(type, 156, 'latin1');
  Buffer.from(link).copy(header, 157, 0, 100);
  header.write(format === 'ustar' ? 'ustar\x0000' : 'ustar  \0', 257, 'latin1');
  change?.(header);
  header.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return whole;
}

/** A header of pax in front of a member. Values are text, or bytes. */
export function paxRecords(records: Readonly<Record<string, string | Buffer>>, type: 'x' | 'g' = 'x'): RawMember {
  const content = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length) length += 1;
    return Buffer.concat([Buffer.from(String(length)), rest]);
  });
  return { name: 'PaxHeaders/x', type, content: Buffer.concat(content) };
}

/** A name with bytes that are not UTF-8, from text in which each character is a byte. */
export const rawName = (text: string): Buffer => Buffer.from(text, 'latin1');

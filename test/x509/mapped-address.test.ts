import { expect, test } from 'vitest';
import { strictnessOfGo } from '../../src/tables/go-releases.ts';
import { ParseError } from '../../src/x509/der.ts';
import { parseSans } from '../../src/x509/san.ts';

/** A subjectAltName extension with one address. */
const extension = (address: readonly number[]) =>
  Uint8Array.of(0x30, address.length + 2, 0x87, address.length, ...address);

const ipv4 = [192, 0, 2, 10];
const mapped = [...new Array<number>(10).fill(0), 0xff, 0xff, ...ipv4];
const compatible = [...new Array<number>(12).fill(0), ...ipv4];

function read(address: readonly number[], go: string): string {
  const strictness = strictnessOfGo(go);
  if (strictness === undefined) throw new Error(`no Go ${go}`);
  try {
    return parseSans(extension(address), strictness)
      .map(({ value }) => value)
      .join();
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

// crypto/x509/parser.go, parseSANExtension, in Go 1.26.11 and 1.27.4.
test.each([
  [mapped, '1.26.11', '192.0.2.10'],
  [mapped, '1.27.4', 'x509: SAN iPAddress contains IPv4-mapped IPv6 address'],
  [ipv4, '1.27.4', '192.0.2.10'],
  [compatible, '1.27.4', '::c000:20a'],
])('Go reads %j, in %s, as %s', (address, go, expected) => {
  expect(read(address, go)).toBe(expected);
});

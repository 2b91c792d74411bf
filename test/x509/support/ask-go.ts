import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGo } from '../../oracles/support/programs.ts';

/** The request letters of test/oracles/go/parse/main.go. */
export type Question = 'C' | 'K' | 'P' | 'R' | 'A' | 'T' | 'H' | 'S' | 'V' | 'J' | 'D';
export type Answer = Readonly<Record<string, unknown>> & { readonly error?: string };

/** By the release of Go; the one in the PATH has none. */
const programs = new Map<string, string>();

function build(release: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-go-'));
  return buildGo('parse', folder, {}, release === undefined ? 'go' : `/usr/lib/go-${release}/bin/go`);
}

/**
 * Returns Go's answer to each request, with these GODEBUG settings.
 *
 * @param release a release that Debian installs next to others, `1.27`; by default the one in the PATH
 */
export function askGo(
  questions: readonly (readonly [Question, Uint8Array])[],
  godebug = '',
  release?: string,
): Answer[] {
  const program = programs.get(release ?? '') ?? build(release);
  programs.set(release ?? '', program);
  const input = questions.map(([kind, body]) => {
    const head = Buffer.alloc(5);
    head.write(kind, 'latin1');
    head.writeUInt32BE(body.length, 1);
    return Buffer.concat([head, body]);
  });
  const output = execFileSync(program, {
    input: Buffer.concat(input),
    maxBuffer: 2 ** 30,
    env: { ...process.env, GODEBUG: godebug },
  });
  return output
    .toString()
    .trimEnd()
    .split('\n')
    .map((line): Answer => JSON.parse(line));
}

/** Joins two parts into one body; the length of the first comes in front. */
export function joinParts(first: string | Uint8Array, second: string | Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(Buffer.byteLength(first));
  return Buffer.concat([head, Buffer.from(first), Buffer.from(second)]);
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Runs the commands of the program, with the real library, in this process. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../../src/cli/program.ts';
import * as library from '../../../src/index.ts';
import type { FileMap } from '../../support/file-map.ts';

const at = ['--at', '2026-12-01T00:00:00Z'];
const json = ['--format', 'json'];
const etc = 'node/etc/kubernetes';

/** Lints in both formats. */
export const linting: readonly string[] = [
  ...['lint', 'node', '--verbose', '--target-version', 'v1.37.0'],
  ...['--format', 'table', '--format', 'json:report.json', ...at],
];

/** Commands that read a node, in formats that show different things. */
export const reading: readonly (readonly string[])[] = [
  linting,
  ...['table', 'json'].map((format) => ['connections', 'node', '--format', format, ...at]),
  ['blast', 'pki/apiserver.key', 'node', ...json, ...at],
  ['facts', 'node', ...json],
  ['expect', 'node', ...json],
  ['verify', `${etc}/pki/apiserver.key`, '--ca', `${etc}/pki/ca.crt`],
  ['issue', '--rootfs', 'node', '--renew', '--within', '400d', '--verbose', '--algorithm', 'ecdsa-p256', ...at],
];

/** The other commands, and formats. The last changes the node. */
export const others: readonly (readonly string[])[] = [
  ['connections', 'node', '--format', 'dot', ...at],
  ['blast', 'kubernetes-ca', 'node', ...at],
  ['facts', 'node'],
  ['expect', 'node'],
  ['verify', `${etc}/pki/apiserver.crt`, '--ca', `${etc}/pki/ca.key`, ...json],
  ['rules', '--verbose'],
  ['explain', 'key/mode'],
  ['issue', '--rootfs', 'node', '--replace', 'kube-apiserver', '--algorithm', 'ecdsa-p256', ...json, ...at],
  [
    'issue',
    '--rootfs',
    'node',
    '--renew',
    '--within',
    '400d',
    '--write',
    '--verbose',
    '--algorithm',
    'ecdsa-p256',
    ...at,
  ],
];

export interface Printed {
  readonly command: string;
  /** The exit code. */
  readonly code: number;
  /** Both streams, and the report that was written to a file. */
  readonly text: string;
}

/** Runs commands on a node, as files in an empty folder. */
export async function runCommands(
  node: FileMap,
  folder: string,
  commands: readonly (readonly string[])[],
): Promise<readonly Printed[]> {
  mkdirSync(join(folder, 'node'));
  node.toDisk(join(folder, 'node'));
  const printed: Printed[] = [];
  for (const words of commands) {
    let text = '';
    const stream = { write: (part: string) => (text += part) };
    const terminal = {
      now: Number.MAX_SAFE_INTEGER,
      cwd: folder,
      env: {},
      stdout: stream,
      stderr: stream,
      stdin: () => Readable.from([]),
    };
    const code = await run(words, terminal, library);
    const reports = readdirSync(folder).filter((name) => name.endsWith('.json'));
    for (const report of reports) {
      text += readFileSync(join(folder, report), 'utf8');
      rmSync(join(folder, report));
    }
    printed.push({ command: words.join(' '), code, text });
  }
  return printed;
}

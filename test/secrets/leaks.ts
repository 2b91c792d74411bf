/** Finds secrets in all that commands print and write about a node. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { run } from '../../src/cli/program.ts';
import * as library from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import type { FileMap } from '../support/file-map.ts';

const at = ['--at', '2026-12-01T00:00:00Z'];

/** The formats of a kind of result, each with a command that prints it. */
const inEach = (kind: keyof typeof allReporters, ...words: readonly string[]): readonly (readonly string[])[] =>
  Object.keys(allReporters[kind]).map((format) => [...words, '--format', format]);

/** Lints in all formats at once. */
const linting: readonly string[] = [
  ...['lint', 'node', '--verbose', '--show-suppressed', '--target-version', 'v1.37.0', ...at],
  ...Object.keys(allReporters.report).flatMap((format) => ['--format', `${format}:report.${format}`]),
];

/** All commands that read a node. */
export const commands: readonly (readonly string[])[] = [
  linting,
  ['collect', 'node', '--output', 'copy.tar.gz'],
  ...inEach('connections', 'connections', 'node', ...at),
  ...inEach('blast', 'blast', 'kubernetes-ca', 'node', ...at),
  ...inEach('expiry', 'expiry', 'node', ...at),
  ...inEach('facts', 'facts', 'node'),
  ...inEach('expectations', 'expect', 'node'),
  ...inEach('plan', 'issue', '--rootfs', 'node', '--renew', '--within', '400d', '--verbose', ...at),
  ['keys', 'node'],
  ['init', 'node', '--output', 'policy.yaml'],
  ['baseline', 'node', '--output', 'baseline.json', ...at],
];

/** Runs a command in a folder, and returns all that it printed and wrote there. */
async function printedBy(words: readonly string[], folder: string): Promise<string> {
  let text = '';
  const stream = { write: (part: string) => (text += part) };
  const before = new Set(readdirSync(folder));
  await run(
    words,
    {
      now: Number.MAX_SAFE_INTEGER,
      cwd: folder,
      env: {},
      stdout: stream,
      stderr: stream,
      stdin: () => Readable.from([]),
    },
    library,
  );
  for (const name of readdirSync(folder)) {
    if (before.has(name)) continue;
    const bytes = readFileSync(join(folder, name));
    text += bytes[0] === 0x1f ? gunzipSync(bytes).toString() : bytes.toString();
    rmSync(join(folder, name));
  }
  return text;
}

/** The forms in which a secret may be printed. */
function formsOf(core: string): readonly string[] {
  const inBase64 = (text: string) =>
    ['', 'x', 'xx'].map((before) =>
      Buffer.from(before + text)
        .toString('base64')
        .slice(4, -4),
    );
  return [core, ...inBase64(core), ...inBase64(core).flatMap(inBase64)];
}

/** Returns the commands that print a secret, with the text around it. */
export async function leaks(
  node: FileMap,
  cores: readonly string[],
  tried: readonly (readonly string[])[] = commands,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  const forms = cores.flatMap(formsOf);
  const found: string[] = [];
  try {
    node.toDisk(join(folder, 'node'));
    for (const words of tried) {
      const text = await printedBy(words, folder);
      if (text === '' || text.includes('pki-lint: internal error'))
        found.push(`${words.slice(0, 3).join(' ')}: ${text}`);
      const shown = forms.flatMap((form) => {
        const place = text.indexOf(form);
        return place === -1 ? [] : [text.slice(Math.max(0, place - 90), place + form.length + 20)];
      });
      if (shown.length > 0) found.push(`${words[0]} ${words.at(-1)}: ${shown[0]}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return found;
}

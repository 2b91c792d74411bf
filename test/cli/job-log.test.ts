/**
 * In a job of GitHub Actions, nothing that a file, a name or an argument contains is a command, and every format is
 * read as elsewhere.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { type AnyFormat, traitsOf } from '../../src/cli/parsing/formats.ts';
import { run } from '../../src/cli/program.ts';
import { withoutCommands } from '../../src/cli/terminal/job-log.ts';
import * as library from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import type { Syntax } from '../../src/report/text/reporter.ts';
import type { Report } from '../../src/results/report.ts';
import { hostileReport } from '../report/formats/hostile-report.ts';
import { buildNode } from '../support/build-node.ts';
import { sampled } from '../support/extent.ts';
import { commandsRun } from '../support/runner.ts';
import { runWith } from './run.ts';

const inJob = { GITHUB_ACTIONS: 'true' };
const ascii = { LC_ALL: 'C' };

/** Undoes what a parser of the format undoes, and returns what it would read. */
const readers: Readonly<Record<Syntax | 'line', (text: string) => unknown>> = {
  text: (text) => text.replace(/^::stop-commands::(.*)\n([\s\S]*)^::\1::\n/m, '$2'),
  markdown: (text) => text.replace(/^<!--\n::stop-commands::(.*)\n-->\n([\s\S]*)^<!--\n::\1::\n-->\n/m, '$2'),
  line: (text) => text.replaceAll('\\x23', '#').replaceAll('\\x3a', ':'),
  json: (text) => text.split(/(?<=^[}\]])\n|\n(?=\{)/m).flatMap((one) => (one.trim() === '' ? [] : [JSON.parse(one)])),
  markup: (text) => text.replace(/&#(35|58);/g, (_, code: string) => String.fromCharCode(Number(code))),
  mermaid: (text) => text,
  own: (text) => text,
  plain: (text) => text,
};

const read = (format: AnyFormat, text: string): unknown => {
  if (format === 'yaml') return load(text);
  if (format === 'ndjson')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
  return readers[traitsOf[format].syntax](text);
};

let folder: string;
const copy = '##[add-mask]node';

/** A control plane whose files have names and texts that are commands, with several faults. */
function writeNode(): void {
  const node = buildNode();
  const evil = '/etc/kubernetes/pki/##[save-state]gone.crt';
  const used = '/etc/kubernetes/pki/##[warning]proxy.crt';
  node
    .issue('kube-apiserver', { commonName: '##[error]cn', notAfter: '2026-11-30', sans: ['DNS:x'] })
    .edit('/etc/kubernetes/admin.conf', (text) => text.replaceAll('kubernetes-admin', '::error::user ##[PKI-LINT-1]'))
    .edit('/var/lib/kubelet/config.yaml', (text) => `${text}clusterDomain: "##[group]domain"\n`)
    .write('pki/##[pki-lint-2]other.crt', node.read('pki/ca.crt'))
    .write('pki/::PKI-LINT-3::.crt', node.read('pki/front-proxy-ca.crt'))
    .replaceFlag('kube-apiserver', 'etcd-cafile', evil)
    .issue('front-proxy-client', { commonName: '##[echo]proxy' })
    .move('pki/front-proxy-client.crt', used)
    .replaceFlag('kube-apiserver', 'proxy-client-cert-file', used)
    .toDisk(join(folder, copy));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pki-lint-job-'));
  mkdirSync(join(folder, copy));
  writeNode();
  buildNode().toDisk(join(folder, 'healthy'));
  writeFileSync(join(folder, '##[debug].pem'), readFileSync(join(folder, copy, 'etc/kubernetes/pki/ca.key')));
  const exception = { match: { rule: 'cert/expired', path: '/##[set-env]/**' }, reason: '##[notice]why' };
  const policy = { version: 1, exceptions: [{ ...exception, until: '2027-01-01' }] };
  writeFileSync(join(folder, '##[debug].yaml'), JSON.stringify(policy));
  for (const [file, node] of Object.entries({ 'old.json': 'healthy', 'new.json': copy }))
    await inFolder(['lint', node, '--at', '2026-12-01', '-f', 'json', '-o', file]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const reports = new Map<string, Promise<Report>>();

/** A library that lints the same nodes once: the formats of a report do not change it. */
const lintingOnce: typeof library = {
  ...library,
  lint(options = {}) {
    const { onProgress, stdin, ...same } = options;
    const key = JSON.stringify(same);
    const report = reports.get(key) ?? library.lint(options);
    reports.set(key, report);
    return report;
  },
};

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same runs are compared with several others. */
const outsideOfJob = new Map<string, Promise<Ran>>();

function outsideOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const key = JSON.stringify([argv, env]);
  const ran = outsideOfJob.get(key) ?? inFolder(argv, env);
  outsideOfJob.set(key, ran);
  return ran;
}

async function inFolder(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) });
  const terminal = {
    cwd: folder,
    now: Date.parse('2026-12-01'),
    env,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  };
  const exitCode = await run(argv, { ...terminal, stdin: () => Readable.from([]) }, lintingOnce);
  return { exitCode, ...written };
}

const at = ['--at', '2026-12-01'];
const policy = ['--config', '##[debug].yaml'];
const proxy = [
  `${copy}/etc/kubernetes/pki/##[warning]proxy.crt`,
  '--ca',
  `${copy}/etc/kubernetes/pki/front-proxy-ca.crt`,
];
const namesOf = (formats: object) => Object.keys(formats) as AnyFormat[];

/** A command line, and the formats that it is run with. */
const lines: readonly (readonly [words: readonly string[], formats: readonly AnyFormat[]])[] = [
  [['lint', copy, ...at, ...policy, '::error::gone', '--verbose'], namesOf(allReporters.report)],
  [['expiry', copy, ...at], namesOf(allReporters.expiry)],
  [
    ['connections', copy, ...at],
    [...namesOf(allReporters.connections), ...namesOf(allReporters.graph)],
  ],
  [['blast', 'kube-apiserver', copy, ...at], namesOf(allReporters.blast)],
  [['facts', copy], namesOf(allReporters.facts)],
  [['expect', copy, '--dns-domain', '##[group]domain'], namesOf(allReporters.expectations)],
  [['issue', '--rootfs', copy, '--renew', '--algorithm', 'ecdsa-p256', ...at], namesOf(allReporters.plan)],
  [['verify', ...proxy, '--usage', 'clientAuth', ...at], namesOf(allReporters.verification)],
  [['diff', 'old.json', 'new.json'], namesOf(allReporters.diff)],
  [['exceptions', copy, ...at, ...policy], namesOf(allReporters.exceptions)],
  [['rules'], namesOf(allReporters.rules)],
];

/** Command lines without `--format`, and what they print. */
const fixed: readonly (readonly [words: readonly string[], syntax: Syntax | 'line' | 'yaml'])[] = [
  [['lint', copy, ...policy, '--print-config'], 'yaml'],
  [['init', copy, '-o', '-'], 'yaml'],
  [['explain', 'cert/expired'], 'text'],
  [['explain', '##[error]rule'], 'text'],
  [['help', '##[error]command'], 'text'],
  [['##[error]command', '-f', 'table'], 'text'],
  [['--##[error]option'], 'text'],
  [['collect', '##[error]missing'], 'line'],
  [['version'], 'line'],
  [['objects'], 'own'],
  [['keys', '##[debug].pem', '::error::gone'], 'line'],
  ...['bash', 'zsh', 'fish'].map((shell) => [['completion', shell], 'own'] as const),
  ...commands.map(({ name }) => [['help', name], 'own'] as const),
];

const runs = lines.flatMap(([words, formats]) => formats.map((format) => [format, words] as const));

/** The formats that have no escapes. */
const plain = namesOf(traitsOf).filter((name) => traitsOf[name].syntax === 'plain');

it('the lines below are all commands, with all their formats', () => {
  const named = new Set([...lines, ...fixed].map(([[name]]) => name));
  expect(commands.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
  const all = Object.values(allReporters).flatMap((formats) => Object.keys(formats));
  expect(new Set([...all, 'yaml'])).toEqual(new Set(Object.keys(traitsOf)));
});

describe.each([
  ['in UTF-8', {}],
  ['in ASCII', ascii],
])('a job runs no command of a text, %s', (_, locale) => {
  // What programs read is always UTF-8. The sample of ASCII is every sixth run.
  const isTried = (index: number) => locale !== ascii || sampled(index % 6 === 0, true);
  const shown = runs
    .filter(([format]) => !plain.includes(format) && (locale !== ascii || traitsOf[format].syntax === 'text'))
    .filter((_, index) => isTried(index));
  it.each(shown)('%s of %j', async (format, words) => {
    const outside = await outsideOf([...words, '-f', format], locale);
    const job = await inFolder([...words, '-f', format], { ...locale, ...inJob });
    const meant = format === 'github' ? commandsRun(outside.stdout) : [];
    expect(meant.every((line) => /^::(?:error|warning|notice) (?:file|title)=/.test(line))).toBe(true);
    expect({ stdout: commandsRun(job.stdout), stderr: commandsRun(job.stderr) }).toEqual({ stdout: meant, stderr: [] });
    expect(read(format, job.stdout)).toEqual(read(format, outside.stdout));
    expect(readers.line(job.stderr)).toBe(readers.line(outside.stderr));
    expect(job.exitCode).toBe(outside.exitCode);
  });

  it.each(fixed.filter((_, index) => isTried(index)))('%j', async (words, syntax) => {
    const outside = await outsideOf(words, locale);
    const job = await inFolder(words, { ...locale, ...inJob });
    expect({ stdout: commandsRun(job.stdout), stderr: commandsRun(job.stderr) }).toEqual({ stdout: [], stderr: [] });
    const reader = syntax === 'yaml' ? load : readers[syntax];
    expect(reader(job.stdout)).toEqual(reader(outside.stdout));
    expect(readers.line(job.stderr)).toBe(readers.line(outside.stderr));
    expect(job.exitCode).toBe(outside.exitCode);
  });
});

it('the node of these tests has a command in what each command prints of it', async () => {
  const silent: string[] = [];
  for (const [words, formats] of lines) {
    for (const format of formats) {
      const { stdout } = await outsideOf([...words, '-f', format]);
      if (traitsOf[format].syntax !== 'own' && commandsRun(stdout).length === 0) silent.push(`${words[0]} ${format}`);
    }
  }
  // Their own escapes leave none, or they have no text of a node.
  expect(silent).toEqual(['connections mermaid', 'diff markdown', 'rules table', 'rules json']);
});

describe('a format without escapes', () => {
  const refused = (format: AnyFormat) =>
    `pki-lint: ${format} cannot be printed to the log of a GitHub job: a text in it would run there as a workflow command\n  write to a file: --format ${format}:report.${format}\n`;

  it.each(runs.filter(([format]) => plain.includes(format)))('%s of %j is written to a file', async (format, words) => {
    const outside = await outsideOf([...words, '-f', format]);
    const { exitCode, stdout, stderr } = await inFolder([...words, '-f', format], inJob);
    expect({ exitCode, stdout, refused: stderr.endsWith(refused(format)) }).toEqual({
      exitCode: 2,
      stdout: '',
      refused: true,
    });
    const toFile = await inFolder([...words, '-f', `${format}:report.${format}`], inJob);
    expect({ ...toFile, stderr: '' }).toEqual({ exitCode: outside.exitCode, stdout: '', stderr: '' });
    expect(readFileSync(join(folder, `report.${format}`), 'utf8')).toBe(outside.stdout);
  });

  it('does not keep the others from being written', async () => {
    const words = ['lint', copy, ...at, '-f', 'csv', '-f', 'json:both.json'];
    expect(await inFolder(words, inJob)).toEqual({ exitCode: 2, stdout: '', stderr: refused('csv') });
    expect(JSON.parse(readFileSync(join(folder, 'both.json'), 'utf8'))).toMatchObject({ exitCode: 1 });
  });

  it.each(plain)('%s is printed where no text needs an escape', async (format) => {
    const words = ['lint', 'healthy', ...at, '-f', format];
    expect(await inFolder(words, inJob)).toEqual(await outsideOf(words));
  });
});

it('a healthy node is printed as elsewhere, in every format', async () => {
  for (const format of namesOf(allReporters.report)) {
    const words = ['lint', 'healthy', ...at, '-f', format];
    expect(await inFolder(words, inJob)).toEqual(await outsideOf(words));
  }
});

describe('texts in every field of a report', () => {
  it.each(namesOf(allReporters.report).filter((format) => !plain.includes(format)))('%s', async (format) => {
    const report = hostileReport();
    const outside = await runWith(['-f', format, '--verbose'], { report });
    const { stdout, stderr } = await runWith(['-f', format, '--verbose'], { report, env: inJob });
    const meant = format === 'github' ? commandsRun(outside.stdout) : [];
    expect({ stdout: commandsRun(stdout), stderr: commandsRun(stderr) }).toEqual({ stdout: meant, stderr: [] });
    expect(read(format, stdout)).toEqual(read(format, outside.stdout));
  });
});

describe('a text', () => {
  const job = { env: inJob };
  const stopped = (text: string, number: number) =>
    `::stop-commands::pki-lint-${number}\n${text}::pki-lint-${number}::\n`;

  it.each(['::add-mask::x\n', 'a\n  ::error::x\n', 'a\n\x85\u2003::error::x\n', 'a\r::error::x\n', 'a ##[error]x\n'])(
    'with a command is printed while commands are stopped: %j',
    (text) => {
      expect(commandsRun(text)).toHaveLength(1);
      expect(withoutCommands(text, 'text', job)).toBe(stopped(text, 1));
      expect(withoutCommands(text, 'text', { env: {} })).toBe(text);
    },
  );

  it('without one is not changed', () => {
    expect(withoutCommands('fe80::1 a::b\n', 'text', job)).toBe('fe80::1 a::b\n');
  });

  it.each(['::pki-lint-1::', '##[pki-lint-1]', '::PKI-Lint-1::', '::pki-lint-1 a=b::'])(
    'cannot start them again: %s',
    (token) => {
      const text = `${token}\n::error::x\n`;
      expect(withoutCommands(text, 'text', job)).toBe(stopped(text, 2));
      expect(commandsRun(withoutCommands(text, 'text', job))).toEqual([]);
    },
  );

  it.each(['\n', '\u2028', ' ', ':', '#'])('of a hundred thousand %j takes no time', (character) => {
    const text = character.repeat(100_000);
    const before = performance.now();
    for (const syntax of ['text', 'line', 'json'] as const) withoutCommands(`${text}##[`, syntax, job);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

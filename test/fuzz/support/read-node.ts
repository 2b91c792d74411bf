/** Whole nodes: what the commands print about archives in which some files were damaged. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { verifyFile } from '../../../src/api/verify.ts';
import { UserError } from '../../../src/core/errors.ts';
import { blast, type LintOptions, lint, type Report, trustGraph } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import { strictnessRows } from '../../../src/tables/go-releases.ts';
import { roleIds } from '../../../src/tables/role-ids.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Dice } from '../../support/random.ts';
import { copyOf, mutateArmor, mutateFile, mutatePlaces } from './node.ts';
import { joined, makeArmor, parts } from './read-der.ts';
import { choice, type Fuzzed, textOf } from './reader.ts';
import type { Samples } from './samples.ts';
import { mutateTar } from './tar.ts';

/** A whole lint may take this long, in milliseconds of CPU. */
export const nodeLimit = 10_000;

const tarEnd = 1024;

/** An archive of one node, or of two; some files of each are damaged. */
async function makeNode(samples: Samples, dice: Dice): Promise<Uint8Array> {
  const damaged = (): NodeTree => {
    const node = copyOf(dice.pick(samples.nodes));
    for (let left = 1 + dice.below(3); left > 0; left--) mutateFile(node, dice, samples);
    if (dice.chance(0.3)) mutatePlaces(node, dice);
    return node;
  };
  if (dice.chance(0.85)) {
    const archive = await damaged().toTar();
    return dice.chance(0.05) ? mutateTar(archive, dice) : archive;
  }
  const [one, other] = [await damaged().toTar({ wrapper: 'cp-1' }), await damaged().toTar({ wrapper: 'cp-2' })];
  return Buffer.concat([one.subarray(0, -tarEnd), other]);
}

const paths = [
  '/etc/kubernetes/pki/ca.key',
  'apiserver.crt',
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/pki/sa.pub',
];
const targets = [...Object.values(roleIds), ...paths];
const times = ['2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', '2027-12-01T00:00:00Z', '2040-01-01T00:00:00Z'];

/** What a terminal must never receive. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function optionsFor(input: Uint8Array): LintOptions {
  return {
    at: new Date(choice(input, times)),
    paths: ['-'],
    stdin: () => Readable.from([input], { objectMode: false }),
    profile: choice(input, ['kubeadm', 'documented'], 1),
    ...choice(input, [{}, {}, { targetVersion: '1.37' }], 2),
  };
}

type Command = (
  options: LintOptions,
  style: Style,
  input: Uint8Array,
) => Promise<readonly (string | Promise<string>)[]>;
type Style = Parameters<typeof allReporters.report.table>[1];

const connections: Command = async (options, style) => {
  const { report, graph } = await trustGraph(options);
  requireSound(report);
  const { report: _, connections: lists, graph: graphs } = allReporters;
  return [
    lists.table(report, style),
    lists.json(report, style),
    graphs.mermaid(graph, style),
    graphs.dot(graph, style),
  ];
};

const blastRadius: Command = async (options, style, input) => {
  const { at = new Date(0) } = options;
  try {
    const result = { at: at.toISOString(), radii: await blast(choice(input, targets, 3), options) };
    return [allReporters.blast.table(result, style), allReporters.blast.json(result, style)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    requireSound({ failures: [error], exitCode: error.exitCode });
    return [error.message];
  }
};

/** A failure is a result, but an internal error is not. */
function requireSound({ failures, exitCode }: { failures: readonly { message: string }[]; exitCode: number }): void {
  const internal = failures.find(({ message }) => message.startsWith('internal error'));
  if (internal) throw new Error(internal.message);
  if (exitCode < 0 || exitCode > 3) throw new Error(`exit code ${exitCode}`);
}

/** Lints an input, a node or a dump, and returns what is printed about it. */
export async function readInput(input: Uint8Array): Promise<string> {
  const options = optionsFor(input);
  const verbose = choice(input, [true, false, false, false], 4);
  const style: Style = { quiet: false, verbose, color: false, width: choice(input, [80, 100, 140], 5) };
  const report: Report = await lint(options);
  requireSound(report);
  const more = choice<Command | undefined>(input, [connections, blastRadius, undefined, undefined, undefined], 6);
  const printed = await Promise.all([
    allReporters.report.json(report, style),
    allReporters.report.table(report, style),
    ...((await more?.(options, style, input)) ?? []),
  ]);
  const text = printed.join('\n');
  if (obeyed.test(text)) throw new Error(`a control character in the output: ${JSON.stringify(obeyed.exec(text))}`);
  return text;
}

/** A certificate, the file that must have signed it, and intermediates. */
function makeVerified(samples: Samples, dice: Dice): Uint8Array {
  const certified = samples.armored.filter((text) => text.includes('BEGIN CERTIFICATE'));
  const files = [0, 1, 2].map(() => {
    const text = dice.chance(0.9) ? dice.pick(certified) : makeArmor(samples, dice);
    return dice.chance(0.6) ? mutateArmor(text, dice, samples) : text;
  });
  return joined(files.map((text) => Buffer.from(text, 'latin1')));
}

function readVerified(input: Uint8Array): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-fuzz-'));
  try {
    const [leaf = '', ca = '', between = ''] = parts(input).map((bytes, index) => {
      writeFileSync(join(folder, `${index}`), bytes);
      return `${index}`;
    });
    const warnings: string[] = [];
    const result = verifyFile(leaf, {
      ca: [ca],
      intermediates: [between],
      cwd: folder,
      at: new Date(choice(input, times)),
      usages: choice(input, [['any'], ['serverAuth']]),
      go: choice(input, strictnessRows).go,
      onWarning: (message) => warnings.push(message),
      ...choice(input, [{}, { host: '10.96.0.1' }, { host: textOf(input).slice(0, 50) }], 1),
    });
    return [
      allReporters.verification.table(result, { quiet: false, verbose: false, color: false, width: 80 }),
      warnings,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const isUserError = (error: unknown): boolean => error instanceof UserError;

export function nodeReaders(samples: Samples): Readonly<Record<string, Fuzzed>> {
  return {
    node: { make: (dice) => makeNode(samples, dice), read: readInput, documented: isUserError, limit: nodeLimit },
    verify: { make: (dice) => makeVerified(samples, dice), read: readVerified, documented: isUserError },
  };
}

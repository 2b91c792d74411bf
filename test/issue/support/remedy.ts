/** Runs the commands in findings on a copy of the node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { run } from '../../../src/cli/program.ts';
import * as library from '../../../src/index.ts';
import type { Finding } from '../../../src/results/finding.ts';
import { findRule } from '../../../src/tables/catalog.ts';
import { at, type Case } from '../../cases/harness.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** Values for the placeholders in commands, as a user would fill them in. */
const known: Readonly<Record<string, string>> = {
  '--node-name NAME': '--node-name cp-1',
  '--node-ip IP': '--node-ip 192.0.2.10',
  '--advertise-address IP': '--advertise-address 192.0.2.10',
  '--service-cidr CIDR': '--service-cidr 10.96.0.0/12',
  '--dns-domain DOMAIN': '--dns-domain cluster.local',
  '--control-plane-endpoint HOST:PORT': '--control-plane-endpoint 192.0.2.10:6443',
};

/** The arguments of a command line, without its comment. Our commands contain no quoted blanks. */
function words(command: string): readonly string[] {
  const [typed = ''] = command.split('   # ');
  const told = Object.entries(known).reduce((text, [asked, answer]) => text.replace(asked, answer), typed);
  return told.split(' ').slice(1);
}

export interface Ran {
  readonly exitCode: number;
  /** The output on stdout and stderr. */
  readonly said: string;
}

/** Runs a command as a shell would, on the node with this root, and with a policy that is found there. */
export async function type(
  command: string,
  root: string,
  time: Date,
  policy?: library.LintOptions['policy'],
): Promise<Ran> {
  let said = '';
  const output = {
    write: (text: string) => {
      said += text;
    },
  };
  const terminal = {
    now: Number.MAX_SAFE_INTEGER,
    cwd: '/',
    env: {},
    stdout: output,
    stderr: output,
    stdin: () => Readable.from([]),
  };
  // On the node itself, neither --rootfs nor --at is needed. Keys of this algorithm are fast to generate.
  const here = ['--rootfs', root, '--at', time.toISOString(), '--algorithm', 'ecdsa-p256'];
  const issue = (options: library.IssueOptions = {}) => library.issue({ ...options, ...(policy && { policy }) });
  const exitCode = await run([...words(command), ...here], terminal, { ...library, issue });
  return { exitCode, said };
}

/** Writes a node to disk until the test is done. */
export function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'remedy-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

export function lintRoot(root: string, { options = {} }: Pick<Case, 'options'>): Promise<library.Report> {
  return library.lint({ at, ...options, rootfs: root, cwd: '/' });
}

/**
 * The options for a plan that fixes a finding. The service account pair is not named, because naming it requests a new
 * pair.
 */
function askedFor({ rule, subject }: Finding): library.IssueOptions {
  const { issue, remedy } = findRule(rule) ?? {};
  const only = subject === 'service-account' ? [] : [subject];
  if (remedy === 'expired') return { only, renew: true };
  return remedy === 'missing' && issue === undefined
    ? { only }
    : { only, replace: [subject], keepKey: only.length === 0 };
}

/** The actions of a plan for a finding about a role; empty if the plan is refused or has nothing to do. */
export async function actionsFor(
  finding: Finding,
  root: string,
  { options = {} }: Pick<Case, 'options'>,
): Promise<readonly string[]> {
  const { facts, profile, policy } = options;
  const known = { ...(facts && { facts }), ...(profile && { profile }), ...(policy && { policy }) };
  const { plan } = await library.issue({
    at: options.at ?? at,
    ...known,
    ...askedFor(finding),
    rootfs: root,
    cwd: '/',
    algorithm: 'ecdsa-p256',
  });
  if (plan.refusals.some(({ role }) => role === finding.subject)) return [];
  return plan.actions.flatMap(({ kind, role }) => (role === finding.subject ? `${kind} ${role}` : []));
}

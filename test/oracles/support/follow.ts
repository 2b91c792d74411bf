/** Pastes what a report prints as the first way to fix something into shells on copies of the nodes. */
import { chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Finding, Fix, FixStep, Report } from '../../../src/index.ts';
import { lint } from '../../../src/index.ts';
import { at, type Case } from '../../cases/harness.ts';
import { onDisk, type } from '../../issue/support/remedy.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { authorities, pathOf } from '../../support/roles.ts';
import { answerOfCluster } from './api-server.ts';
import { kubeadm, type Machine } from './kubeadm.ts';
import { originalConfiguration } from './kubeadm-configuration.ts';
import { startKubelet } from './kubelet.ts';
import { type Call, paste } from './node-shell.ts';
import { partsOf } from './person.ts';
import { isCommand, type Paste, type PrintedFix } from './printed-fix.ts';

export type Faulty = Pick<Case, 'name' | 'node' | 'change' | 'beside' | 'options'>;

export const lintRoots = (roots: readonly string[], { options }: Faulty): Promise<Report> =>
  lint({ at, ...options, paths: roots, cwd: '/' });
export const isAlarm = ({ severity, suppressed }: Finding) => severity !== 'info' && suppressed === null;
export const firstFix = ({ fix }: Finding): Fix =>
  (fix.find((steps) => steps.length > 0) ?? []).filter((step) => !step.footnote);
const isCommandStep = ({ kind }: FixStep) => kind === 'command';
export const textsOf = (finding: Finding) =>
  firstFix(finding)
    .filter(isCommandStep)
    .map(({ text }) => text);
export const notesOf = (finding: Finding) =>
  firstFix(finding)
    .filter((step) => !isCommandStep(step))
    .map(({ text }) => text);
export const isWriting = (finding: Finding) => firstFix(finding).some(({ writes }) => writes);

/** Identifies an alarm also in copies whose files do not say the name of the node. */
const alarmIn =
  ({ nodes }: Report) =>
  ({ rule, path, node }: Pick<Finding, 'rule' | 'path' | 'node'>) =>
    `${nodes.findIndex(({ name }) => name === node)} ${rule} ${path}`;

export const alarmsOf = (report: Report, findings: readonly Finding[]) => findings.filter(isAlarm).map(alarmIn(report));

/** Each fault by itself: which of them one finding reports together depends on the others. */
export const faultsOf = (report: Report, findings: readonly Finding[]) =>
  findings
    .filter(isAlarm)
    .flatMap(({ members, ...finding }) => (members ?? [finding]).map((fault) => ({ ...fault, node: finding.node })))
    .map(alarmIn(report));

export function copyOf(tree: NodeTree): string {
  const root = onDisk(tree);
  for (const [path, entry] of tree.entries) {
    if (entry.type !== 'link' && entry.uid !== undefined) chownSync(join(root, path), entry.uid, entry.gid ?? 0);
  }
  return root;
}

/** Puts keys of CAs that are kept elsewhere in place, as on a copy where they are kept. Returns how to remove them. */
function withKeys(root: string, { authorityKeys }: NodeTree): () => void {
  const added = [...authorityKeys].flatMap(([role, caKey]) => {
    const file = join(root, '/etc/kubernetes', `${authorities[role].file}.key`);
    if (existsSync(file) || !existsSync(file.replace(/key$/, 'crt'))) return [];
    writeFileSync(file, privateKeyPem(caKey), { mode: 0o600 });
    return [file];
  });
  return () => {
    for (const file of added) rmSync(file, { force: true });
  };
}

function keyOf(certificate: string, { authorityKeys }: NodeTree): string {
  const [, caKey] = [...authorityKeys].find(([role]) => certificate === pathOf(role)) ?? [];
  return caKey === undefined ? expect.fail(`no key of ${certificate}`) : privateKeyPem(caKey);
}

/** Copies of the nodes of a case, on which a fix is pasted. */
export interface Copies {
  readonly one: Faulty;
  readonly names: readonly string[];
  readonly roots: readonly string[];
  readonly trees: readonly NodeTree[];
  /** Folder of the stand-ins. */
  readonly standIns: string;
}

/** A node without a name has the path of its copy. */
export const labelOf = (name: string, index: number) => (name.includes('/') ? `node-${index + 1}` : name);

/** Pastes lines on one node. Returns the commands that failed or were not read. */
export async function pasteOn(index: number, lines: readonly string[], machine: Machine, copies: Copies) {
  const { names, roots, standIns } = copies;
  const { root, options } = machine;
  const others = names.flatMap((name, other) => (other === index ? [] : [[labelOf(name, other), roots[other] ?? '']]));
  const answer = async (call: Call) => {
    const [program, ...words] = call;
    if (program === 'kubeadm') return kubeadm(words, machine);
    if (program === 'systemctl') return startKubelet(root);
    if (program === 'kubectl' || program === 'curl') return answerOfCluster(call, machine, copies);
    const { exitCode, said } = await type(['pki-lint', ...words].join(' '), root, options.at ?? at, options.policy);
    return { status: exitCode, said };
  };
  const { status, read, failed, output } = await paste(
    lines,
    { root, others: Object.fromEntries(others), answer },
    standIns,
  );
  const commands = lines.filter(isCommand);
  const unread = commands.filter((command) => !read.includes(command));
  return { status, output, failed: [...failed, ...unread.map((command) => `not read: ${command}`)] };
}

/** Pastes the whole of a fix, and does in between what its notes ask a person to do. Returns what failed. */
export async function follow(
  fix: PrintedFix,
  { node, ...finding }: Finding,
  copies: Copies,
  healthy: NodeTree,
): Promise<{ readonly failed: readonly string[]; readonly output: string }> {
  const { names, roots, trees, one } = copies;
  const steps = firstFix({ node, ...finding });
  // What only shows something may find nothing to show.
  const looks = new Set(steps.filter(({ writes }) => !writes).map(({ text }) => text));
  const trouble: string[] = [];
  let output = '';
  const { facts, profile, policy } = one.options ?? {};
  const options = {
    at: one.options?.at ?? at,
    ...(facts && { facts }),
    ...(profile && { profile }),
    ...(policy && { policy }),
  };
  const onNode = async ({ lines, places }: Paste, place: string) => {
    // A node gets its name when its first certificate is there.
    const index = roots.length === 1 ? 0 : names.indexOf(place);
    const root = roots[index] ?? expect.fail(`there is no node ${place}`);
    for (const name of ['kubeadm', 'etcd'])
      writeFileSync(join(root, `root/${name}.yaml`), originalConfiguration(healthy));
    const remove = places.length === 0 ? withKeys(root, trees[index] ?? healthy) : () => {};
    for (const { part, afterwards } of partsOf(lines, steps)) {
      const done = await pasteOn(index, part, { root, healthy, options }, copies);
      const failed = done.failed.filter((command) => !looks.has(command));
      output += done.output;
      trouble.push(...failed);
      if (done.status === null) trouble.push('it does not end');
      else if (failed.length === 0 && done.failed.length === 0 && done.status !== 0)
        trouble.push(`exit code ${done.status}`);
      const rootOf = (name: string) => roots[names.indexOf(name)] ?? expect.fail(`there is no node ${name}`);
      afterwards({ root, rootOf, keyOf: (certificate) => keyOf(certificate, healthy) });
    }
    remove();
  };
  for (const each of fix)
    for (const place of each.places.length === 0 ? [node] : each.places) {
      // A node without a name is not named.
      await onNode(each, place === 'the node' ? node : place);
    }
  return { failed: trouble, output };
}

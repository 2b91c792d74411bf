/** Nodes of which a test says what runs on them. */
import { Readable } from 'node:stream';
import { parseOptions } from '../../src/api/parse-options.ts';
import type { ComponentProcess, Running } from '../../src/artifact/process.ts';
import { runRules } from '../../src/lint/rules/run.ts';
import { skipsOf } from '../../src/lint/rules/tally.ts';
import { buildPki } from '../../src/model/roles/build-pki.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import { argumentsOfProcess } from '../../src/scan/components/process-words.ts';
import { scan } from '../../src/scan/scan.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import type { LaidOutNode } from '../../src/tables/layouts/layout.ts';
import type { NodeTree } from '../support/node-tree.ts';

const at = new Date('2026-11-24T14:10:00Z');

type Changes = Partial<ComponentProcess>;

/** Returns a process on the host. */
export function processWith(component: string, words: readonly string[], changes: Changes = {}): ComponentProcess {
  return {
    component,
    pid: 312,
    words,
    arguments: argumentsOfProcess(component, words, layouts[0].programs),
    started: Date.parse('2026-11-25T00:00:00Z'),
    tolerance: 0,
    mounts: undefined,
    container: undefined,
    unit: undefined,
    ...changes,
  };
}

/** The container of a static pod. */
export const staticPod = (id: string) => ({
  id,
  podUid: 'c444b831caf15d7fe4253f9cd47a2fde',
  pod: undefined,
  image: undefined,
});

export const kubelet = processWith('kubelet', [], { pid: 300, unit: 'kubelet.service' });

export const seen = (
  processes: readonly ComponentProcess[],
  more: Partial<Extract<Running, { readonly state: 'seen' }>> = {},
): Running => ({ state: 'seen', from: 'proc', at: at.getTime(), processes, hostMounts: undefined, ...more });

/** Returns a node on which something runs; by default what its own components are. */
export async function pkiWith(tree: NodeTree, runningOn: (node: LaidOutNode) => Running | undefined): Promise<Pki> {
  const archive = await tree.toTar();
  const options = { at, paths: ['-'], stdin: () => Readable.from([archive]) };
  const { nodes } = await scan(parseOptions(options).scan);
  const [node] = nodes;
  if (node === undefined) throw new Error('no node was found');
  return buildPki({ ...node, running: runningOn(node) }, {}, parseOptions(options).judging.context);
}

/** The processes of the components of a node, each as its file asks for it. */
export const asAsked = ({ components }: LaidOutNode): readonly ComponentProcess[] =>
  components.map((component, index) => ({
    ...processWith(component.name, []),
    pid: 400 + index,
    arguments: component.arguments.filter(({ spelled }) => spelled.startsWith('-')),
    container: component.mounts && staticPod(`${index}`),
    unit: component.unit?.name,
  }));

/** What the rules about processes say: `rule@subject: message data`. */
export function saidAbout(pki: Pki): readonly string[] {
  const { failures } = runRules(pki, [pki], { rule: () => true, role: () => true, passes: false });
  const own = failures.filter(({ rule }) => rule.id.startsWith('process/'));
  return own.map(({ rule, subject }) => `${rule.id}@${subject.name}`).sort();
}

/** What the rules about processes could not say, and why. */
export function unknownAbout(pki: Pki): readonly string[] {
  const { outcomes } = runRules(pki, [pki], { rule: () => true, role: () => true, passes: false });
  const own = skipsOf(outcomes, pki.name).filter(({ rule }) => rule.startsWith('process/'));
  return own.map(({ rule, reason }) => `${rule}: ${reason}`).sort();
}

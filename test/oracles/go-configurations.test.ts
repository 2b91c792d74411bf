import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTree, treeOf } from '../cases/harness.ts';
import { configurations } from '../incidents/healthy/configurations.ts';
import { hardenedAdmission } from '../incidents/healthy/hardened-admission.ts';
import { hardenedEncryption } from '../incidents/healthy/hardened-encryption.ts';
import { incidents } from '../incidents/incidents.ts';
import { controlPlane } from '../support/cluster.ts';
import { configure } from '../support/configurations.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import {
  edits,
  firstField,
  flags,
  isValidated,
  type Kind,
  kinds,
  others,
  whole,
} from './support/configuration-variants.ts';
import { kubeconfigs } from './support/kubeconfig-texts.ts';
import { flagOf } from './support/nodes.ts';
import { buildGoWithLibraries, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
let program = '';
beforeAll(() => {
  program = buildGoWithLibraries('configurations', folder.path);
}, 300_000);
afterAll(() => folder.remove());

/** What Kubernetes says about a file: `warning` does not stop the component. */
interface Answer {
  readonly error?: string;
  readonly warning?: string;
}

interface Question {
  readonly name: string;
  readonly kind: Kind | 'Config';
  readonly text: string;
}

function askGo(questions: readonly Question[]): readonly Answer[] {
  const asked = questions.map(({ kind, text }, index) => {
    if (kind !== 'Config') return { kind, text };
    const path = join(folder.path, `${index}.conf`);
    writeFileSync(path, text, { mode: 0o600 });
    return { kind, path };
  });
  return JSON.parse(execFileSync(program, { input: JSON.stringify(asked), maxBuffer: 2 ** 28 }).toString());
}

/** Our errors, without those of admission plugins, whose configurations Go is not asked about. */
const errorsOf = ({ findings }: Report, isAsked: (subject: string) => boolean): readonly string[] =>
  findings.flatMap(({ severity, rule, subject, found }) =>
    severity === 'error' && isAsked(subject) && !found?.includes("couldn't init admission plugin")
      ? [`${rule} ${found}`]
      : [],
  );

/** Our errors about a file, by its flag or path. */
const errorsAbout = (report: Report, subject: string): readonly string[] =>
  errorsOf(report, (own) => own.endsWith(subject));

/** The questions for which we disagree with Kubernetes. */
async function disagreements(
  questions: readonly Question[],
  judge: (question: Question) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const answers = askGo(questions);
  const found: string[] = [];
  for (const [index, question] of questions.entries()) {
    const { error } = answers[index] ?? {};
    const ours = await judge(question);
    const isSame = (error !== undefined) === ours.length > 0;
    if (!isSame) found.push(`${question.kind}, ${question.name}: Go ${error ?? 'takes it'}, we ${ours.join() || 'do'}`);
  }
  expect(answers.filter(({ error }) => error === undefined).length).toBeGreaterThan(questions.length / 10);
  expect(answers.filter(({ error }) => error !== undefined).length).toBeGreaterThan(questions.length / 10);
  return found;
}

/** All errors of a node of 1.32 with a file. */
async function errorsWith({ kind, text }: Question): Promise<readonly string[]> {
  const node = controlPlane(1, { release: '1.32' });
  if (kind === 'Config') node.write('controller-manager.conf', text, 0o600);
  else configure(node, flags[kind], `/etc/kubernetes/pki/${kind}.yaml`, text);
  // The library of Debian knows only the first version of KMS.
  node.replaceFlag('kube-apiserver', 'feature-gates', 'KMSv1=true');
  return errorsOf(await lintTree(node), () => true);
}

test('changed configuration files', { timeout: 300_000 }, async () => {
  const questions = [
    ...kinds.flatMap((kind) =>
      edits
        .filter(({ name }) => !isValidated(kind, name))
        .map(({ name, change }) => ({ name, kind, text: change(whole[kind], firstField[kind]) })),
    ),
    ...others.map(([kind, text]) => ({ name: JSON.stringify(text), kind, text })),
  ];
  const asked = sample(questions, 80);
  expect(asked.length).toBeGreaterThanOrEqual(80);
  expect(await disagreements(asked, errorsWith)).toEqual([]);
});

test('changed kubeconfigs', { timeout: 300_000 }, async () => {
  const conf = controlPlane(1, { release: '1.32' }).read('controller-manager.conf');
  const questions = [
    ...edits
      .filter(({ name }) => name !== 'two JSON documents')
      .map(({ name, change }) => ({ name, text: change(conf, 'clusters') })),
    ...kubeconfigs(conf),
  ].map((one) => ({ ...one, kind: 'Config' as const }));
  expect(await disagreements(sample(questions, 30), errorsWith)).toEqual([]);
});

/** Incidents whose files are decoded: kube-apiserver stops when it looks for a file, a socket or a known name. */
const beyondDecoding = new Set(['egress-socket-not-mounted', 'egress-master', 'admission-kubeconfig-absent']);

/** The files of a node, now of 1.32, whose fields Debian's libraries know. */
function filesOf(name: string, node: NodeTree): readonly Question[] {
  const manifest = node.read('manifests/kube-apiserver.yaml').replace(/(kube-apiserver:v1)\.\d+\.\d+/, '$1.32.4');
  node.write('manifests/kube-apiserver.yaml', manifest);
  if (flagOf(node, 'kube-apiserver', 'feature-gates') !== 'KMSv1=true')
    node.replaceFlag('kube-apiserver', 'feature-gates', 'KMSv1=true');
  return kinds.flatMap((kind) => {
    const path = flagOf(node, 'kube-apiserver', flags[kind]);
    const text = path !== '' && node.has(path) ? node.read(path) : undefined;
    const isNewer = text === undefined || /apiVersion: v2$|omitManagedFields/m.test(text);
    return isNewer ? [] : [{ name, kind, text }];
  });
}

test('the files of incidents and of healthy nodes', { timeout: 300_000 }, async () => {
  const told = incidents.filter(
    ({ id, finds }) => !beyondDecoding.has(id) && finds.some((one) => one.includes(' configuration/')),
  );
  const nodes = [...told, ...configurations, ...hardenedAdmission, ...hardenedEncryption];
  const trees = await Promise.all(nodes.map(async (one) => ({ id: one.id, tree: await treeOf(one) })));
  // Supervisors start their components without manifests.
  const withManifest = trees.filter(({ tree }) => tree.has('manifests/kube-apiserver.yaml'));
  const files = withManifest.flatMap(({ id, tree }) => filesOf(id, tree).map((file) => ({ file, tree })));
  const reports = new Map<NodeTree, Report>();
  const judge = async (question: Question) => {
    const tree = files.find(({ file }) => file === question)?.tree as NodeTree;
    const report = reports.get(tree) ?? (await lintTree(tree));
    reports.set(tree, report);
    return errorsAbout(report, `--${flags[question.kind as Kind]}`).filter((one) => one.startsWith('configuration/'));
  };
  expect(files.length).toBeGreaterThan(10);
  expect(
    await disagreements(
      files.map(({ file }) => file),
      judge,
    ),
  ).toEqual([]);
});

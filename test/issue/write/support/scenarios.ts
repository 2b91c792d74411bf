/** Batches with dummy contents, each with the initial state of its node. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileWrite, ModeChange, WriteUnit } from '../../../../src/results/issue/batch.ts';
import type { DiskRoot } from '../../../../src/scan/fs/roots.ts';

export interface Scenario {
  /** Existing files by path; keys have mode 0600. */
  readonly there: Readonly<Record<string, string>>;
  readonly units: readonly WriteUnit[];
  readonly modes: readonly ModeChange[];
}

const pki = '/etc/kubernetes/pki';

/** The node whose root is a folder of this machine. */
export const placeAt = (folder: string): DiskRoot => ({ folder, base: '/', pki });

const secret = (file: string) => !file.endsWith('.crt');
const modeOf = (file: string) => (secret(file) ? 0o600 : 0o644);

/** A file of the node. Its content contains its name, and is long enough to be written in part. */
export function fileAt(file: string, replaces = false): FileWrite {
  const bytes = Buffer.from(`new ${file}\n`.repeat(20));
  return { target: { on: 'node', path: file }, bytes, mode: modeOf(file), replaces };
}

const pair = (name: string, replaces = false): WriteUnit => ({
  role: name,
  files: [fileAt(`${pki}/${name}.key`, replaces), fileAt(`${pki}/${name}.crt`, replaces)],
});

const kubeconfig = (name: string, replaces = false): WriteUnit => ({
  role: name,
  files: [fileAt(`/etc/kubernetes/${name}.conf`, replaces)],
});

const old = (...files: string[]) =>
  Object.fromEntries(files.map((file) => [file, `old ${file}\n`.repeat(30)] as const));

const oldPairs = (...names: string[]) => old(...names.flatMap((name) => [`${pki}/${name}.key`, `${pki}/${name}.crt`]));

const chmod = (file: string, mode: number): ModeChange => ({ target: { on: 'node', path: file }, mode });

const saUnit: WriteUnit = { role: 'sa', files: [fileAt(`${pki}/sa.key`), fileAt(`${pki}/sa.pub`)] };

export const scenarios = {
  'an empty folder becomes a control plane': {
    there: {},
    units: [
      ...['ca', 'front-proxy-ca', 'etcd/ca'].map((name) => pair(name)),
      saUnit,
      ...['apiserver', 'apiserver-kubelet-client', 'apiserver-etcd-client', 'front-proxy-client'].map((name) =>
        pair(name),
      ),
      ...['etcd/server', 'etcd/peer', 'etcd/healthcheck-client'].map((name) => pair(name)),
      ...['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'].map((name) => kubeconfig(name)),
    ],
    modes: [],
  },
  'gaps beside what is there': {
    there: { ...oldPairs('ca', 'etcd/ca'), ...old(`${pki}/front-proxy-ca.crt`) },
    units: [pair('apiserver'), pair('etcd/server'), kubeconfig('admin')],
    modes: [],
  },
  'two pairs are replaced': {
    there: oldPairs('ca', 'apiserver', 'etcd/server'),
    units: [pair('apiserver', true), pair('etcd/server', true)],
    modes: [],
  },
  'a pair is replaced and keeps its key': {
    there: oldPairs('ca', 'apiserver'),
    units: [{ role: 'apiserver', files: [fileAt(`${pki}/apiserver.crt`, true)] }],
    modes: [],
  },
  'modes are changed': {
    there: oldPairs('ca', 'apiserver'),
    units: [],
    modes: [chmod(`${pki}/ca.key`, 0o400), chmod(`${pki}/apiserver.key`, 0o400), chmod(pki, 0o750)],
  },
  'a CA and its leaves, a gap, a kubeconfig and a mode': {
    there: {
      ...oldPairs('ca', 'apiserver', 'etcd/ca'),
      ...old('/etc/kubernetes/admin.conf', `${pki}/etcd/server.crt`),
    },
    units: [
      pair('ca', true),
      pair('apiserver', true),
      pair('etcd/server', true),
      kubeconfig('admin', true),
      pair('etcd/peer'),
    ],
    modes: [chmod(`${pki}/etcd/ca.key`, 0o400)],
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

/** Creates the initial state of a scenario. */
export function layOut(root: string, { there }: Scenario): void {
  for (const [file, text] of Object.entries(there)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true, mode: 0o755 });
    writeFileSync(path.join(root, file), text);
    chmodSync(path.join(root, file), modeOf(file));
  }
}

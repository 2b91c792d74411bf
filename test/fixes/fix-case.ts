import type { LintOptions } from '../../src/index.ts';
import type { NodeTree } from '../support/node-tree.ts';

/** A node with one fault whose cause a check knows, and what its finding must say to do. */
export interface FixCase {
  readonly name: string;
  /** Several nodes are linted together; the finding is the first one of the rule. */
  readonly nodes: () => readonly NodeTree[];
  readonly options?: LintOptions;
  readonly rule: string;
  /** What the message contains. */
  readonly says?: string;
  /** Commands, or beginnings of notes, in this order. Restarts and other steps may be between them. */
  readonly steps: readonly string[];
  /** Whether `says` is the whole message, and `steps` are all lines of the first fix. */
  readonly whole?: true;
  /** What no line of the fix contains. */
  readonly never?: RegExp;
}

const manifests = '/etc/kubernetes/manifests';
/** The folder of backups of a lint at the time of the cases. */
export const backup = '/root/pki-backup-20261201-0000';

/** The commands that replace a manifest. */
export const edited = (component: string, scripts: string): readonly string[] => [
  `mkdir -p ${backup}`,
  `cp -p --backup=numbered ${manifests}/${component}.yaml ${backup}/`,
  `edit a copy: the kubelet would run a temporary file in ${manifests}: cp -p ${manifests}/${component}.yaml ${backup}/${component}.yaml.new`,
  `sed -i ${scripts} ${backup}/${component}.yaml.new`,
  `mv -fZ ${backup}/${component}.yaml.new ${manifests}/${component}.yaml`,
  `the kubelet restarts ${component} by itself`,
];

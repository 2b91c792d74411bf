import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const node = () => corpus('kubeadm-1.36-default');

/** Replaces a text in the manifest of kube-scheduler, which must be there. */
const write = (from: string | RegExp, to: string) => (tree: NodeTree) =>
  tree.edit('manifests/kube-scheduler.yaml', (text) => {
    const changed = text.replaceAll(from, to);
    if (changed === text) throw new Error(`kube-scheduler does not contain ${from}`);
    return changed;
  });

const found: Pick<Case, 'node' | 'findings'> = { node, findings: ['manifest/command@kube-scheduler'] };
const silent: Pick<Case, 'node' | 'findings'> = { node, findings: [] };

/** Lists of words that are written as for a shell, and lists that are not. */
export const shellCommandCases: readonly Case[] = [
  {
    ...found,
    name: 'a program with a flag in its item',
    change: write('- kube-scheduler\n', '- kube-scheduler --v=2\n'),
  },
  { ...found, name: 'a program with a backslash', change: write('- kube-scheduler\n', '- kube-scheduler \\\n') },
  { ...found, name: 'a program with a blank at its end', change: write('- kube-scheduler\n', '- "kube-scheduler "\n') },
  { ...found, name: 'a bool with a backslash', change: write('--leader-elect=true', '--leader-elect=true \\') },
  {
    ...found,
    name: 'a file with a backslash',
    change: write('--kubeconfig=/etc/kubernetes/scheduler.conf', '--kubeconfig=/etc/kubernetes/scheduler.conf \\'),
  },
  { ...found, name: 'a misspelt program', change: write('- kube-scheduler\n', '- kube-schedulerrrr\n') },
  { ...found, name: 'a program without its hyphen', change: write('- kube-scheduler\n', '- kubescheduler\n') },
  { ...silent, name: 'a script in the image', change: write('- kube-scheduler\n', '- kube-scheduler.sh\n') },
  { ...silent, name: 'a program with its path', change: write('- kube-scheduler\n', '- /opt/bin/kubescheduler\n') },
  {
    ...silent,
    name: 'a program of an image that is not of the component',
    change: (tree) => {
      write('- kube-scheduler\n', '- kubescheduler\n')(tree);
      write('registry.k8s.io/kube-scheduler:', 'registry.example/control-plane:')(tree);
    },
  },
  {
    ...silent,
    name: 'a script of a shell with its own backslashes',
    change: write(
      '    - kube-scheduler\n',
      '    - /bin/sh\n    - -c\n    - |\n      exec kube-scheduler \\\n        --v=2 "$@"\n    - kube-scheduler\n',
    ),
  },
  {
    ...silent,
    name: 'a backslash that YAML reads, because it is in quotes',
    change: write('    - --leader-elect=true\n', '    - "--leader-elect=\\\n      true"\n'),
  },
  {
    ...silent,
    name: 'a text with a backslash inside',
    change: write('    - --leader-elect=true\n', '    - --leader-elect=true\n    - --vmodule=a\\b=2\n'),
  },
];

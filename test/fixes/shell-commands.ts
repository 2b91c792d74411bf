import { buildNode } from '../support/build-node.ts';
import { edited, type FixCase } from './fix-case.ts';

const rule = 'manifest/command';

const nodes =
  (from: string | RegExp, to: string): FixCase['nodes'] =>
  () => [buildNode().edit('manifests/kube-scheduler.yaml', (text) => text.replaceAll(from, to))];

/** Words that a shell would split become items of their own, and backslashes go. */
export const shellCommandFixes: readonly FixCase[] = [
  {
    name: 'a line of a shell',
    nodes: nodes('    - kube-scheduler\n', '    - kube-scheduler --v 2 \\\n'),
    rule,
    says: 'kube-scheduler does not start: exec: "kube-scheduler --v 2 \\\\": executable file not found in $PATH',
    steps: edited(
      'kube-scheduler',
      `-e 's|^\\( *\\)- kube-scheduler --v 2\\( *\\\\*\\)\\(\\r*\\)$|\\1- kube-scheduler\\3\\n\\1- --v\\3\\n\\1- "2"\\3|' -e '/^ *- /s|\\([^ ]\\) *\\\\\\(\\r*\\)$|\\1\\2|'`,
    ),
    whole: true,
  },
  {
    name: 'a misspelt program',
    nodes: nodes('    - kube-scheduler\n', '    - kubeschedulr\n'),
    rule,
    says: 'kube-scheduler does not start: exec: "kubeschedulr": executable file not found in $PATH',
    steps: edited('kube-scheduler', "'s|^\\( *\\)- kubeschedulr\\( *\\\\*\\)\\(\\r*\\)$|\\1- kube-scheduler\\3|'"),
    whole: true,
  },
  {
    name: 'words with other characters are split by a person',
    nodes: nodes('    - kube-scheduler\n', '    - kube-scheduler --vmodule=$(reboot)\n'),
    rule,
    steps: ['write each word of the command in /etc/kubernetes/manifests/kube-scheduler.yaml:'],
    never: /sed|reboot/,
  },
  {
    name: 'a line of a comment that ends with a backslash too is left to a person',
    nodes: nodes(/( {4}- --kubeconfig=.*)\n/g, '$1 \\\n    # --v=2 \\\n'),
    rule,
    steps: ['write each word of the command in /etc/kubernetes/manifests/kube-scheduler.yaml:'],
    never: /sed/,
  },
];

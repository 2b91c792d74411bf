/** `pki-lint collect [PATH]` */
import { type CollectedCopy, collectNode } from '../../api/collect.ts';
import { UserError } from '../../core/errors.ts';
import { count } from '../../core/text.ts';
import type { OutputFlags } from '../parsing/flags.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import { fileOf, writeReport } from '../terminal/report-files.ts';
import { complain, writeBytes } from '../terminal/terminal.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';

/** Writes a copy of a node without keys to stdout or a file, and returns the exit code. */
export async function collectCommand(
  { terminal }: CommandContext,
  flags: OutputFlags,
  path: string | undefined,
): Promise<number> {
  const file = flags.output === '-' ? undefined : flags.output;
  if (file === undefined && terminal.stdout.isTTY === true)
    throw new UserError('the copy is an archive', 'write it to a file: pki-lint collect > node.tar.gz');
  const paths = path === undefined ? [] : [path];
  const targets = [file, path].map((one) => fileOf({ file: one }, terminal.cwd));
  if (file !== undefined && targets[0] === targets[1])
    throw new UserError(`the copy would replace "${file}", which it is made of`, 'write it to another file');
  // What it says about places decides what is looked at.
  const config = await configOf(paths, flags, terminal);
  const options = nodeOptions(paths, flags, terminal, config);
  const copy = await collectNode(options, terminal.now);
  complain(terminal, summaryOf(copy), hintOf(copy));
  if (file === undefined) writeBytes(terminal, copy.archive);
  else writeReport(file, terminal.cwd, copy.archive, false);
  return 0;
}

/** What the copy has: the user sees at once whether it was made of the right node, as root. */
function summaryOf({ node }: CollectedCopy): string {
  const blocks = [...node.files.values()].flatMap(({ content }) => (content?.type === 'pem' ? content.pem.blocks : []));
  const counted = (type: string) => blocks.filter((block) => block.type === type).length;
  const kubeconfigs = [...node.files.values()].filter(({ content }) => content?.type === 'kubeconfig').length;
  return `a copy without keys: ${[
    count(counted('certificate'), 'certificate'),
    count(counted('private-key'), 'public half', 'public halves'),
    count(kubeconfigs, 'kubeconfig'),
    count(node.components.length, 'component'),
  ].join(', ')}`;
}

/** What it leaves out, and what it could not read. */
function hintOf({ collection, node }: CollectedCopy): string | undefined {
  const closed = [...node.files.values()].filter(({ state }) => state === 'unreadable').length;
  const withheld = collection.withheld.map(({ what, count: times }) => `${times} ${what}`);
  const lines = [
    ...(withheld.length === 0 ? [] : [`left out, as they may be secret: ${withheld.join(', ')}`]),
    ...(closed === 0 ? [] : [`not read: ${count(closed, 'file')} that only root may read`]),
  ];
  return lines.length === 0 ? undefined : lines.join('\n');
}

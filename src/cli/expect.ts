/** `pki-lint expect [PATH…]` */
import { printable } from '../core/text.ts';
import { json } from '../report/json.ts';
import { labelled } from '../report/layout.ts';
import { type Paint, painter } from '../report/paint.ts';
import type { NodeFlags, TableFlags } from './flags.ts';
import type { Expectation, LintOptions, LoadLibrary } from './library.ts';
import { nodeOptions } from './options.ts';
import { type Terminal, usesColor, widthOf } from './terminal.ts';

export interface ExpectFlags extends NodeFlags, TableFlags {
  readonly profile?: NonNullable<LintOptions['profile']>;
}

/** Prints what should be there, with each node's facts filled in; yields the exit code. */
export async function expectCommand(
  paths: readonly string[],
  flags: ExpectFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const { expect } = await load();
  const profile = flags.profile === undefined ? {} : { profile: flags.profile };
  const expectations = await expect({ ...nodeOptions(paths, flags, terminal), ...profile });
  const paint = painter(usesColor(terminal, flags.color));
  const text =
    flags.format === 'json' ? json(expectations) : `${blocks(expectations, widthOf(terminal), paint).join('\n\n')}\n`;
  terminal.stdout.write(text);
  return 0;
}

function blocks(expectations: readonly Expectation[], width: number, paint: Paint): string[] {
  const nodes = [...new Set(expectations.map(({ node }) => node))];
  return nodes.flatMap((node) => [
    paint('bold', printable(node)),
    ...expectations.filter((one) => one.node === node).map((one) => block(one, width, paint)),
  ]);
}

const indent = 13;

function block(expectation: Expectation, width: number, paint: Paint): string {
  const { commonName, organizations, issuer, usages, sans } = expectation;
  const subject = [...organizations.map((name) => `O=${name}`), ...(commonName === null ? [] : [`CN=${commonName}`])];
  const fields: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ['path', [expectation.path]],
    ['subject', subject.length === 0 ? [] : [subject.join(', ')]],
    ['issuer', issuer === null ? [] : [issuer]],
    ['usages', usages.length === 0 ? [] : [usages.join(', ')]],
    ['names', sans.length === 0 ? [] : [sans.map(({ type, value }) => `${type}:${value}`).join(', ')]],
    ['arguments', expectation.arguments.map(({ component, flag, value }) => `${component} ${flag}=${value}`)],
    ['unknown', expectation.unknown],
  ];
  const lines = fields.flatMap(([label, texts]) =>
    texts.flatMap((text, index) => {
      const [first = '', ...rest] = labelled(index === 0 ? `  ${label}` : '', printable(text), indent, width, 2);
      return [paint('dim', first.slice(0, indent)) + first.slice(indent), ...rest];
    }),
  );
  return [paint('bold', printable(expectation.role)), ...lines].join('\n');
}

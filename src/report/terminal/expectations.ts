/** Formats the expected files as text: each node with its roles. */

import { printable } from '../../core/text.ts';
import type { Expectation } from '../../results/expectation.ts';
import { type Field, fields } from '../text/fields.ts';
import { type Paint, painter } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';

/** Returns the expectations as text. Every line fits the width. */
export function expectationText(expectations: readonly Expectation[], { width, color }: ReporterOptions): string {
  const paint = painter(color);
  const nodes = [...new Set(expectations.map(({ node }) => node))];
  const blocks = nodes.flatMap((node) => [
    paint('bold', printable(node)),
    ...expectations.filter((one) => one.node === node).map((one) => block(one, width, paint)),
  ]);
  return `${blocks.join('\n\n')}\n`;
}

/** What a policy accepts instead, one line for each kind of name. */
function acceptedText({ accepted }: Expectation): readonly string[] {
  if (accepted === undefined) return [];
  const { commonNames, organizations, sans } = accepted;
  const groups = organizations.map((names) => names.map((name) => `O=${name}`).join(', '));
  const all = [commonNames.map((name) => `CN=${name}`), groups, sans];
  return all.flatMap((names) => (names.length === 0 ? [] : [names.join(' or ')]));
}

function block(expectation: Expectation, width: number, paint: Paint): string {
  const { commonName, organizations, issuer, usages, sans } = expectation;
  const subject = [...organizations.map((name) => `O=${name}`), ...(commonName === null ? [] : [`CN=${commonName}`])];
  const all: readonly Field[] = [
    ['path', [expectation.path]],
    ['subject', subject.length === 0 ? [] : [subject.join(', ')]],
    ['issuer', issuer === null ? [] : [issuer]],
    ['usages', usages.length === 0 ? [] : [usages]],
    ['SANs', sans.length === 0 ? [] : [sans.map(({ type, value }) => `${type}:${value}`)]],
    ['accepted', acceptedText(expectation)],
    ['flags', expectation.arguments.map(({ component, flag, value }) => `${component} ${flag}=${value}`)],
    ['unknown', expectation.unknown],
  ];
  const lines = fields(all, { indent: 13, hang: 2, width, paint });
  return [paint('bold', printable(expectation.role)), ...lines].join('\n');
}

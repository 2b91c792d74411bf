/** The head of every report for people names the policy in force. */
import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import type { Policy } from '../../src/settings/policy.ts';
import { lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { withExceptions } from '../support/exceptions.ts';
import { policyWith } from '../support/policy.ts';

const formats = ['table', 'concise', 'markdown', 'html'] as const;
const options = { color: false, width: 100, verbose: false, quiet: false, rules: ruleDocs };

async function printed(format: (typeof formats)[number], policy?: Policy, rules = {}): Promise<string> {
  const node = buildNode().chmod('pki/ca.key', 0o644);
  const picture = format === 'html';
  const report = await lintTree(node, { ...(policy && { policy }), rules, picture });
  return allReporters.report[format](report, options);
}

const off = { 'san/*': 'off', 'cert/ends-soon': 'off' } as const;

describe.each(formats)('the head of %s', (format) => {
  const headOf = (text: string) => text.slice(0, format === 'html' ? text.indexOf('</header>') : 1000);

  it('names the file, what it switches off, and its exceptions', async () => {
    const policy = withExceptions([{ match: { rule: 'key/mode', path: '/etc/x' } }], { rules: off });
    expect(headOf(await printed(format, policy))).toMatch(
      /policy: pki-lint\.config\.yaml, 5 rules off, 1 exception\b/i,
    );
  });

  it('names only the file if it switches nothing off', async () => {
    expect(headOf(await printed(format, policyWith({})))).toMatch(/policy: pki-lint\.config\.yaml(?![,\w])/i);
  });

  it('counts what the policy switches off, and not the command line', async () => {
    const given = { 'san/coverage': 'error', 'key/mode': 'off' };
    expect(headOf(await printed(format, policyWith({ rules: off }), given))).toMatch(/policy: [\w.-]+, 4 rules off/i);
  });

  it('has no such line without a policy', async () => {
    expect(headOf(await printed(format))).not.toMatch(/policy: /i);
  });
});

it('says nothing in a line for each finding while all is well', async () => {
  const report = await lintTree(buildNode(), { policy: policyWith({ rules: off }) });
  expect(await allReporters.report.concise(report, options)).toBe('');
});

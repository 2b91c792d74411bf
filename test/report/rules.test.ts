import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { ruleText } from '../../src/report/terminal/rules.ts';
import { impactWords, severityWords, templatesOf } from '../../src/report/text/words.ts';

const options = { width: 80, color: false, quiet: false, verbose: false } as const;

const linesOf = (id: string) => {
  const rule = ruleDocs.find((one) => one.id === id);
  return rule === undefined ? [] : ruleText(rule, options).trimEnd().split('\n');
};

describe('the description of a rule', () => {
  it.each(ruleDocs)('$id fits a screen', ({ id }) => {
    const lines = linesOf(id);
    expect(lines.length).toBeLessThanOrEqual(32);
    expect(lines.filter((line) => line.length > 80 && !line.includes('https://'))).toEqual([]);
  });

  it('says what its severity and its impact mean', () => {
    const text = linesOf('cert/expired').join('\n');
    expect(text.replace(/\n +/g, ' ')).toContain(severityWords.error);
    expect(text).toContain(impactWords.expiry);
  });

  it('has its addresses whole', () => {
    expect(linesOf('cluster/copied')).toContainEqual(expect.stringMatching(/https:\S+\/high-availability\/$/));
  });
});

describe('templates', () => {
  it.each([
    [
      '<name>: <error>',
      'tls: private key does not match public key',
      null,
      'tls: private key does not match public key',
    ],
    ['the certificate of <name> is missing', '<error>', 'the certificate of <name> is missing', null],
    ['<name> expired: x509: expired', 'x509: expired', '<name> expired: x509: expired', null],
    ['<name> is missing', null, '<name> is missing', null],
  ])('%s', (message, fails, says, shown) => {
    expect(templatesOf({ message, fails })).toEqual({ says, fails: shown });
  });
});

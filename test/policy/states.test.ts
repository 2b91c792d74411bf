/** The states of exceptions: what has run out, excuses nothing, or is not allowed. */
import { describe, expect, it } from 'vitest';
import type { LintOptions } from '../../src/index.ts';
import type { ExceptionMatch, ExceptionPolicy } from '../../src/settings/policy.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { type Given, withExceptions } from '../support/exceptions.ts';

const pki = '/etc/kubernetes/pki';
const match = { rule: 'cert/expired', path: `${pki}/apiserver.crt` };
const damaged = () => buildNode().issue('kube-apiserver', { notAfter: '2026-11-01' });

const stateOf = async (
  given: Given,
  exceptionPolicy: ExceptionPolicy = {},
  options: LintOptions = {},
  tree = damaged(),
) => {
  const report = await lintTree(tree, { policy: withExceptions([given], { exceptionPolicy }), ...options });
  const [exception] = report.exceptions ?? [];
  return { ...report, exception, policy: report.findings.filter(({ rule }) => rule.startsWith('policy/')) };
};

describe('forbidden', () => {
  const why = async (given: Given, policy: ExceptionPolicy) => {
    const { exception, policy: findings, summary } = await stateOf(given, policy);
    expect(summary.suppressed).toBe(exception?.state === 'forbidden' ? 0 : 1);
    expect(findings.map(({ rule }) => rule)).toEqual(exception?.state === 'forbidden' ? ['policy/forbidden'] : []);
    return exception?.why;
  };

  it.each<[string, Given, ExceptionPolicy, string]>([
    [
      'a rule that is never excused',
      { match },
      { never: ['cert/expired'] },
      'cert/expired is among the rules that are never excused',
    ],
    ['its group', { match }, { never: ['key/*', 'cert/*'] }, 'cert/expired is among the rules that are never excused'],
    [
      'too long from today',
      { match, until: '2027-12-02' },
      { maxDuration: '1y' },
      'it lasts 366 days from today, and the longest time is 1y',
    ],
    [
      'too long since',
      { match, since: '2026-10-01' },
      { maxDuration: '90d' },
      'it lasts 181 days from 2026-10-01, and the longest time is 90d',
    ],
    ['no owner', { match }, { requireOwner: true }, 'it names no owner'],
    ['no ticket', { match, owner: 'team' }, { requireOwner: true, requireTicket: true }, 'it names no ticket'],
    ['a rule that does not exist', { match: { ...match, rule: 'cert/expire' } }, {}, 'there is no rule cert/expire'],
    [
      'findings about exceptions',
      { match: { ...match, rule: 'policy/*' } },
      {},
      'findings about the policy cannot be excused',
    ],
    [
      'a rule everywhere',
      { match: { rule: 'cert/expired', path: '/**', node: 'cp-*' } },
      {},
      expect.stringContaining('switch the rule off'),
    ],
    ['a node with all that it has', { match: { node: 'cp-1' } }, {}, expect.stringContaining('switch the rule off')],
  ])('%s', async (_, given, policy, reason) => {
    expect(await why(given, policy)).toEqual(reason);
  });

  it.each<[string, Given, ExceptionPolicy]>([
    ['other rules are never excused', { match }, { never: ['key/published'] }],
    ['as long as it may be', { match, until: '2027-12-01' }, { maxDuration: '1y' }],
    ['as long as it may be since', { match, until: '2027-03-31', since: '2027-01-01' }, { maxDuration: '89d' }],
    ['an owner and a ticket', { match, owner: 'team', ticket: 'SEC-1' }, { requireOwner: true, requireTicket: true }],
    ['a rule on one node', { match: { rule: 'cert/*', node: 'cp-1' } }, {}],
  ])('not: %s', async (_, given, policy) => {
    expect(await why(given, policy)).toBe('');
  });

  it('a group excuses all of it but what is never excused', async () => {
    const tree = () => damaged().chmod('pki/ca.key', 0o644);
    const given = { match: { path: `${pki}/*` } };
    const { exception, findings } = await stateOf(given, { never: ['key/mode-signing'] }, {}, tree());
    expect(exception).toMatchObject({ state: 'in-force', findings: 1 });
    expect(findings.map(({ rule, suppressed }) => [rule, suppressed !== null])).toEqual([
      ['cert/expired', true],
      ['key/mode-signing', false],
    ]);
  });
});

describe('expired and ends soon', () => {
  it.each([
    ['2026-11-30', {}, 'expired', 'expired on 2026-11-30: 1 finding counts again'],
    ['2026-12-01', {}, 'ends-soon', 'expires today, on 2026-12-01: 1 finding counts again then'],
    ['2026-12-14', {}, 'ends-soon', 'expires in 13 days, on 2026-12-14: 1 finding counts again then'],
    ['2026-12-15', {}, 'in-force', undefined],
    ['2026-12-15', { warnBefore: '3w' }, 'ends-soon', 'expires in 14 days, on 2026-12-15: 1 finding counts again then'],
  ])('until %s %o: %s', async (until, policy, state, message) => {
    const report = await stateOf({ match, until }, policy as ExceptionPolicy);
    expect(report.exception?.state).toBe(state);
    expect(report.policy.map((one) => one.message)).toEqual(
      message === undefined ? [] : [`the exception for cert/expired at ${match.path} ${message}`],
    );
  });

  it('the time of judging tells what will have run out', async () => {
    const given = { match };
    const states = ['2026-12-01', '2027-03-20', '2027-04-01'].map(
      async (time) => (await stateOf(given, {}, { at: new Date(time) })).exception?.state,
    );
    expect(await Promise.all(states)).toEqual(['in-force', 'ends-soon', 'expired']);
  });

  it('an expired one that nothing needs says so', async () => {
    const { policy } = await stateOf({ match, until: '2026-11-30' }, {}, {}, buildNode());
    expect(policy).toMatchObject([{ severity: 'error', message: expect.stringContaining('nothing needs it now') }]);
  });
});

describe('unused', () => {
  const isUnused = async (own: ExceptionMatch, options: LintOptions = {}, tree = damaged()) => {
    const { exception, policy } = await stateOf({ match: own }, {}, options, tree);
    expect(policy.map(({ rule, severity }) => [rule, severity])).toEqual(
      exception?.state === 'unused' ? [['policy/unused', 'warning']] : [],
    );
    return exception?.state === 'unused';
  };
  const gone = { rule: 'cert/expired', path: `${pki}/front-proxy-client.crt` };

  it.each<[string, ExceptionMatch]>([
    ['the fault was corrected', gone],
    ['a mistyped path', { ...match, path: `${pki}/apiservr.crt` }],
    ['a mistyped subject', { rule: 'cert/expired', subject: 'kube-apiservers' }],
    ['a node that was given', { rule: 'cert/issuer', node: 'cp-1' }],
    ['no rule, a file of the node', { path: `${pki}/sa.pub` }],
  ])('%s', async (_, own) => {
    expect(await isUnused(own)).toBe(true);
  });

  it.each<[string, ExceptionMatch, LintOptions]>([
    ['a node that was not given', { ...gone, node: 'cp-2' }, {}],
    ['a file of a different kind of node', { rule: 'cert/issuer', path: '/var/lib/etcd-2/peer.crt' }, {}],
    ['a rule that was not selected', gone, { only: ['key/*'] }],
    ['a rule that was not selected, in a group', { ...gone, rule: 'cert/*' }, { only: ['cert/expired', 'policy/*'] }],
    ['a role that was not selected', gone, { only: ['kube-etcd'] }],
    ['a rule that is off', gone, { rules: { 'cert/expired': 'off' } }],
    ['a rule of upgrades without one', { rule: 'upgrade/*', path: `${pki}/ca.crt` }, {}],
    ['a fingerprint, whose node is not known', { fingerprint: '0123456789abcdef' }, {}],
    ['a certificate that no given node has', { rule: 'cert/expired', sha256: 'ab'.repeat(32) }, {}],
  ])('not: %s', async (_, own, options) => {
    expect(await isUnused(own, options)).toBe(false);
  });

  it('not: what was not read, or what fails before', async () => {
    expect(await isUnused(gone, {}, damaged().write('pki/front-proxy-client.crt', 'no certificate'))).toBe(false);
    expect(
      await isUnused({ rule: 'key/mode', path: `${pki}/apiserver.key` }, {}, damaged().remove('pki/apiserver.key')),
    ).toBe(false);
  });

  it('not: an exception for the file of a control plane, on a worker', async () => {
    const policy = withExceptions([{ match: { rule: 'file/mode', path: `${pki}/etcd/ca.crt` } }]);
    const { exceptions } = await lintTree(worker(), { policy });
    expect(exceptions).toMatchObject([{ state: 'in-force', findings: 0 }]);
    const all = await lintTrees([worker(), controlPlane(1)], { policy });
    expect(all.exceptions).toMatchObject([{ state: 'unused' }]);
  });

  it('names what is most similar', async () => {
    const { policy } = await stateOf({ match: { ...match, path: `${pki}/apiservr.crt` } });
    expect(policy[0]?.message).toBe(
      `the exception for cert/expired at ${pki}/apiservr.crt excuses nothing; the most similar is cert/expired of kube-apiserver at ${pki}/apiserver.crt on cp-1`,
    );
    const other = await stateOf({ match: { ...match, rule: 'cert/issuer' } });
    expect(other.policy[0]?.message).toContain(
      `the most similar is cert/expired of kube-apiserver at ${match.path} on cp-1`,
    );
  });
});

describe('findings about exceptions', () => {
  const expired = { match, until: '2026-11-30' };
  const levels = async (policy: ExceptionPolicy, options: LintOptions = {}, rules = {}) => {
    const given = withExceptions([expired], { exceptionPolicy: policy, rules });
    const { findings } = await lintTree(damaged(), { policy: given, ...options });
    return findings.flatMap(({ rule, severity }) => (rule.startsWith('policy/') ? [`${rule} ${severity}`] : []));
  };

  it('are at the line of the exception, and on no node', async () => {
    const { policy } = await stateOf(expired);
    expect(policy).toMatchObject([
      { node: '', path: 'pki-lint.config.yaml', file: 'pki-lint.config.yaml', line: 10, column: 5, suppressed: null },
    ]);
  });

  it('have the severity of the options, of the rule, of exceptionPolicy, of the group, in this order', async () => {
    expect(await levels({})).toEqual(['policy/expired error']);
    expect(await levels({}, {}, { 'policy/*': 'info' })).toEqual(['policy/expired info']);
    expect(await levels({ expired: 'warning' }, {}, { 'policy/*': 'info' })).toEqual(['policy/expired warning']);
    expect(await levels({ expired: 'warning' }, {}, { 'policy/expired': 'info' })).toEqual(['policy/expired info']);
    expect(await levels({ expired: 'off' })).toEqual([]);
    expect(await levels({ expired: 'off' }, { rules: { 'policy/expired': 'error' } })).toEqual([
      'policy/expired error',
    ]);
    expect(await levels({}, { rules: { 'policy/expired': 'off' } })).toEqual([]);
    expect(await levels({}, { only: ['cert/*'] })).toEqual([]);
  });

  it('are excused by nothing', async () => {
    const policy = withExceptions([
      expired,
      { match: { path: '*.yaml' } },
      { match: { rule: '*', path: 'pki-lint*' } },
    ]);
    const { findings, summary } = await lintTree(damaged(), { policy });
    expect(summary.suppressed).toBe(0);
    expect(findings.find(({ rule }) => rule === 'policy/expired')?.suppressed).toBeNull();
  });

  it('have a fingerprint that a new line or a new day does not change', async () => {
    const place = { file: '../pki-lint.config.yaml', line: 99, column: 1, endLine: 99, endColumn: 2 };
    const fingerprints = [expired, { ...expired, until: '2026-11-29', at: place }].map(
      async (one) => (await stateOf(one)).policy[0]?.fingerprint,
    );
    const [first, other] = await Promise.all(fingerprints);
    expect(first).toBe(other);
  });
});

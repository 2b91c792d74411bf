/** Comments that excuse findings: what they may say, and where they are in force. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inWorkTree } from '../../src/cli/parsing/repository.ts';
import { type LintOptions, lint, type Report } from '../../src/index.ts';
import type { ExceptionPolicy, Policy } from '../../src/settings/policy.ts';
import { at, lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { withExceptions } from '../support/exceptions.ts';
import type { NodeTree } from '../support/node-tree.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-'));
  mkdirSync(join(root, '.git'));
});
afterAll(() => rmSync(root, { recursive: true }));

const manifest = 'manifests/kube-apiserver.yaml';
const rule = 'argument/target';
const full = `# pki-lint-disable-next-line ${rule} until=2027-03-31 -- the tunnel needs this CA`;

/**
 * The API server trusts the wrong CA for etcd: a fault at a line of its manifest, with a comment above and one after
 * it.
 */
const commented = (above: string, after = '') =>
  buildNode()
    .replaceFlag('kube-apiserver', 'etcd-cafile', '/etc/kubernetes/pki/ca.crt')
    .edit(manifest, (text) =>
      text.replace(/^( +)(- --etcd-cafile=.*)$/m, (_, indent, flag) => `${indent}${above}\n${indent}${flag}${after}`),
    );

let folders = 0;
/** Lints a node as a folder of a work tree. */
function lintFolder(tree: NodeTree, options: LintOptions = {}, own = `cp-${++folders}`): Promise<Report> {
  tree.toDisk(join(root, own));
  const policy = withExceptions([]);
  return lint({ at, cwd: root, paths: [own], policy, trustsComments: inWorkTree({ cwd: root }), ...options });
}

const withPolicy = (exceptionPolicy: ExceptionPolicy): { policy: Policy } => ({
  policy: withExceptions([], { exceptionPolicy }),
});

const outcome = ({ findings }: Report) =>
  findings.map(({ rule: id, suppressed }) => `${id}${suppressed === null ? '' : ' excused'}`);

let plain: readonly string[];
beforeAll(async () => {
  const report = await lintFolder(commented('# nothing'));
  plain = outcome(report);
  expect(plain).toEqual([rule]);
});

describe('a comment', () => {
  it.each<[string, NodeTree]>([
    ['above', commented(full)],
    [
      'above, with further comments and lines between',
      commented(
        `${full}\n\n    # why\n    # pki-lint-disable-next-line cert/expired until=2027-03-31 -- for the next one`,
      ),
    ],
    [
      'after',
      commented('# x', ' # pki-lint-disable-line argument/target until=2027-03-31 -- the tunnel needs this CA'),
    ],
    [
      'a group, and several rules',
      commented('# pki-lint-disable-next-line key/mode, argument/* until=2027-03-31 -- the tunnel needs it'),
    ],
  ])('excuses a finding: %s', async (_, tree) => {
    expect(outcome(await lintFolder(tree))).toContain(`${rule} excused`);
  });

  it.each<[string, NodeTree]>([
    [
      'of a different line',
      buildNode()
        .replaceFlag('kube-apiserver', 'etcd-cafile', '/etc/kubernetes/pki/ca.crt')
        .edit(manifest, (text) => `${full}\n${text}`),
    ],
    ['of a different rule', commented(full.replace(rule, 'key/mode'))],
    ['whose day is over', commented(full.replace('2027', '2025'))],
    [
      'in a value',
      commented('# x').edit(manifest, (text) =>
        text.replace(/^( +)- --etcd-cafile=/m, (line, indent) => `${indent}- |\n${indent}  ${full}\n${line}`),
      ),
    ],
  ])('does not: %s', async (_, tree) => {
    expect(outcome(await lintFolder(tree))).toContain(rule);
  });

  it('names its line and its reason, and is listed with the exceptions', async () => {
    const report = await lintFolder(commented(full.replace(' --', ' owner=team ticket=SEC-1 --')));
    const { suppressed, line, file } = report.findings[0] ?? {};
    const by = `${file}:${(line ?? 0) - 1}`;
    expect(suppressed).toEqual({ by, reason: 'the tunnel needs this CA', until: '2027-03-31' });
    const path = `/etc/kubernetes/${manifest}`;
    expect(report.exceptions).toMatchObject([
      { by, match: { rule, path, node: 'cp-1' }, state: 'in-force', owner: 'team', ticket: 'SEC-1', findings: 1 },
    ]);
  });

  it('can be expired, unused, or end soon, like every exception', async () => {
    const states = ['2026-11-30', '2026-12-05'].map((day) => lintFolder(commented(full.replace('2027-03-31', day))));
    const unused = lintFolder(commented(full.replace(rule, 'argument/file')));
    const reports = await Promise.all([...states, unused]);
    expect(reports.map(({ exceptions }) => exceptions?.[0]?.state)).toEqual(['expired', 'ends-soon', 'unused']);
    expect(reports[0]?.findings.find((one) => one.rule === 'policy/expired')).toMatchObject({
      node: 'cp-1',
      path: `/etc/kubernetes/${manifest}`,
      line: expect.any(Number),
    });
  });

  it('excuses findings in kubeconfigs and units', async () => {
    const comment = (own: string) =>
      `# pki-lint-disable-next-line ${own} until=2027-03-31 -- replaced by the end of March`;
    const tree = buildNode({ worker: true })
      .edit('kubelet.conf', (text) =>
        text.replace(
          /^( +)(server: ).*$/m,
          (_, indent, key) => `${indent}${comment('kubeconfig/*')}\n${indent}${key}http://192.0.2.1:6443`,
        ),
      )
      .write(
        '/etc/systemd/system/kubelet.service',
        [
          '[Service]',
          comment('kubelet/*'),
          'ExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf --read-only-port=10255',
          '',
        ].join('\n'),
        0o644,
      );
    const report = await lintFolder(tree);
    expect(report.exceptions?.map(({ match, findings }) => [match.rule, findings > 0]).sort()).toEqual([
      ['kubeconfig/*', true],
      ['kubelet/*', true],
    ]);
  });
});

describe('in force', () => {
  const isExcused = async (report: Promise<Report>) => (await report).summary.suppressed > 0;

  it('only in the work tree of the working directory, unless the policy says it', async () => {
    expect(await isExcused(lintFolder(commented(full)))).toBe(true);
    expect(await isExcused(lintFolder(commented(full), withPolicy({ inline: false })))).toBe(false);
    const elsewhere = { trustsComments: inWorkTree({ cwd: tmpdir() }) };
    expect(await isExcused(lintFolder(commented(full), elsewhere))).toBe(false);
    expect(await isExcused(lintFolder(commented(full), { ...elsewhere, ...withPolicy({ inline: true }) }))).toBe(true);
  });

  it('not in a copy that has a .git of its own', async () => {
    mkdirSync(join(root, 'strange', '.git'), { recursive: true });
    expect(await isExcused(lintFolder(commented(full), {}, 'strange'))).toBe(false);
  });

  it('not in an archive, whatever the policy says', async () => {
    const options = { ...withPolicy({ inline: true }), trustsComments: () => true };
    expect(await isExcused(lintTree(commented(full), options))).toBe(false);
  });

  it('not without a policy, which reads none', async () => {
    const { policy: _, ...options } = { policy: undefined };
    const tree = commented('# pki-lint-disable-next-line');
    tree.toDisk(join(root, 'plain'));
    const report = await lint({ at, cwd: root, paths: ['plain'], trustsComments: () => true, ...options });
    expect(outcome(report)).toEqual(plain);
  });
});

describe('what a comment must say', () => {
  const complaint = async (text: string, policy: ExceptionPolicy = {}) => {
    const { findings } = await lintTree(commented(text), withPolicy(policy));
    return findings.flatMap(({ rule: id, message }) =>
      id.startsWith('policy/') ? [`${id}: ${message.replace(/.*?nothing: /, '')}`] : [],
    );
  };
  const rest = 'until=2027-03-31 -- the tunnel needs this CA';

  it.each<[string, string]>([
    [`# pki-lint-disable-next-line ${rest}`, 'it names no rule'],
    [
      `# pki-lint-disable-next-line argument/targets ${rest}`,
      'there is no rule argument/targets, did you mean argument/target?',
    ],
    [`# pki-lint-disable-next-line * ${rest}`, 'there is no rule *'],
    [
      '# pki-lint-disable-next-line argument/target -- the tunnel needs this CA',
      'it does not say until when: until=2027-03-31',
    ],
    [
      '# pki-lint-disable-next-line argument/target untill=2027-03-31 -- the tunnel',
      'unknown word untill=, did you mean until=?',
    ],
    [
      '# pki-lint-disable-next-line argument/target until=2027-02-30 -- the tunnel',
      'until=2027-02-30 is not a day such as 2027-03-31',
    ],
    [
      '# pki-lint-disable-next-line argument/target until=2027-03-31',
      'it gives no reason of at least 10 letters after --',
    ],
    [
      `# pki-lint-disable argument/target ${rest}`,
      'it begins with pki-lint-disable, expected pki-lint-disable-next-line or pki-lint-disable-line',
    ],
  ])('%s: %s', async (text, why) => {
    expect(await complaint(text)).toEqual([`policy/comment: ${why}`]);
  });

  it('nothing more, even where it is not in force', async () => {
    expect(await complaint(full)).toEqual([]);
  });

  it('a rule that may be excused, and all that the policy requires, even where it is not in force', async () => {
    expect(await complaint(full, { never: ['argument/*'] })).toEqual([
      'policy/forbidden: argument/target is among the rules that are never excused',
    ]);
    expect(await complaint(full, { requireOwner: true })).toEqual(['policy/forbidden: it names no owner']);
    expect(await complaint(full.replace(' --', ' owner=team --'), { requireOwner: true })).toEqual([]);
  });

  it('no private key', async () => {
    const key = buildNode().read('pki/sa.key').replaceAll('\n', '').slice(0, 400);
    const report = await lintFolder(commented(full.replace('the tunnel', key)));
    expect(JSON.stringify(report)).not.toContain(key.slice(40, 200));
  });
});

it('a file with thousands of comments takes no time', async () => {
  const many = Array.from({ length: 20_000 }, () => full).join('\n');
  const started = process.cpuUsage();
  await lintTree(
    buildNode().edit(manifest, (text) => `${many}\n${text}`),
    withPolicy({}),
  );
  const { user } = process.cpuUsage(started);
  expect(user / 1e6).toBeLessThan(8);
});

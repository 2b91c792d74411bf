import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../../src/index.ts';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { sarif } from '../../../src/report/formats/sarif.ts';
import { relativeUri } from '../../../src/report/formats/uri.ts';
import { allReporters } from '../../../src/report/index.ts';
import type { Finding } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, connected, healthy } from '../fixtures.ts';
import { hostile } from '../hostile.ts';
import { hostileReport, marked, payloads } from './hostile-report.ts';

// Of draft 4; what it uses means the same in draft 7, which ajv reads.
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(new URL('../../../fixtures/schemas/sarif-2.1.0.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

interface Message {
  readonly text: string;
}

interface Location {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: Readonly<Record<string, number>>;
  };
  readonly logicalLocations?: readonly Readonly<Record<string, string>>[];
  readonly message?: Message;
}

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: Message;
  readonly fullDescription: Message;
  readonly help: Message & { readonly markdown: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: { readonly tags: readonly string[] } & Readonly<Record<string, unknown>>;
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex?: number;
  readonly level: string;
  readonly message: Message;
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly unknown[];
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean;
      readonly exitCode: number;
      readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: Message }[];
    },
  ];
  readonly results: readonly Result[];
}

function runOf(report: Report, options: FormatOptions = { rules: ruleDocs }): Run {
  const log = JSON.parse(sarif(report, options));
  expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

const only = (finding: Partial<Finding>): Report => ({
  ...healthy,
  findings: broken.findings.slice(0, 1).map((one) => ({ ...one, ...finding })),
});

describe('sarif', () => {
  it('reads as in golden/broken.sarif', async () => {
    const rules = ruleDocs.filter(({ id }) => ['cert/issuer', 'kubeconfig/organization'].includes(id));
    await expect(sarif(broken, { rules })).toMatchFileSnapshot('golden/broken.sarif');
  });

  it('is valid for a healthy node, for no node, and without rules', () => {
    expect(runOf(healthy).results).toEqual([]);
    expect(runOf({ ...healthy, nodes: [], exitCode: 3 }).invocations[0].executionSuccessful).toBe(false);
    expect(runOf(broken, {}).results.every(({ ruleIndex }) => ruleIndex === undefined)).toBe(true);
  });

  it('is not valid with a field that SARIF does not have', () => {
    const log = JSON.parse(sarif(broken, {}));
    log.runs[0].results[0].severity = 'error';
    expect(validate(log)).toBe(false);
  });

  it('is the same for the same report', () => {
    expect(sarif(broken, { rules: ruleDocs })).toBe(sarif(structuredClone(broken), { rules: ruleDocs }));
  });
});

describe('rules in SARIF', () => {
  const { rules } = runOf(healthy).tool.driver;

  it('are the whole catalogue, in its order', () => {
    expect(rules.map(({ id }) => id)).toEqual(ruleDocs.map(({ id }) => id));
  });

  it('have names in PascalCase, each its own', () => {
    for (const { name } of rules) expect(name).toMatch(/^([A-Z][a-z0-9]*)+$/);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it('keep to the limits of GitHub', () => {
    for (const { shortDescription, fullDescription, help, properties, name } of rules) {
      expect(shortDescription.text.length).toBeLessThanOrEqual(1024);
      expect(fullDescription.text.length).toBeLessThanOrEqual(1024);
      expect(help.text).not.toBe('');
      expect(help.markdown).toContain('**Fix**');
      expect(properties.tags.length).toBeLessThanOrEqual(6);
      expect(name.length).toBeLessThanOrEqual(255);
      expect([shortDescription.text.at(-1), fullDescription.text.at(-1)]).toEqual(['.', '.']);
    }
  });

  it('have a security severity, as a text, only if they are about too much access', () => {
    for (const [index, { properties }] of rules.entries()) {
      const isSecurity = ruleDocs[index]?.impact === 'privilege';
      expect(properties.tags.includes('security')).toBe(isSecurity);
      expect(typeof properties['security-severity']).toBe(isSecurity ? 'string' : 'undefined');
      expect(properties['problem.severity'] === undefined).toBe(isSecurity);
    }
  });

  it('have no HTML of their placeholders, and link only to the web', () => {
    for (const [index, { help, helpUri }] of rules.entries()) {
      const prose = help.markdown.split('\n').filter((line) => !line.startsWith('    '));
      expect(prose.filter((line) => /<\w/.test(line))).toEqual([]);
      expect(helpUri).toBe(ruleDocs[index]?.cite[0]?.url);
      expect(helpUri ?? 'https:').toMatch(/^https:/);
    }
  });

  it('take their level from the catalogue, and results theirs from the finding', () => {
    const levels = Object.fromEntries(rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration.level]));
    expect([levels['cert/issuer'], levels['file/unused']]).toEqual(['error', 'note']);
    expect(runOf(only({ rule: 'cert/issuer', severity: 'info' })).results[0]?.level).toBe('note');
  });
});

describe('results in SARIF', () => {
  it('are the worst first, each with its rule, and one place with a region', () => {
    const { results, tool } = runOf(broken);
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning', 'warning', ...Array(10).fill('note')]);
    for (const { ruleId, ruleIndex, locations } of results) {
      if (ruleIndex !== undefined) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(locations).toHaveLength(1);
      const region = locations[0]?.physicalLocation.region ?? {};
      expect(Object.keys(region)).toEqual(['startLine', 'startColumn', 'endLine', 'endColumn']);
    }
  });

  it('have one sentence with a full stop, then links to what is affected', () => {
    const [first] = runOf(only({ message: 'it is wrong', related: broken.findings[11]?.related ?? [] })).results;
    expect(first?.message.text).toBe('it is wrong. Affected: [kube-apiserver --etcd-servers](1), [etcdctl](2).');
    expect(first?.relatedLocations?.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('name the node if there are several', () => {
    expect(runOf(connected).results.map(({ message }) => message.text.startsWith('cp-1: '))).not.toContain(false);
    expect(runOf(broken).results.map(({ message }) => message.text.startsWith('cp-1: '))).not.toContain(true);
  });

  it('have places in the repository, else on the node, and on several nodes below its name', () => {
    const uriOf = (report: Report, options: FormatOptions = {}) =>
      runOf(report, options).results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
    expect(uriOf(broken)).toBe('etc/kubernetes/pki/etcd/server.crt');
    expect(uriOf(connected)).toBe('cp-1/etc/kubernetes/pki/etcd/server.crt');
    expect(uriOf(connected, { inRepository: (file) => `my nodes/${file}` })).toBe(
      'my%20nodes/copy/etc/kubernetes/pki/etcd/server.crt',
    );
  });

  it('have consequences next to the file that was read, and those of a different node at the finding', () => {
    const related = ['/etc/kubernetes/kubelet.conf', '/var/lib/kubelet/config.yaml', '/x'].map((path, index) => ({
      path,
      subject: index === 2 ? 'kubelet on worker-1' : 'kubelet',
      message: 'it fails',
      fingerprint: null,
    }));
    const inRepository = (file: string) => file;
    const places = (report: Report) =>
      runOf(report, { inRepository }).results[0]?.relatedLocations?.map(
        ({ physicalLocation }) => physicalLocation.artifactLocation.uri,
      );
    const path = '/etc/kubernetes/pki/ca.crt';
    expect(places(only({ related, path, file: `copy${path}` }))).toEqual([
      'copy/etc/kubernetes/kubelet.conf',
      'copy/var/lib/kubelet/config.yaml',
      'copy/x',
    ]);
    expect(places(only({ related, path, file: 'my/pki/ca.crt' }))).toEqual([
      'my/kubelet.conf',
      'var/lib/kubelet/config.yaml',
      'x',
    ]);
    const several = { ...only({ related, path, file: 'my/pki/ca.crt' }), nodes: connected.nodes };
    expect(places(several)?.at(-1)).toBe('my/pki/ca.crt');
  });

  it('have the fingerprint that GitHub compares', () => {
    expect(runOf(broken).results[0]?.partialFingerprints).toEqual({
      primaryLocationLineHash: '0123456789abcdef:1',
      'pkiLint/v1': '0123456789abcdef',
    });
  });

  it('leave out what is excused, or mark it', () => {
    const excused = only({ suppressed: { by: 'pki-lint.yaml', reason: 'the old load balancer', until: '2027-01-31' } });
    expect(runOf(excused).results).toEqual([]);
    const [result] = runOf(excused, { showSuppressed: true }).results;
    expect(result?.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'the old load balancer' },
    ]);
    expect(result?.properties.until).toBe('2027-01-31');
  });

  it('are at most as many as GitHub accepts, the worst first, and the file says how many are left out', () => {
    const [worst] = broken.findings.filter(({ severity }) => severity === 'error');
    const [note] = broken.findings.filter(({ severity }) => severity === 'info');
    if (worst === undefined || note === undefined) throw new Error('the fixture has changed');
    const findings = [...Array<Finding>(25_000).fill(note), worst];
    const { results, invocations } = JSON.parse(sarif({ ...healthy, findings }, {})).runs[0];
    expect(results).toHaveLength(25_000);
    expect(results[0].level).toBe('error');
    expect(invocations[0].toolExecutionNotifications[0].message.text).toBe(
      'left out: 1 finding, as GitHub accepts 25000.',
    );
  });
});

describe('the invocation in SARIF', () => {
  it('says what was not checked, and is not successful after an error of the input', () => {
    const [{ executionSuccessful, exitCode, toolExecutionNotifications }] = runOf({
      ...broken,
      exitCode: 2,
    }).invocations;
    expect({ executionSuccessful, exitCode }).toEqual({ executionSuccessful: false, exitCode: 2 });
    expect(toolExecutionNotifications.map(({ level }) => level)).toEqual(['error', ...Array(7).fill('note')]);
    expect(runOf(broken).invocations[0].executionSuccessful).toBe(true);
  });

  it('has a category that ends with a slash', () => {
    expect(runOf(healthy).automationDetails.id).toBe('pki-lint/');
    expect(runOf(healthy, { sarifCategory: 'prod/cp-1' }).automationDetails.id).toBe('pki-lint/prod/cp-1/');
  });
});

describe('hostile texts in SARIF', () => {
  const text = sarif(hostileReport(), { rules: ruleDocs, showSuppressed: true });

  it('are still there, one line each and visible, in a valid file', () => {
    const { results } = runOf(hostileReport(), { rules: ruleDocs, showSuppressed: true });
    for (const index of payloads.keys()) {
      const found = results.find(({ message }) => message.text.includes(marked(index)));
      expect(found?.message.text, `payload ${index}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
      expect(found?.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w.~%/-]+$/);
    }
  });

  it('make no link but to consequences that exist', () => {
    for (const { message, relatedLocations = [] } of runOf(hostileReport(), { showSuppressed: true }).results) {
      const links = [...message.text.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, target]) => Number(target));
      expect(links).toEqual(relatedLocations.slice(0, 3).map((_, index) => index + 1));
    }
  });

  it('are no snippets and no absolute addresses of files', () => {
    expect(text).not.toMatch(/"(?:snippet|contextRegion|uriBaseId)"|"uri": "(?:file:|\/)/);
  });

  it('also in rules', () => {
    const rules = ruleDocs.map((rule) => ({ ...rule, title: payloads[9] ?? '', why: payloads[15] ?? '', cite: [] }));
    expect(runOf(hostile(broken), { rules }).tool.driver.rules[0]?.fullDescription.text.length).toBeLessThan(1025);
  });

  it.each([
    ['/etc/kubernetes/pki/ca.crt', 'etc/kubernetes/pki/ca.crt'],
    ['./a/../../b', 'a/b'],
    ["a b#?%'()*", 'a%20b%23%3F%25%27%28%29%2A'],
    ['a\ud800\n', 'a%EF%BF%BD%0A'],
    ['C:\\x', 'C%3A%5Cx'],
    ['..', 'unknown'],
    ['', 'unknown'],
  ])('in a path: %j', (path, uri) => {
    expect(relativeUri(path)).toBe(uri);
  });
});

describe('nodes without names', () => {
  const style = { quiet: false, verbose: false, width: 100, color: false };
  const from = (place: string): Report => ({
    ...broken,
    nodes: ['a', 'b'].map((name) => ({
      ...(healthy.nodes[0] as Report['nodes'][number]),
      name: `${place}/${name}`,
      isNamed: false,
      rootfs: `${place}/${name}`,
    })),
    notChecked: [],
    findings: broken.findings.map((finding) => ({
      ...finding,
      node: `${place}/b`,
      file: `${place}/b${finding.path}`,
      message: `it differs from ${place}/a, in ${place}/b`,
      fix: [],
    })),
  });

  it('have numbers: the bytes do not depend on where the copies are', async () => {
    const [one, other] = await Promise.all(
      ['copies', '/mnt/deep/er'].map((place) => allReporters.report.sarif(from(place), style)),
    );
    expect(one).toBe(other);
    expect(one).toContain('it differs from node-1, in node-2.');
    expect(one).toContain('"uri": "node-2/etc/kubernetes/pki/etcd/server.crt"');
  });
});

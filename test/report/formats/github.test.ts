import { describe, expect, it } from 'vitest';
import { github } from '../../../src/report/formats/github.ts';
import type { Finding } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, connected, healthy } from '../fixtures.ts';
import { hostileReport, marked, payloads } from './hostile-report.ts';

interface Command {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const unescapeData = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

/** Reads a line as ActionCommand.TryParseV2 of actions/runner does. */
function commandIn(line: string): Command | undefined {
  const trimmed = line.trim();
  if (!trimmed.startsWith('::')) return undefined;
  const end = trimmed.indexOf('::', 2);
  if (end < 0) return undefined;
  const [, command = '', list = ''] = /^(\S+) ?(.*)$/s.exec(trimmed.slice(2, end)) ?? [];
  const properties = list.split(',').flatMap((one) => {
    const at = one.indexOf('=');
    if (at <= 0) return [];
    const value = unescapeData(
      one
        .slice(at + 1)
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ','),
    );
    return [[one.slice(0, at), value]];
  });
  return { command, properties: Object.fromEntries(properties), data: unescapeData(trimmed.slice(end + 2)) };
}

/** The commands of all lines. Every line is one. */
function commandsIn(text: string): readonly Command[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '');
  return lines.map((line) => commandIn(line) ?? expect.fail(`not a command: ${line}`));
}

const many = (severity: Finding['severity'], number: number): Report => ({
  ...healthy,
  findings: Array.from({ length: number }, (_, index) => ({
    ...(broken.findings[0] as Finding),
    severity,
    subject: `subject ${index}`,
    message: `number ${index}`,
  })),
});

describe('github', () => {
  it('reads as in golden/broken.github', async () => {
    await expect(github(broken, {})).toMatchFileSnapshot('golden/broken.github');
  });

  it('is empty if nothing is found', () => {
    expect(github(healthy, {})).toBe('');
  });

  it('has the worst first, with its place and its rule, and notes as notices', () => {
    const [failure] = commandsIn(github({ ...broken, exitCode: 2 }, {}));
    const data = 'gone.tar: no such file or directory';
    expect(failure).toEqual({ command: 'error', properties: { title: 'pki-lint' }, data });
    const [first, ...others] = commandsIn(github(broken, {}));
    expect(first).toMatchObject({
      command: 'error',
      properties: {
        file: 'etc/kubernetes/pki/etcd/server.crt',
        line: '1',
        endLine: '1',
        col: '1',
        title: 'cert/issuer',
      },
    });
    expect(others.map(({ command }) => command)).toEqual(['warning', 'warning', ...Array(10).fill('notice')]);
  });

  it('has no column if the range has several lines', () => {
    const [finding] = many('error', 1).findings as [Finding];
    const [one] = commandsIn(github({ ...healthy, findings: [{ ...finding, line: 3, endLine: 5 }] }, {}));
    expect(one?.properties).toEqual({
      file: 'etc/kubernetes/scheduler.conf',
      line: '3',
      endLine: '5',
      title: 'kubeconfig/organization',
    });
  });

  it.each([
    ['error', 'error', '3 more errors'],
    ['warning', 'warning', '3 more warnings'],
    ['info', 'notice', '3 more notes'],
  ] as const)('has ten of each kind, and the tenth counts the others: %s', (severity, command, text) => {
    const all = commandsIn(github(many(severity, 12), {}));
    expect(all).toHaveLength(10);
    expect(new Set(all.map((one) => one.command))).toEqual(new Set([command]));
    expect(all.at(-1)?.data).toBe(`${text}: the report lists all`);
    expect(commandsIn(github(many(severity, 10), {})).at(-1)?.data).toContain('number 9');
  });

  it('names the node if there are several', () => {
    expect(commandsIn(github(connected, {}))[1]?.data).toMatch(/^cp-1: /);
  });

  it('leaves out what is excused unless asked for, and then it is a notice', () => {
    const findings = many('error', 1).findings.map((one) => ({
      ...one,
      suppressed: { by: 'x', reason: 'y', until: null },
    }));
    expect(github({ ...healthy, findings }, {})).toBe('');
    expect(github({ ...healthy, findings }, { showSuppressed: true })).toMatch(/^::notice .*title=\S+ \(excused\)::/);
  });

  it.each(payloads.map((payload, index) => [index, payload] as const))('survives payload %i', (index) => {
    const report = hostileReport();
    const finding = { ...(report.findings[index] as Finding), suppressed: null };
    const all = commandsIn(
      github({ ...report, findings: [finding], failures: report.failures.slice(index, index + 1) }, {}),
    );
    expect(all.map(({ command, properties }) => [command, Object.keys(properties).join()])).toEqual([
      ['error', 'title'],
      ['error', 'file,line,endLine,col,title'],
    ]);
    for (const { data } of all) {
      expect(data).toContain(marked(index));
      expect(data.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    }
  });

  it('is a command in each line of the whole hostile report, at most ten of a kind', () => {
    const all = commandsIn(github(hostileReport(), {}));
    expect(all.length).toBeLessThanOrEqual(30);
    expect(all.filter(({ command }) => !['error', 'warning', 'notice'].includes(command))).toEqual([]);
  });
});

import { describe, expect, it, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { complete } from '../../src/cli/completion/complete.ts';
import { names } from '../../src/cli/completion/names.ts';
import { scripts } from '../../src/cli/completion/scripts.ts';
import { valuesOfArgument, valuesOfOption } from '../../src/cli/completion/values.ts';
import { optionParser } from '../../src/cli/parsing/add-options.ts';
import { repeatable } from '../../src/cli/parsing/choices.ts';
import { parsers } from '../../src/cli/parsing/parse.ts';
import { ruleDocs } from '../../src/index.ts';
import { runWith } from './run.ts';

/** The candidates for the last of the words, without what they mean, and the last line. */
function answerTo(...words: string[]): { readonly offered: readonly string[]; readonly last: string | undefined } {
  const lines = complete(words, commands, names).trimEnd().split('\n');
  return { offered: lines.slice(0, -1).map((line) => line.replace(/\t.*/, '')), last: lines.at(-1) };
}

const rows = commands.flatMap((command) => command.options().flatMap((group) => Object.values(group)));
const formats = ['table', 'concise', 'json', 'csv', 'sarif', 'junit', 'gitlab', 'github', 'markdown', 'ndjson'];

describe('completion offers', () => {
  test.each<[typed: readonly string[], offered: readonly string[], last: string]>([
    [['exp'], ['expiry', 'expect', 'explain'], ':0'],
    [['node.t'], [], ':0'],
    [['lint', 'exp'], [], ':0'],
    // A command is the first word.
    [['node.tar', 'exp'], [], ':0'],
    [['help', 'iss'], ['issue'], ':4'],
    [['help', 'issue', ''], [], ':4'],
    [['--format', 'j'], ['json', 'junit'], ':4'],
    [['--format=j'], ['json', 'junit'], ':4\t--format='],
    [['-fj'], ['json', 'junit'], ':4\t-f'],
    [['-qvfj'], ['json', 'junit'], ':4\t-qvf'],
    [['--format', 'json:re'], [], ':0\tjson:'],
    [['--format=json:a:b'], [], ':0\t--format=json:'],
    // Only some commands write several files.
    [['facts', '--format', 'json:'], [], ':4'],
    [['--rule', 'san/giv'], ['san/given='], ':6'],
    [['--rule', 'san/*'], ['san/*='], ':6'],
    [['--rule', 'san/*=w'], ['warning'], ':4\tsan/*='],
    [['--rule=san/*=w'], ['warning'], ':4\t--rule=san/*='],
    [['--only', 'san/*'], ['san/*'], ':4'],
    [['--only', 'admin.'], ['admin.conf'], ':4'],
    [['--at', ''], [], ':4'],
    [['--at', '2026-12-01T08:'], [], ':4'],
    [['--at=2026-12-01', '--expires-wi'], ['--expires-within'], ':4'],
    [['--layout', 'k3'], ['k3s-agent', 'k3s'], ':4'],
    [['--config', ''], [], ':0'],
    [['--rootfs', ''], [], ':16'],
    [['--rootfs=/c'], [], ':16\t--rootfs='],
    [['issue', '--only', 'front-proxy-ca,front-'], ['front-proxy-client'], ':4\tfront-proxy-ca,'],
    [['explain', 'san/giv'], ['san/given'], ':4'],
    [['explain', 'san/given', ''], [], ':4'],
    [['blast', 'front-proxy-cl'], ['front-proxy-client'], ':0'],
    [['blast', 'kubernetes-ca', 'front-proxy-cl'], [], ':0'],
    [['diff', 'old.json', ''], [], ':0'],
    [['diff', 'old.json', 'new.json', ''], [], ':4'],
    [['rules', 'san/giv'], ['san/given'], ':4'],
    [['completion', ''], ['bash', 'zsh', 'fish'], ':4'],
    // A value may begin with a dash, and any word is one.
    [['--at', '-12h', '--expires-wi'], ['--expires-within'], ':4'],
    [['--at', '--', '--expires-wi'], ['--expires-within'], ':4'],
    [['-', '--expires-wi'], ['--expires-within'], ':4'],
    [['-f', 'json', '--expires-wi'], ['--expires-within'], ':4'],
    [['-fjson', '--expires-wi'], ['--expires-within'], ':4'],
    // Options have no abbreviations, and one without a value takes none.
    [['--forma', 'j'], [], ':0'],
    [['--forma=j'], [], ':4'],
    [['--quiet=j'], [], ':4'],
    [['--unknown', '--expires-wi'], ['--expires-within'], ':4'],
    // After `--`, only paths.
    [['--', '--expires-wi'], [], ':0'],
    [['--', 'exp'], [], ':0'],
    [['issue', '--', 'x', ''], [], ':4'],
    [[], ['lint', ...commands.slice(1).map(({ name }) => name), 'help'], ':0'],
    [['-V'], ['-V'], ':4'],
    [['expiry', '--vers'], [], ':4'],
    [['a\nb=', '--rule', 'a\nb='], [], ':4'],
  ])('after %j', (typed, offered, last) => {
    expect(answerTo(...typed)).toEqual({ offered, last });
  });

  it('what a candidate means', () => {
    expect(complete(['expi'], commands, names)).toBe('expiry\tlist everything that expires, and who renews it\n:0\n');
    const title = ruleDocs.find(({ id }) => id === 'san/given')?.title;
    expect(complete(['explain', 'san/giv'], commands, names)).toBe(`san/given\t${title}\n:4\n`);
  });

  it('each option once, except those that can be repeated', () => {
    const first = answerTo('-').offered;
    expect(first).toEqual(expect.arrayContaining(['--at', '-q', '--quiet', '--rule', '-f', '--format', '-h', '-V']));
    const typed = ['--at', '2026-12-01', '-qfjson', '--rule', 'san/*=off', '--print-config', '--node-ip=192.0.2.1'];
    const later = answerTo(...typed, '-').offered;
    expect(first.filter((name) => !later.includes(name)).sort()).toEqual(['--at', '--print-config', '--quiet', '-q']);
  });
});

describe('what completion offers', () => {
  it('is every rule with its title, every group, role and format', () => {
    expect(names.rules).toEqual(ruleDocs.map(({ id, title }) => [id, title]));
    const { offered } = answerTo('--only', '');
    const groups = ruleDocs.map(({ id }) => id.replace(/\/.*/, '/*'));
    expect(offered).toEqual(expect.arrayContaining([...groups, 'kube-apiserver', 'admin.conf', 'service-account']));
    expect(answerTo('--format', '').offered).toEqual(expect.arrayContaining(formats));
  });

  it('fits on a line', () => {
    const texts = [
      ...commands.flatMap(({ name, description }) => [name, description]),
      ...rows.flatMap(({ option, help, choices = [] }) => [option, help, ...choices]),
      ...names.rules.flat(),
      ...names.roles,
      ...names.layouts,
    ];
    expect(texts.filter((text) => text === '' || /[\t\n]/.test(text))).toEqual([]);
  });

  it('is accepted as a value', () => {
    const offered = rows.flatMap((row) => {
      const parse = optionParser(row);
      const { candidates, goesOn } = valuesOfOption(row)('', names);
      return parse === undefined || goesOn
        ? []
        : candidates.map(
            ({ text }) =>
              () =>
                parse(row.option, text),
          );
    });
    expect(offered.length).toBeGreaterThan(200);
    for (const parse of offered) expect(parse).not.toThrow();
  });

  it('is nothing only for free texts', () => {
    const isFree = ({ candidates, files }: ReturnType<ReturnType<typeof valuesOfOption>>) =>
      candidates.length === 0 && files === undefined;
    const free = rows.flatMap((row) => {
      const isEmpty = row.metavar !== undefined && isFree(valuesOfOption(row)('', names));
      return isEmpty ? [row.metavar] : [];
    });
    const known = ['cidr,...', 'domain', 'host:port', 'ip', 'ip,...', 'n', 'name', 'name,...', 'time', 'version'];
    expect([...new Set(free)].sort()).toEqual(known.map((name) => `<${name}>`).sort());
    const notations = commands.flatMap((command) => command.arguments.map(([notation]) => notation));
    expect(notations.filter((notation) => isFree(valuesOfArgument(notation)('', names)))).toEqual([]);
  });
});

it('takes those types as repeatable whose parsers keep what was before', () => {
  const samples = { addresses: '192.0.2.1', cidrs: '10.0.0.0/8', usages: 'client' } as const;
  const keeps = Object.entries({
    ...parsers,
    destinations: optionParser({ ...destinations, choices: ['json'] }),
  }).filter(([type, parse]) => {
    const sample = { ...samples, destinations: 'json' }[type] ?? 'x';
    try {
      const [once, twice] = [undefined, ['before']].map((previous) => parse?.('--x', sample, previous as never));
      return JSON.stringify(once) !== JSON.stringify(twice);
    } catch {
      return false;
    }
  });
  expect(keeps.map(([type]) => type).sort()).toEqual([...repeatable].sort());
});

const destinations = { option: '--format', help: 'x', group: 'x', type: 'destinations' } as const;

describe('the command completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints the script for %s', async (shell) => {
    const { exitCode, stdout, stderr } = await runWith(['completion', shell]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: scripts[shell], stderr: '' });
    expect(stdout).toContain('pki-lint __complete ');
  });

  it('answers an unknown shell with those that there are', async () => {
    const { exitCode, stdout, stderr } = await runWith(['completion', 'fishy']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('pki-lint: invalid shell "fishy": expected bash, zsh or fish\n  did you mean "fish"?\n');
  });
});

/** When the command lines of a file and of a process mean the same. */
import { describe, expect, it } from 'vitest';
import type { Argument } from '../../src/artifact/argument.ts';
import { differencesText } from '../../src/checks/process/words.ts';
import { differingArguments } from '../../src/model/running/process-arguments.ts';
import { argumentsOfProcess } from '../../src/scan/components/process-words.ts';
import { shownWords } from '../../src/scan/withhold.ts';
import { knownFlags } from '../../src/tables/flags.ts';
import { layouts } from '../../src/tables/layouts/index.ts';

/** What leaves a scan. */
const shown = shownWords(layouts[0].programs, () => undefined);

const parsed = (component: string, words: readonly string[]) =>
  argumentsOfProcess(component, words, layouts[0].programs).map((one) => shown.argument(component, one));

function differing(wanted: readonly string[], found: readonly string[], component = 'kube-apiserver') {
  const [own, others] = [parsed(component, wanted), parsed(component, found)];
  return differingArguments(own, others, knownFlags(component));
}

describe('the same flags', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['in a different order', ['--v=2', '--secure-port=6443'], ['--secure-port=6443', '--v=2']],
    ['of which a value is a word of its own', ['--v', '2'], ['--v=2']],
    ['with underscores', ['--secure_port=6443'], ['--secure-port=6443']],
    ['of a bool without a value', ['--profiling'], ['--profiling=true']],
    ['of a bool in a different form', ['--profiling=F'], ['--profiling=false']],
    ['of which a later one replaces an earlier one', ['--v=4', '--v=2'], ['--v=2']],
    [
      'of which several count',
      ['--service-account-issuer=a', '--service-account-issuer=b'],
      ['--service-account-issuer=b', '--service-account-issuer=a'],
    ],
  ])('%s', (_, wanted, found) => {
    expect(differing(wanted, found)).toEqual([]);
    expect(differing(found, wanted)).toEqual([]);
  });

  it('of etcd have one dash or two', () => {
    expect(differing(['-name=cp-1'], ['--name', 'cp-1'], 'etcd')).toEqual([]);
  });

  it('with a variable whose value is unknown may have any', () => {
    const [unknown] = parsed('kube-apiserver', ['--advertise-address=?']);
    const wanted = [{ ...unknown, value: undefined, unknownVariable: 'HOST_IP' } as Argument];
    expect(differingArguments(wanted, parsed('kube-apiserver', ['--advertise-address=192.0.2.10']), undefined)).toEqual(
      [],
    );
    expect(differingArguments(wanted, [], undefined).map(({ name }) => name)).toEqual(['advertise-address']);
  });
});

describe('different flags', () => {
  it.each<readonly [string, readonly string[], readonly string[], string]>([
    ['a value', ['--v=2'], ['--v=4'], '--v (4 instead of 2)'],
    ['one that the file lacks', [], ['--profiling'], '--profiling (true instead of none)'],
    ['one that the process lacks', ['--profiling'], [], '--profiling (none instead of true)'],
    [
      'one of several that count',
      ['--service-account-key-file=/a', '--service-account-key-file=/b'],
      ['--service-account-key-file=/b'],
      '--service-account-key-file (/b instead of /a and /b)',
    ],
  ])('%s', (_, wanted, found, text) => {
    expect(differencesText(differing(wanted, found), 'kube-apiserver')).toBe(text);
  });

  it('are named without what may be secret', () => {
    const text = (wanted: readonly string[], found: readonly string[]) =>
      differencesText(differing(wanted, found), 'kube-apiserver');
    expect(text(['--cloud-provider=a'], ['--hunter2'])).not.toContain('hunter2');
    expect(text(['--token-of-mine=a'], ['--token-of-mine=b'])).toBe(
      '--token-of-mine (the values differ, and are not shown)',
    );
    expect(text(['--etcd-servers=https://u:secret@a:1'], ['--etcd-servers=https://u:hidden@b:1'])).toBe(
      '--etcd-servers (https://…@b:1 instead of https://…@a:1)',
    );
  });

  it.each([
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.c2lnbmF0dXJl',
    'abcdef.0123456789abcdef',
    'a,abcdef.0123456789abcdef',
  ])('are named without %s, whatever the flag', (token) => {
    expect(differencesText(differing(['--v=2'], [`--v=${token}`]), 'kube-apiserver')).toBe(
      '--v (a value that is not shown instead of 2)',
    );
  });

  it.each(['kernel.example', 'abcdef.0123456789abcdef.example', '/etc/pki/abcdef.0123456789abcdefg'])(
    'are named with %s, which is no token',
    (value) => {
      expect(differencesText(differing([], [`--external-hostname=${value}`]), 'kube-apiserver')).toContain(value);
    },
  );

  it('of a file that has only some are those that it has', () => {
    const [own, others] = [parsed('etcd', ['--config-file=/a']), parsed('etcd', ['--config-file=/b', '--name=x'])];
    expect(differingArguments(own, others, knownFlags('etcd'), false).map(({ name }) => name)).toEqual(['config-file']);
  });
});

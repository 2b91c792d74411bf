/** Ordinary values for the placeholders of commands. */

import type { CommandValues } from '../../src/core/command/fill.ts';
import { kindOfPlaceholder } from '../../src/core/command/values.ts';

/** By what a value must be. */
const samples: Readonly<Record<string, string>> = {
  'a path': '/x',
  'the name of a file': 'x.yaml',
  'the name or the address of a machine': 'cp-2',
  'the name of a node': 'cp-1',
  'a name': 'x',
  'the URL of a server': 'https://192.0.2.1:6443',
  'the name of a unit': 'etcd.service',
  'a user': 'etcd',
  'a mode': 'o-rwx',
  'a plain word': 'x',
  'an option': '--x',
  'a number': '2',
  'a script of sed': 's|a|b|',
  'a document': '{}',
  'a line of a list': '- "x"',
  'a time': '20261201-0000',
};

/** Returns the names of the placeholders in a template. */
export function placeholdersOf(template: string): readonly string[] {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== 'remote');
}

/** Returns a value for each placeholder of a command. */
export function sampleValues(template: string): CommandValues {
  return Object.fromEntries(
    placeholdersOf(template).map((name) => {
      const { what, many } = kindOfPlaceholder(name);
      const value = samples[what];
      if (value === undefined) throw new Error(`no sample of ${what}`);
      return [name, many ? [value, value] : value];
    }),
  );
}

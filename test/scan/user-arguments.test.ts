/** What the user gives to the components of RKE2, whose manifests have it from the next start on. */
import { expect, it } from 'vitest';
import { withUserArguments } from '../../src/scan/supervisor/components.ts';
import type { UserArgument } from '../../src/scan/supervisor/user-arguments.ts';

const config = { path: '/etc/rancher/rke2/config.yaml' };
const manifest = { path: '/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml' };

/** The flags of a component, of its manifest and of the user; in brackets, those with a place in the settings. */
function flags(written: readonly string[], given: readonly string[], name = 'kube-apiserver'): readonly string[] {
  const split = (text: string) => text.split('=') as [string, string];
  const component = {
    name,
    at: manifest,
    mounts: [],
    arguments: written.map((text) => {
      const [flag, value] = split(text);
      return { name: flag, spelled: `--${flag}`, value, at: manifest };
    }),
  };
  const users = given.map((text): UserArgument => {
    const [flag, value] = split(text);
    const bare = flag.replace(/[-+]$/, '');
    const joins = flag.endsWith('+') ? 'after' : flag.endsWith('-') ? 'before' : 'instead';
    return { component: name, name: bare, spelled: `--${bare}`, value, joins, at: config };
  });
  const all = withUserArguments({ ...component, unknown: undefined }, users).arguments;
  return all.map(({ name, value, at }) => (at === config ? `[${name}=${value}]` : `${name}=${value}`));
}

it.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['has the place of the settings', ['v=2', 'event-ttl=2h'], ['event-ttl=2h'], ['v=2', '[event-ttl=2h]']],
  ['is added', ['v=2'], ['event-ttl=2h'], ['v=2', '[event-ttl=2h]']],
  ['replaces what the program gives', ['v=2', 'event-ttl=1h'], ['v=4'], ['[v=4]', 'event-ttl=1h']],
  ['is added to what was applied', ['f=A', 'v=2'], ['f=A', 'f=B'], ['v=2', '[f=A]', '[f=B]']],
  ['comes behind it', ['f=A', 'v=2'], ['f+=B'], ['f=A', '[f=B]', 'v=2']],
  ['comes before it', ['f=A', 'v=2'], ['f-=B'], ['[f=B]', 'f=A', 'v=2']],
  ['is left out if it is a file, which the program mounts', ['v=2'], ['audit-policy-file=/x'], ['v=2']],
])('a flag of the user %s', (_, written, given, expected) => {
  expect(flags(written, given)).toEqual(expected);
});

it('etcd has its flags in a file', () => {
  expect(flags(['config-file=/x'], ['quota-backend-bytes=1'], 'etcd')).toEqual(['config-file=/x']);
});

/** What fixes move, remove and overwrite. */
import { inFolder } from '../../src/artifact/paths.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import type { Finding, FixStep } from '../../src/results/finding.ts';

/**
 * The files that a command takes away or overwrites. Words are separated by blanks, and no path of a case contains one.
 */
function touchedBy({ kind, text }: FixStep): readonly string[] {
  if (kind !== 'command') return [];
  return text.split(' | ').flatMap((command) => {
    const [program, ...words] = command.split(' ').filter((word) => word !== '');
    const paths = words.filter((word) => word.startsWith('/'));
    const target = paths.at(-1) ?? '';
    const redirected = />{1,2} (\/\S+)/.exec(command)?.[1];
    const output = /-out (\/\S+)/.exec(command)?.[1];
    const moved = program === 'mv' ? paths.slice(0, target.endsWith('/') ? -1 : undefined) : [];
    const removed = program === 'rm' ? paths : [];
    const copied = (program === 'cp' || program === 'scp') && !target.endsWith('/') ? [target] : [];
    return [...moved, ...removed, ...copied, ...[redirected, output].filter((path) => path !== undefined)];
  });
}

/** The users of a file but for a role, also through links. */
function othersUsing(path: string, role: string, { node, uses }: Pki): readonly string[] {
  const real = (one: string) => node.files.get(one)?.realPath ?? one;
  // A link is moved, and not the file to which it leads.
  const isLink = node.files.get(path)?.links.some((link) => link.path === path);
  const same = [...uses].filter(([other]) => other === path || (!isLink && real(other) === real(path)));
  return same
    .flatMap(([, users]) => users)
    .filter((use) => use.role !== role)
    .map(({ user }) => user);
}

/** Where a role belongs, and what a CA has signed: what is moved away there is issued again at once. */
function placesOf(id: string, known: Pki): readonly string[] {
  const { roles, authorities, node } = known;
  const authority = authorities.find((one) => one.id === id);
  if (authority) {
    const signed = roles.filter(({ kind, parent }) => kind === 'certificate' && parent.id === id);
    return [
      ...[authority.recommended, inFolder(node.pki, authority.row.key)],
      ...signed.flatMap((role) => placesOf(role.id, known)),
    ];
  }
  const role = roles.find((one) => one.id === id);
  if (role === undefined) return [];
  const key = role.kind === 'certificate' ? [inFolder(node.pki, role.row.key)] : [];
  const ofKubelet = id === 'kubelet.conf' ? ['/var/lib/kubelet/pki/kubelet-client-current.pem'] : [];
  return [role.recommended, ...key, ...ofKubelet];
}

/** The files of a node that a fix takes away, and that something else than the subject of its finding uses. */
export function harmOf(known: Pki, findings: readonly Finding[]): readonly string[] {
  const isRole = (id: string) => [...known.roles, ...known.authorities].some((role) => role.id === id);
  return findings
    .filter(({ subject }) => isRole(subject))
    .flatMap(({ rule, subject, fix }) =>
      fix.flat().flatMap((step) =>
        touchedBy(step)
          .filter((path) => !placesOf(subject, known).includes(path))
          .flatMap((path) =>
            othersUsing(path, subject, known).map((user) => `${rule} of ${subject}: ${path} of ${user}`),
          ),
      ),
    );
}

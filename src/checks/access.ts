/** Checks that components which do not run as root can read their files. */
import { handful, shellWord } from '../core/text.ts';
import { unknownAccess } from '../model/roles/access.ts';
import { slotName } from '../model/roles/slots.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { octal } from './permissions.ts';

export const accessChecks = {
  /** kubeadm's RootlessControlPlane gives each component the files that it reads (util/staticpod/utils_linux.go). */
  'argument/access': check('component', function* (component, { slots }) {
    const { user } = component;
    if (user === undefined) return yield notApplicable('it runs as root, or its user is not known');
    const own = slots.filter((slot) => slot.component === component);
    for (const { obstacle, path } of own) if (obstacle === 'unknown') yield skip(unknownAccess(path ?? ''));
    const denied = own.flatMap((slot) =>
      slot.obstacle === undefined || slot.obstacle === 'unknown' ? [] : [{ slot, obstacle: slot.obstacle }],
    );
    const [first] = denied;
    if (first === undefined) return;
    const obstacles = new Map(denied.map(({ obstacle }) => [obstacle.path, obstacle]));
    const paths = [...new Set(denied.map(({ slot }) => slot.argument?.value ?? ''))];
    const { path, mode = 0, uid } = first.obstacle;
    const data = {
      component: component.name,
      user: String(user.uid),
      paths: handful(paths, 3),
      error: `open ${paths[0]}: permission denied`,
      found: `mode ${octal(mode)} of user ${uid} at ${path}`,
      fix: [...obstacles.keys()].map(shellWord).join(' '),
    };
    const related = denied.map(({ slot, obstacle }) => ({
      path: obstacle.path,
      subject: slotName(slot),
      message: `open ${slot.argument?.value}: permission denied`,
    }));
    yield problem(user.at, data, { related: related.length > 1 ? related : [] });
  }),
};

/** Checks of what only a running process shows: what it mounts, and the certificate that it made for itself. */
import { dateOf } from '../../core/time.ts';
import { loopbackEnd } from '../../model/running/loopback.ts';
import { oldMounts } from '../../model/running/mounts.ts';
import { timeSeen } from '../../model/running/processes.ts';
import { check, list, notApplicable, problem } from '../base/check.ts';
import { heldKeys } from './held.ts';
import { few } from './words.ts';

export const processMemoryChecks = {
  'process/mount': check('node', function* (pki) {
    const all = oldMounts(pki);
    const [first] = all;
    if (first === undefined) return;
    const components = [...new Set(all.map(({ component }) => component))];
    const files = [...new Set(all.map(({ path }) => path))];
    const data = {
      components: list(components),
      files: few(files),
      path: first.path,
      now: first.now === undefined ? 'removed' : `now ${first.now}`,
      ...heldKeys(components, pki),
    };
    yield problem({ path: first.path }, data, {
      related: all.map(({ component, path, now }) => ({
        path,
        subject: component,
        message:
          now === undefined
            ? 'its container still mounts the old one, which was removed'
            : `its container still mounts the old one, which is now ${now}`,
      })),
      parts: all.map(({ component, path }) => `${component} ${path}`),
      restarting: components,
    });
  }),

  'process/loopback': check('node', function* (pki) {
    const end = loopbackEnd(pki);
    if (end === undefined) return yield notApplicable('no kube-apiserver was seen that needs one');
    if (end > timeSeen(pki)) return;
    const data = { component: 'kube-apiserver', end: dateOf(end), ...heldKeys(['kube-apiserver'], pki) };
    yield problem({ path: pki.node.pki }, data, { restarting: ['kube-apiserver'] });
  }),
};

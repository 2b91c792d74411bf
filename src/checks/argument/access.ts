/** Checks that components which do not run as root can read their files. */

import { unreadable } from '../base/access.ts';
import { check } from '../base/check.ts';

export const argumentAccessChecks = {
  /** kubeadm's RootlessControlPlane gives each component the files that it reads (util/staticpod/utils_linux.go). */
  'argument/access': check('component', function* (component, { slots }) {
    yield* unreadable(
      component,
      slots.filter((slot) => slot.component === component),
    );
  }),
};

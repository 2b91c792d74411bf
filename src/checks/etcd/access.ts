/** Checks that etcd can read its files where it does not run as root. */

import { findSlots } from '../../model/roles/slots.ts';
import { unreadable } from '../base/access.ts';
import { check } from '../base/check.ts';

export const etcdAccessChecks = {
  'etcd/access': check('node', function* ({ node }) {
    const { services = [] } = node;
    const slots = findSlots({ ...node, components: services });
    for (const service of services) yield* unreadable(service, slots);
  }),
};

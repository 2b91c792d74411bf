/** Words for the places of faults in units. */
import type { Place } from '../../artifact/place.ts';

/** Why rules about units do not apply. */
export const notOfUnit = 'not started by a systemd unit';

/** `line 3 of /etc/systemd/system/etcd.service` */
export const lineOf = ({ path, line }: Place): string => (line === undefined ? path : `line ${line} of ${path}`);

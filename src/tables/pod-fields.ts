/** The fields of a pod: `rules/tables/pod-fields.json`. */
import table from '../../rules/tables/pod-fields.json' with { type: 'json' };
import type { PodTable } from '../artifact/pod-table.ts';

/** The fields of a pod, and what the kubelet demands of them. A test validates the JSON. */
export const podTable = table as PodTable;

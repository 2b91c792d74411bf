/**
 * The row of kubeadm's layout. The nodes of tests have the names and groups that kubeadm writes, wherever their files
 * are.
 */
import table from '../../rules/tables/layouts/kubeadm.json' with { type: 'json' };
import type { LayoutRow } from '../../src/tables/layouts/row.ts';

export const kubeadmRow = table.row as LayoutRow;

/** The layout of nodes that kubeadm sets up (`rules/tables/layouts/kubeadm.json`, typed). */
import table from '../../../rules/tables/layouts/kubeadm.json' with { type: 'json' };
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import type { Remedies } from './remedies.ts';
import type { LayoutRow } from './row.ts';

export const kubeadm: Layout = layoutOf(table.row as LayoutRow, table.remedies as Remedies);

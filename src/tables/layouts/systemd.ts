/** The layout of nodes whose components systemd starts, and that no other layout fits (`rules/tables/layouts/systemd.json`, typed). */
import table from '../../../rules/tables/layouts/systemd.json' with { type: 'json' };
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import type { Remedies } from './remedies.ts';
import type { LayoutRow } from './row.ts';

export const systemd: Layout = layoutOf(table.row as LayoutRow, table.remedies as Remedies);

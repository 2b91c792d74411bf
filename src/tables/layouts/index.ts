/** Layouts (`rules/tables/layouts.json`, typed): where nodes of one kind keep the files of the other tables. */
import table from '../../../rules/tables/layouts.json' with { type: 'json' };
import type { Layouts } from '../../artifact/layout.ts';
import { layoutOf } from './join.ts';
import type { Layout } from './layout.ts';
import type { LayoutRow } from './row.ts';

const [first, ...others] = (table.rows as readonly LayoutRow[]).map((row) => layoutOf(row));
if (first === undefined) throw new Error('the table of layouts is empty');

/** Every layout, in the order in which they are matched. */
export const layouts: Layouts<Layout> = [first, ...others];

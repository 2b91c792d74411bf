/** The options that set facts. The gatherers (gather.ts) find facts in files. */
import { type FactRow, optionTable, type Rows } from '../../tables/option-table.ts';
import type { FactName } from './facts.ts';

/** The rows of the options, in the order of the help and of reports. */
export const factOptions: Rows<FactName, FactRow> = optionTable.facts;

/** Every fact, in the order of the help and of reports. */
export const factNames = Object.keys(factOptions) as FactName[];

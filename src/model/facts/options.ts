/** The options that set facts, a row each. Files are searched for a fact by its gatherer (gather.ts). */
import { type FactRow, optionTable, type Rows } from '../../tables/options.ts';
import type { FactName } from './facts.ts';

/** In the order of help and reports. */
export const factOptions: Rows<FactName, FactRow> = optionTable.facts;

/** Every fact, in the order of help and reports. */
export const factNames = Object.keys(factOptions) as FactName[];

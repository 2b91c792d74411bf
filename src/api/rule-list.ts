/** The rules, for programs that use the library. The program itself documents them only where it is asked to. */
import type { RuleDoc } from '../results/rule-doc.ts';
import { documentedRules } from './rule-docs.ts';

/** All rules, in the order of the catalogue, in the words of the usual layout. */
export const ruleDocs: readonly RuleDoc[] = documentedRules();

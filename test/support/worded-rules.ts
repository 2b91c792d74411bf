/** Every rule of the catalogue, and again in the words of each layout that says something else. */
import { rules } from '../../src/tables/catalog.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { ruleIn } from '../../src/tables/layouts/rules.ts';

export const wordedRules = rules.flatMap((rule) => [
  // A layout that extends another has its words.
  ...new Map(
    [rule, ...layouts.map((layout) => ruleIn(rule, layout))].map((one) => [JSON.stringify(one), one]),
  ).values(),
]);

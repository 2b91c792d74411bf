/** Which fixes of causes no case prints. */
import type { Rule } from '../../src/tables/catalog.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { ruleIn } from '../../src/tables/layouts/rules.ts';
import { rowLines } from '../../src/tables/layouts/steps.ts';

/** Fixes whose commands always edit the file: what a person would do is never printed. */
const alwaysEdited: ReadonlySet<string> = new Set(['kubeconfig/program: admin', 'manifest/other-host-path: admin']);

const asPattern = (line: string) =>
  new RegExp(`^${line.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.*')}$`);

/**
 * The fixes of causes, as `rule: name`, of which a step is not among the lines that were printed.
 *
 * @param printed the lines for a rule
 */
export function unseenFixes(rules: readonly Rule[], printed: (rule: string) => readonly string[]): readonly string[] {
  const [{ remedies }] = layouts;
  return rules
    .map((rule) => ruleIn(rule, layouts[0]))
    .flatMap(({ id, fixes }) =>
      Object.entries(fixes).flatMap(([name, rows]) => {
        const isSeen = rows.every((row) => {
          if (typeof row === 'object' && 'after' in row) return true;
          if (alwaysEdited.has(`${id}: ${name}`)) return printed(id).some((line) => line.startsWith('sed -i '));
          return rowLines(row, remedies).every((text) => printed(id).some((line) => asPattern(text).test(line)));
        });
        return isSeen ? [] : [`${id}: ${name}`];
      }),
    );
}

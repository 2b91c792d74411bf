/** `pki-lint explain RULE` */
import { printable } from '../core/text.ts';
import { labelled } from '../report/layout.ts';
import { mark, type Paint, painter } from '../report/paint.ts';
import type { OutputFlags } from './flags.ts';
import type { LoadLibrary, RuleDoc } from './library.ts';
import { ruleNamed } from './options.ts';
import { type Terminal, usesColor, widthOf } from './terminal.ts';

/** Says everything about a rule; yields the exit code. Throws a UserError where there is no such rule. */
export async function explainCommand(
  id: string,
  flags: OutputFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const { ruleDocs } = await load();
  const rule = ruleNamed(id, ruleDocs);
  terminal.stdout.write(explanation(rule, widthOf(terminal), painter(usesColor(terminal, flags.color))));
  return 0;
}

const indent = 10;

/** Placeholders as people write them: `{role}` of the catalogue is `<role>`. */
function shown(text: string): string {
  return text.replace(/\{(\w+)\}/g, '<$1>');
}

function explanation(rule: RuleDoc, width: number, paint: Paint): string {
  const fields: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ['what', [rule.message]],
    ['why', [rule.why]],
    ['fails', rule.fails === null ? [] : [rule.fails]],
    ['fix', rule.fix.split('\n')],
    ['over', [rule.over]],
    ['see', rule.cite.flatMap(({ title, url }) => [title, url])],
    ['cis', rule.cis],
  ];
  const lines = fields.flatMap(([label, texts]) =>
    texts.flatMap((text, index) => {
      const [first = '', ...rest] = labelled(index === 0 ? `  ${label}` : '', printable(shown(text)), indent, width);
      return [paint('dim', first.slice(0, indent)) + first.slice(indent), ...rest];
    }),
  );
  const head = `${mark(rule.severity, paint)} ${paint('bold', rule.id)} · ${rule.severity} · ${rule.impact}`;
  const title = labelled('', rule.title, 2, width);
  return `${[head, ...title, '', ...lines].join('\n')}\n`;
}

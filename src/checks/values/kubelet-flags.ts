/** Flags of the kubelet for fields of its configuration, which it validates together with the file. */
import { lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { goQuoted } from '../../core/go-values.ts';
import { fill } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Demand, valueStages } from '../../tables/configuration-values.ts';
import type { Takes } from '../../tables/flag-values.ts';
import { forbiddenItem } from './flag-values.ts';
import { isFlag, type RefusedValue } from './refusal.ts';
import { counts } from './value-rows.ts';

/** What depends on no other field. */
const isSimple = (takes: Demand): takes is Takes =>
  takes.kind === 'word' || takes.kind === 'number' || takes.kind === 'list';

/** The values of flags that the kubelet refuses as it does those of the fields. */
export function* refusedSettings(component: Component, { facts }: Pki): Generator<RefusedValue> {
  if (component.name !== 'kubelet') return;
  const by = { component, release: facts.kubernetesVersion?.value };
  for (const { says, rows } of valueStages('KubeletConfiguration')) {
    for (const row of rows) {
      const argument = row.flag === undefined ? undefined : lastArgument(component, row.flag);
      if (!argument?.value || !isFlag(argument) || !isSimple(row.takes) || !counts(row, by)) continue;
      const found = forbiddenItem(row.takes, argument.value, listedValues(component, argument.name));
      if (found === undefined) continue;
      const { value, takes, meant } = found;
      const error = says + fill(row.said, { value, quoted: goQuoted(value), other: '', error: '' });
      yield { argument, error, takes, meant };
    }
  }
}

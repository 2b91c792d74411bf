/** The flags that a user gives to the components of a supervisor: `kube-apiserver-arg: [audit-log-path=/x]`. */
import type { Place } from '../../artifact/place.ts';
import { type Supervisor, type SupervisorRow, valuesFor } from '../../artifact/supervisor.ts';

/** A flag of a component, as a setting of the supervisor has it. */
export interface UserArgument {
  readonly component: string;
  /** Without dashes, and without the sign at its end. */
  readonly name: string;
  readonly spelled: string;
  readonly value: string;
  /** Whether its value comes after or before those of the supervisor, or instead of them. */
  readonly joins: 'after' | 'before' | 'instead';
  readonly at: Place;
}

/** Returns the flags in the settings of a supervisor (k3s-io/k3s pkg/util/args.go `GetArgs`). */
export function userArguments(supervisor: Supervisor, row: SupervisorRow): readonly UserArgument[] {
  return Object.entries(row.arguments).flatMap(([setting, component]) =>
    valuesFor(supervisor, setting).flatMap(({ value: text, at }): UserArgument[] => {
      const [, spelled = '', equals, value = ''] = /^(?:--)?([^=]*)(=)?(.*)$/s.exec(text) ?? [];
      const written = spelled.replace(/[-+]$/, '');
      const joins = spelled.endsWith('+') ? 'after' : spelled.endsWith('-') ? 'before' : 'instead';
      if (written === '') return [];
      const name = written.replaceAll('_', '-');
      return [{ component, name, spelled: `--${written}`, value: equals === undefined ? 'true' : value, joins, at }];
    }),
  );
}

/** The settings that a supervisor knows, by its row. */
import {
  type SettingGroup,
  type SupervisorKind,
  type SupervisorRow,
  supervisorWords,
} from '../../artifact/supervisor.ts';
import { keyNotShown } from '../../core/secrets.ts';

/** What is known of a setting. */
export interface KnownSetting {
  readonly of: SupervisorKind;
  readonly type: SettingGroup['type'];
  readonly isSecret: boolean;
}

/** The settings of a supervisor. */
export interface KnownSettings {
  readonly settings: ReadonlyMap<string, KnownSetting>;
  /** Returns the name of a setting that is written in some way; of an unknown one as it is written. */
  readonly nameOf: (written: string) => string;
}

/** Returns the settings in a row. */
export function knownSettings(row: SupervisorRow): KnownSettings {
  const { known, also = [], without, secret, aliases } = row;
  const secrets = new Set(supervisorWords(secret));
  const absent = new Set(supervisorWords(without ?? ''));
  const settings = new Map<string, KnownSetting>();
  for (const { of, type, names } of [...known, ...also])
    for (const name of supervisorWords(names))
      if (!absent.has(name)) settings.set(name, { of, type, isSecret: secrets.has(name) });
  return { settings, nameOf: (written) => aliases[written] ?? written };
}

/** Returns the name of a setting as it may be shown: one that is mistyped may be a secret. */
export const settingName = (name: string): string => (/^-{0,2}[A-Za-z][\w-]{0,48}\+?$/.test(name) ? name : keyNotShown);

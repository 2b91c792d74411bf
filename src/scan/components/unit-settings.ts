/** Reads a unit with its drop-ins (src/core/load-fragment.c; src/core/service.c, `service_verify`). */
import type { RefusedUnit, StrayLine } from '../../artifact/oddities.ts';
import { type ExecCommand, readCommands } from './exec-start.ts';
import type { Files } from './node-files.ts';
import type { Specifiers } from './specifiers.ts';
import { dropInsOf, seekUnit } from './unit-files.ts';
import { readUnit, settingsSinceReset, type UnitSetting } from './unit-lines.ts';

/** A unit, as systemd loads it. */
export interface LoadedUnit {
  readonly settings: readonly UnitSetting[];
  /** The commands of `ExecStart=`. */
  readonly commands: readonly ExecCommand[];
  readonly stray: readonly StrayLine[];
  /** Why systemd refuses it. */
  readonly refused: RefusedUnit | undefined;
  /** Why there may be more settings. */
  readonly unknown: string | undefined;
}

/** The number of characters to read of a unit and its drop-ins. Real ones have a few kilobytes. */
const maxUnitText = 1024 * 1024;

/** Returns a unit with its drop-ins, of which some may be without the unit. */
export function loadUnit(files: Files, name: string, resolve: Specifiers): LoadedUnit {
  const unit = seekUnit(files, name);
  const loading = new Loading(resolve);
  let length = 0;
  for (const path of [...(unit === undefined ? [] : [unit]), ...dropInsOf(files, name)]) {
    const text = files.text(path) ?? '';
    length += text.length;
    if (length > maxUnitText) return { ...loading.result(), unknown: 'its unit and drop-ins are too long to read' };
    loading.read(path, text, path === unit);
    // Without its unit, systemd reads no drop-in.
    if (loading.result().refused !== undefined) break;
  }
  const loaded = loading.result();
  return unit === undefined ? loaded : { ...loaded, refused: loaded.refused ?? loading.refusal(unit) };
}

/** Settings that start programs. What is wrong in one of them is wrong with the unit. */
const execSettings = /^Exec(?:Condition|StartPre|Start|StartPost|Reload|Stop|StopPost)$/;

class Loading {
  private readonly settings: UnitSetting[] = [];
  private readonly stray: StrayLine[] = [];
  private commands: ExecCommand[] = [];
  private refused: RefusedUnit | undefined;
  /** What is wrong in a drop-in. systemd reads no further in it, and does not refuse the unit for it. */
  private broken: RefusedUnit | undefined;
  private readonly resolve: Specifiers;

  constructor(resolve: Specifiers) {
    this.resolve = resolve;
  }

  read(path: string, text: string, isUnit: boolean): void {
    for (const line of readUnit(path, text)) {
      if (line.kind === 'stray') {
        this.stray.push(line.line);
        continue;
      }
      const reason = line.kind === 'setting' ? this.take(line) : 'the header of a section is not well-formed';
      if (reason === undefined) continue;
      this.fail({ reason, at: line.at }, isUnit);
      return;
    }
  }

  private fail(problem: RefusedUnit, isUnit: boolean): void {
    if (isUnit) this.refused ??= problem;
    else this.broken ??= problem;
  }

  /** Returns why systemd reads no further. */
  private take(setting: UnitSetting): string | undefined {
    this.settings.push(setting);
    if (!execSettings.test(setting.name)) return undefined;
    const isStart = setting.name === 'ExecStart';
    if (isStart && setting.value.text === '') this.commands = [];
    const { commands, refused } = readCommands(setting, this.resolve);
    if (isStart) this.commands.push(...commands);
    return refused;
  }

  result(): LoadedUnit {
    const { settings, commands, stray, refused } = this;
    return { settings, commands, stray, refused, unknown: undefined };
  }

  /** Returns why systemd refuses the commands of a unit as a whole. */
  refusal(unit: string): RefusedUnit | undefined {
    const [first, second] = this.commands;
    if (first === undefined)
      return settingsSinceReset(this.settings, 'ExecStop').length > 0
        ? undefined
        : (this.broken ?? { reason: 'it has no ExecStart=', at: { path: unit } });
    const types = this.settings.filter(({ name, value }) => name === 'Type' && serviceTypes.has(value.text));
    if (types.at(-1)?.value.text === 'oneshot') return undefined;
    if (second === undefined) return undefined;
    const isShorter = second.words.length < first.words.length;
    const isAdded = first.at.path !== second.at.path && ({ second: isShorter ? 'shorter' : 'whole' } as const);
    return { reason: 'it has more than one ExecStart=', at: second.at, ...isAdded };
  }
}

const serviceTypes = new Set(['simple', 'exec', 'forking', 'oneshot', 'dbus', 'notify', 'notify-reload', 'idle']);

/** Maps of quantities in KubeletConfiguration, as the kubelet parses them. */

import { type Setting, settingAt, textAt } from '../../artifact/setting.ts';
import { floatError } from '../../core/go-values.ts';
import { quantityError, quantityValue } from '../../core/quantity.ts';
import { either, inAnyCase } from '../../core/text.ts';

/** An entry of a map that is refused. */
export interface QuantityFault {
  readonly key: string;
  readonly at: Setting['at'];
  readonly error: string;
  /** What to write instead. */
  readonly fix: string;
}

/** cmd/kubelet/app/server.go, parseResourceList */
const resources = ['cpu', 'memory', 'ephemeral-storage', 'pid'];

/** pkg/kubelet/eviction/helpers.go, signalToResource */
const signals = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'pid.available',
];
const otherSignals = ['allocatableMemory.available', 'containerfs.available', 'containerfs.inodesFree'];

const most = 100;

function* entriesOf(map: Setting | undefined): Generator<readonly [key: string, value: string, at: Setting['at']]> {
  if (map?.kind !== 'map') return;
  for (const [key] of [...map.entries].slice(0, most)) yield [key, textAt(map, key), (settingAt(map, key) ?? map).at];
}

/** Yields what cannot be reserved. */
export function* reservedFaults(map: Setting | undefined): Generator<QuantityFault> {
  for (const [key, value, at] of entriesOf(map)) {
    if (!resources.includes(key)) {
      const meant = inAnyCase(key, resources) ?? either(resources);
      yield { key, at, error: `cannot reserve ${JSON.stringify(key)} resource`, fix: `write ${meant}` };
      continue;
    }
    const wrong = quantityError(value);
    if (wrong !== undefined) {
      const error = `failed to parse quantity ${JSON.stringify(value)} for ${JSON.stringify(key)} resource: ${wrong}`;
      yield { key, at, error, fix: 'write a quantity, such as 200m or 512Mi' };
    } else if ((quantityValue(value) ?? 0) < 0) {
      const error = `resource quantity for ${JSON.stringify(key)} cannot be negative: ${value}`;
      yield { key, at, error, fix: 'write a quantity that is not negative' };
    }
  }
}

/** How many percent signs a text ends with: Go removes all. */
function trailing(text: string): number {
  let signs = 0;
  while (text.at(-1 - signs) === '%') signs += 1;
  return signs;
}

/** What is wrong with the threshold of a signal. */
function thresholdError(signal: string, value: string): string | undefined {
  if (value === '0%' || value === '100%') return undefined;
  if (value.endsWith('%')) {
    const number = value.slice(0, value.length - trailing(value));
    const percentage = Number(number);
    if (floatError(number, 32) !== undefined) return floatError(number, 32);
    const what = `eviction percentage threshold ${signal} must be`;
    if (percentage < 0) return `${what} >= 0%: ${value}`;
    return percentage > 100 ? `${what} <= 100%: ${value}` : undefined;
  }
  const wrong = quantityError(value);
  if (wrong !== undefined) return wrong;
  return (quantityValue(value) ?? 1) <= 0 ? `eviction threshold ${signal} must be positive: ${value}` : undefined;
}

/** Yields the thresholds of eviction that are refused. */
export function* thresholdFaults(map: Setting | undefined): Generator<QuantityFault> {
  const known = [...signals, ...otherSignals];
  for (const [key, value, at] of entriesOf(map)) {
    if (!known.includes(key)) {
      const fix = `write ${inAnyCase(key, known) ?? `one of ${signals.join(', ')}`}`;
      yield { key, at, error: `unsupported eviction signal ${key}`, fix };
      continue;
    }
    const error = thresholdError(key, value);
    const fix = 'write a quantity, such as 100Mi, or a percentage, such as 10%';
    if (error !== undefined) yield { key, at, error, fix };
  }
}

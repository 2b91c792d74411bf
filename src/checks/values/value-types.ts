/** What parses a value: why it refuses one, what it takes, and which value was probably meant. */
import { boolError, floatError, goQuoted, readDuration, readInteger } from '../../core/go-values.ts';
import type { ValueType } from '../../tables/flag-values.ts';
import { parseIp } from '../../x509/ip-address.ts';

interface TypeRule {
  /** The error of the type's parser; undefined if it takes the value. */
  readonly error: (value: string) => string | undefined;
  /** What it takes, after "give the flag". */
  readonly takes: string;
  /** The value that was probably meant. */
  readonly meant?: (value: string) => string | undefined;
}

const integer = (reader: 'ParseInt' | 'ParseUint', bits: number, base: 0 | 10 = 0): TypeRule['error'] => {
  return (value) => errorOf(readInteger(value, { reader, bits }, base));
};

const errorOf = (read: bigint | string): string | undefined => (typeof read === 'string' ? read : undefined);

/** Go has no days and longer units (`time.ParseDuration`). */
const hoursIn: Readonly<Record<string, number>> = { d: 24, w: 7 * 24, y: 365 * 24 };

function meantDuration(value: string): string | undefined {
  const [, count = '', unit = ''] = /^(\d{1,5})([dwy])$/i.exec(value.trim()) ?? [];
  const hours = hoursIn[unit.toLowerCase()];
  return hours === undefined ? undefined : `${Number(count) * hours}h`;
}

function meantBool(value: string): string | undefined {
  const word = value.trim().toLowerCase();
  if (/^(?:true|yes|y|on|enabled?)$/.test(word)) return 'true';
  return /^(?:false|no|n|off|disabled?)$/.test(word) ? 'false' : undefined;
}

/** k8s.io/apimachinery pkg/util/net/port_range.go, PortRange.Set */
function portRangeError(given: string): string | undefined {
  const value = given.trim();
  if (value === '') return undefined;
  const hyphen = value.indexOf('-');
  const isSum = value.includes('+');
  if (hyphen !== -1 && isSum) return `unable to parse port range: ${value}`;
  const texts = hyphen === -1 ? value.split('+') : [value.slice(0, hyphen), value.slice(hyphen + 1)];
  const ports: bigint[] = [];
  for (const text of texts) {
    const port = readInteger(text, { reader: 'Atoi', bits: 64 }, 10);
    if (typeof port === 'string') return port;
    ports.push(port);
  }
  // What a sum gives depends on the release.
  const [low = 0n, high = low] = isSum ? [] : ports;
  if (low > 65535n || high > 65535n) return `the port range cannot be greater than 65535: ${value}`;
  return high < low ? `end port cannot be less than start port: ${value}` : undefined;
}

/** k8s.io/component-base featuregate/feature_gate.go, Set; the name of a component may precede a gate. */
function gatesError(value: string): string | undefined {
  for (const item of value.split(',')) {
    const gate = item.replace(/^\s*[\w.-]+:/, '');
    if (gate.trim() === '') continue;
    const at = gate.indexOf('=');
    if (at === -1) return `missing bool value for ${gate.trim()}`;
    const [name, text] = [gate.slice(0, at).trim(), gate.slice(at + 1).trim()];
    const error = boolError(text);
    if (error !== undefined) return `invalid value of ${name}=${text}, err: ${error}`;
  }
  return undefined;
}

function meantGates(value: string): string | undefined {
  const items = value.split(',').map((item) => {
    const at = item.indexOf('=');
    const text = at === -1 ? 'true' : item.slice(at + 1).trim();
    const bool = boolError(text) === undefined ? text : meantBool(text);
    return bool === undefined ? undefined : `${item.slice(0, at === -1 ? undefined : at).trim()}=${bool}`;
  });
  return items.includes(undefined) ? undefined : items.join(',');
}

const duration = 'a duration with a unit, such as 30s, 5m or 8760h';
const whole = 'a whole number';
const positive = 'a whole number that is not negative';

/** By type, those of spf13/pflag and of k8s.io/component-base. */
const typeRules: Readonly<Record<ValueType, TypeRule>> = {
  bool: { error: boolError, takes: 'true or false', meant: meantBool },
  duration: { error: (value) => errorOf(readDuration(value)), takes: duration, meant: meantDuration },
  float32: { error: (value) => floatError(value, 32), takes: 'a number' },
  float64: { error: (value) => floatError(value, 64), takes: 'a number' },
  gates: { error: gatesError, takes: 'gates as NAME=true or NAME=false, separated by commas', meant: meantGates },
  int32: { error: integer('ParseInt', 32), takes: whole },
  'int32-list': {
    error: (value) =>
      value
        .split(',')
        .map(integer('ParseInt', 32))
        .find((error) => error !== undefined),
    takes: 'whole numbers, separated by commas',
  },
  int64: { error: integer('ParseInt', 64), takes: whole },
  // Later releases of pflag take an empty address, and earlier ones do not.
  ip: {
    error: (value) => {
      const isAddress = value.trim() === '' || parseIp(value.trim()) !== undefined;
      return isAddress ? undefined : `failed to parse IP: ${goQuoted(value)}`;
    },
    takes: 'an IP address, not a name',
  },
  pair: {
    error: (value) => (value.includes('=') ? undefined : 'malformed pair, expect string=string'),
    takes: 'a claim and its value as NAME=VALUE',
  },
  'port-range': { error: portRangeError, takes: 'two ports such as 30000-32767' },
  uint32: { error: integer('ParseUint', 32), takes: positive },
  uint64: { error: integer('ParseUint', 64), takes: positive },
  verbosity: { error: integer('ParseUint', 31, 10), takes: positive },
};

/** What is wrong with a value. */
export interface WrongValue {
  readonly error: string;
  /** What is taken instead. */
  readonly takes: string;
  /** The value that was probably meant. */
  readonly meant: string | undefined;
}

/** Returns what is wrong with the value of a type; undefined if its parser takes it. */
export function wrongValue(type: ValueType, value: string): WrongValue | undefined {
  const rule = typeRules[type];
  const error = rule.error(value);
  if (error === undefined) return undefined;
  const inner = value
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim();
  const meant = rule.error(inner) === undefined ? inner : rule.meant?.(inner);
  return { error, takes: rule.takes, meant };
}

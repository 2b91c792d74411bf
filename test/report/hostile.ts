import type { Report } from '../../src/results/report.ts';

// Characters that must never reach a terminal.
const evil = '\x1b[31mred\x07\n\u202egnp.exe\u2066\u200b\ud800\x9b2J';

const kept = new Set([
  'severity',
  'impact',
  'state',
  'role',
  'at',
  'expires',
  'failOn',
  'profile',
  'kind',
  'notAfter',
  'verdict',
  'on',
  'algorithm',
]);

/** Puts hostile text in front of every string, except in fields that determine the layout. */
export function spoil(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return kept.has(key) ? value : `${evil}${value}`;
  if (Array.isArray(value)) return value.map((item) => spoil(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoil(inner, name)]));
}

/** A report with hostile text in every string that comes from a file. */
export function hostile(report: Report): Report {
  const spoiled = spoil({ ...report, outcomes: {} }) as Report;
  return { ...spoiled, outcomes: { [`${evil}rule/x`]: { pass: 1, fail: 0, skip: 0, notApplicable: 0 } } };
}

/** The same for any other value that is printed. */
export function evilly<Value>(value: Value): Value {
  return spoil(value) as Value;
}

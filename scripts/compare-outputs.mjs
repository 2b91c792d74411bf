/**
 * Compares what two builds print, recorded by scripts/record-outputs.mjs or by PKI_LINT_RECORD, and lists what differs:
 *
 *     node scripts/compare-outputs.mjs before after
 *
 * Changes of the JSON that are documented are undone first: a `fix` that was a list of lines and is now a list of
 * alternatives is compared by its lines, and `aliases` of rules are left out. Exits 1 if anything else differs.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const [before, after] = parseArgs({ allowPositionals: true }).positionals;
if (before === undefined || after === undefined)
  throw new Error('usage: node scripts/compare-outputs.mjs BEFORE AFTER');

function stepLine({ intro, text, comment }) {
  return `${intro === null ? '' : `${intro}: `}${text}${comment === null ? '' : `   # ${comment}`}`;
}

/** The lines of a fix as the table prints it. Duplicates src/results/fix.ts, so that a bug there cannot hide itself. */
function fixLines(alternatives) {
  return alternatives.flatMap((steps, index) => {
    const later = alternatives
      .slice(index + 1)
      .flat()
      .map(stepLine);
    const lines = steps.map(stepLine).filter((line) => !later.includes(line));
    return index === 0 || lines.length === 0 || lines[0].startsWith('or ') ? lines : ['or:', ...lines];
  });
}

function normalized(value, key) {
  if (key === 'fix' && Array.isArray(value) && value.every(Array.isArray)) return fixLines(value);
  if (Array.isArray(value)) return value.map((one) => normalized(one));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'aliases');
  return Object.fromEntries(kept.map(([name, one]) => [name, normalized(one, name)]));
}

/** Recorded outputs that contain JSON have a few lines before it. */
function lines(path) {
  const text = readFileSync(path, 'utf8');
  const start = text.search(/^[[{]/m);
  try {
    const json = JSON.stringify(normalized(JSON.parse(text.slice(start))), undefined, 2);
    return `${text.slice(0, start)}${json}`.split('\n');
  } catch {
    return text.split('\n');
  }
}

const names = [...new Set([before, after].flatMap((folder) => readdirSync(folder)))].sort();
let different = 0;
for (const name of names) {
  const [old, fresh] = [before, after]
    .map((folder) => join(folder, name))
    .map((path) => existsSync(path) && lines(path));
  if (old && fresh && old.join('\n') === fresh.join('\n')) continue;
  different++;
  const only = (sign, own, other) =>
    (own || []).filter((line) => !(other || []).includes(line)).map((line) => `${sign} ${line}`);
  console.log([name, ...only('-', old, fresh), ...only('+', fresh, old)].slice(0, 20).join('\n'));
}
console.log(`${names.length} files, ${different} differ`);
process.exitCode = different > 0 ? 1 : 0;

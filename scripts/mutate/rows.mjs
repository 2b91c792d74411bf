/** Mutations of the rows in rules/: each removed, and each field changed. */
import { parseAst } from 'vitest/node';

/** Words for people, which no decision depends on. */
const prose = new Set([
  ...['note', 'source', 'cite', 'title', 'message', 'expected', 'found', 'why', 'fails', 'cis'],
  ...['help', 'breaks', 'group', 'metavar', 'intro', 'comment', 'others', 'rotation'],
]);

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The values that a field has in other rows of its table, so that a change is one that the types allow. */
function otherValue(value, field, seen) {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  const others = [...(seen.get(field) ?? [])].filter((one) => typeof one === 'string' && one !== value);
  // Few values are an enumeration.
  return others.length > 0 && others.length <= 6 ? others[value.length % others.length] : `${value}x`;
}

function fieldValues(value, seen, field = '') {
  if (Array.isArray(value)) for (const one of value) fieldValues(one, seen, field);
  else if (isObject(value)) for (const [name, one] of Object.entries(value)) fieldValues(one, seen, name);
  else seen.set(field, (seen.get(field) ?? new Set()).add(value));
}

/**
 * Finds all mutations of a file. @returns {readonly { path: readonly (string | number)[], operator: string, value?:
 * unknown, isRow: boolean }[]}
 */
export function rowMutationsOf(data) {
  const seen = new Map();
  fieldValues(data, seen);
  const found = [];
  const visit = (value, path, isInRow) => {
    const field = path.findLast((step) => typeof step === 'string');
    if (prose.has(field)) return;
    if (Array.isArray(value) || isObject(value)) {
      for (const [name, one] of Object.entries(value)) {
        const step = Array.isArray(value) ? Number(name) : name;
        const isRow = isObject(one) && path.length > 0;
        if (Array.isArray(value) || isRow) {
          found.push({ path: [...path, step], operator: 'removed', isRow: isRow && !isInRow });
        }
        visit(one, [...path, step], isInRow || isRow);
      }
    } else if (typeof path.at(-1) === 'string' && value !== null) {
      const other = otherValue(value, field, seen);
      found.push({ path, operator: `${JSON.stringify(value)} → ${JSON.stringify(other)}`, value: other, isRow: false });
    }
  };
  visit(data, [], false);
  return found;
}

/**
 * The data after a mutation.
 * @param {any} data
 * @param {{ path: readonly (string | number)[], value?: unknown }} mutation
 */
export function mutated(data, { path, value }) {
  const copy = structuredClone(data);
  const parent = path.slice(0, -1).reduce((one, step) => one[step], copy);
  const last = path.at(-1);
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(last, 1);
  else delete parent[last];
  return copy;
}

/** The words of the row that a mutation is in: a case that contains them is likely to notice it. */
export function wordsOf(data, path) {
  const row = path.slice(0, path.findIndex((step) => typeof step === 'number') + 1 || 2);
  const value = row.reduce((one, step) => one[step], data);
  const words = Object.entries(isObject(value) ? value : {}).flatMap(([field, one]) => (prose.has(field) ? [] : one));
  return [...row, ...words]
    .flatMap((word) => (typeof word === 'string' ? word.split(/\s+/) : []))
    .filter((word, index, all) => word.length > 3 && all.indexOf(word) === index);
}

/** Returns a function that finds the line of a value in the text of a file. */
export function linesOf(text) {
  const { expression } = parseAst(`(${text})`).body[0];
  const root = expression.type === 'ParenthesizedExpression' ? expression.expression : expression;
  const child = (node, step) =>
    Array.isArray(node.elements) ? node.elements[step] : node.properties.find(({ key }) => key.value === step).value;
  return (path) => text.slice(0, path.reduce(child, root).start - 1).split('\n').length;
}

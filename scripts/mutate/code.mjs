/** Mutations of TypeScript: where they are, and a text that contains all of them, each behind a switch. */
import { parseAst } from 'vitest/node';

/**
 * @typedef {object} Mutation
 * @property {number} start offset of the code that it changes
 * @property {number} end
 * @property {number} [line]
 * @property {string} operator what it does: `=== → !==`
 * @property {'expression' | 'always-true' | 'always-false' | 'never' | 'statement' | 'member'} kind
 * @property {string} [replacement] none for a statement, which is left out
 * @property {readonly string[]} rules those whose check it changes; all of the file if that is not known
 */

const comparisons = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
};

const methods = { some: 'every', every: 'some', flatMap: 'map', find: 'findLast', startsWith: 'endsWith' };

const isExit = ({ type }) => type === 'ContinueStatement' || type === 'BreakStatement' || type === 'ReturnStatement';

/** The rule of a row of a table of checks. */
const ruleOf = ({ type, key }) =>
  type === 'Property' && key.type === 'Literal' && /^[a-z-]+\/[a-z-]+$/.test(key.value) ? key.value : undefined;

/** Ids are unique: what is found by one is the first and the last. */
const isById = ({ type, arguments: [first] = [] }, text) =>
  type === 'CallExpression' && first !== undefined && /\bid === /.test(text(first));

/** What each type of node yields, given the node, a function that returns the text of a node, and its parent. */
const operators = {
  IfStatement: ({ test }) => condition(test),
  ConditionalExpression: ({ test }) => condition(test),
  BinaryExpression: (node, text) => {
    const other = comparisons[node.operator];
    if (other === undefined) return [];
    return [change(node, `${node.operator} → ${other}`, `${text(node.left)} ${other} ${text(node.right)}`)];
  },
  LogicalExpression: (node, text) => {
    const [left, right] = [text(node.left), text(node.right)];
    if (node.operator === '??') {
      const { start, end } = node.left;
      return [{ start, end, operator: `${brief(left)} ?? b → b`, kind: 'never' }];
    }
    const other = node.operator === '&&' ? '||' : '&&';
    return [change(node, `${node.operator} → ${other}`, `(${left}) ${other} (${right})`)];
  },
  UnaryExpression: (node, text) => (node.operator === '!' ? [change(node, '!a → a', text(node.argument))] : []),
  Literal: (node) =>
    typeof node.value === 'boolean' ? [change(node, `${node.value} → ${!node.value}`, `${!node.value}`)] : [],
  ArrayExpression: (node, text) =>
    node.elements.map((left, index) => {
      const others = node.elements.filter((_, other) => other !== index);
      return change(node, `without ${brief(text(left))}`, `[${others.map(text).join(', ')}]`);
    }),
  CallExpression: (node, text) => {
    const [first] = node.arguments;
    const name =
      node.callee.type === 'MemberExpression' && !node.callee.computed ? node.callee.property.name : undefined;
    return name === 'filter' && first ? [change(first, `no filter ${brief(text(first))}`, '() => true')] : [];
  },
  MemberExpression: (node, text, _, parent) => {
    const other = node.computed ? undefined : methods[node.property.name];
    if (other === undefined || (other === 'findLast' && isById(parent, text))) return [];
    const { start, end, name } = node.property;
    return [{ start, end, kind: 'member', operator: `${name} → ${other}`, replacement: other, name }];
  },
  Property: (node) => {
    const rule = ruleOf(node);
    if (rule === undefined) return [];
    return [{ ...change(node.value, `no check ${rule}`, 'function* () {}'), isCheck: true }];
  },
  ExpressionStatement: (node, text) => [leaveOut(node, text)],
  ContinueStatement: (node, text) => [leaveOut(node, text)],
  ReturnStatement: (node, text, isLast) => (isLast && node.argument !== null ? [] : [leaveOut(node, text)]),
};

const change = ({ start, end }, operator, replacement) => ({ start, end, operator, kind: 'expression', replacement });
/** Reached only where the value differs. */
const condition = ({ start, end }) =>
  [true, false].map((value) => ({ start, end, operator: `condition → ${value}`, kind: `always-${value}` }));
const leaveOut = ({ start, end }, text) => ({
  start,
  end,
  operator: `without ${brief(text({ start, end }))}`,
  kind: 'statement',
});
const brief = (text) => (text.length > 50 ? `${text.slice(0, 47)}…` : text).replace(/\s+/g, ' ');

/** Types and imports have no behaviour. */
const isSkipped = ({ type }) =>
  type === 'ImportDeclaration' || (type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies)Expression$/.test(type));

/** Finds all mutations in a file. @returns {readonly Mutation[]} */
export function mutationsOf(code) {
  const found = [];
  const text = ({ start, end }) => code.slice(start, end);
  const visit = (node, isLast, parent, outer) => {
    if (isSkipped(node)) return;
    const rule = ruleOf(node) ?? outer;
    found.push(...(operators[node.type]?.(node, text, isLast, parent) ?? []).map((one) => ({ ...one, rule })));
    for (const value of Object.values(node)) {
      const children = (Array.isArray(value) ? value : [value]).filter((one) => typeof one?.type === 'string');
      const statements = node.type === 'BlockStatement' && isExit(children.at(-1) ?? node);
      for (const child of children) visit(child, statements && child === children.at(-1), node, rule);
    }
  };
  visit(parseAst(code, { lang: 'ts' }), false);
  const all = found.flatMap(({ isCheck, rule }) => (isCheck ? [rule] : []));
  return found.map(({ rule, ...one }) => ({
    ...one,
    rules: rule === undefined ? all : [rule],
    line: code.slice(0, one.start).split('\n').length,
  }));
}

/**
 * The code with a switch for each mutation: `__mutant(ID)` says whether the mutation with this id is active, and
 * `__value(ID, OTHER, VALUE)` returns the other value if it is.
 */
export function instrument(code, mutations) {
  const opening = (one) =>
    ({
      expression: `(__mutant(${one.id})?(${one.replacement}):(`,
      'always-true': `__value(${one.id},true,!!(`,
      'always-false': `__value(${one.id},false,!!(`,
      never: `__value(${one.id},undefined,(`,
      statement: `{if(!__mutant(${one.id})){`,
      member: `[__mutant(${one.id})?'${one.replacement}':'${one.name}']`,
    })[one.kind];
  const closing = (kind) => (kind === 'statement' ? '}}' : '))');
  const edits = mutations.flatMap((one, index) =>
    one.kind === 'member'
      ? [{ at: one.start, order: [1, 0, index], text: opening(one), until: one.end }]
      : [
          { at: one.start, order: [1, -one.end, index], text: opening(one) },
          // What starts later is closed first, and all that ends here before anything starts.
          { at: one.end, order: [0, -one.start, -index], text: closing(one.kind) },
        ],
  );
  edits.sort((one, other) => one.at - other.at || compare(one.order, other.order));
  let [result, at] = ['', 0];
  for (const { at: next, text, until = next } of edits) {
    const before = code.slice(at, next);
    // `a.some` becomes `a['some']`, and `a?.some` becomes `a?.['some']`.
    result +=
      (until > next ? before.replace(/(\?\.|\.)\s*$/, (dot) => (dot.startsWith('?') ? '?.' : '')) : before) + text;
    at = until;
  }
  return result + code.slice(at);
}

/** The order of two lists of numbers of the same length. */
const compare = (one, other) => {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : one[at] - other[at];
};

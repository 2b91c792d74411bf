/**
 * Makes V8 compile functions that every lint calls when it parses the program. Otherwise it skips the body of a
 * function at first, and parses it when the function is called. V8 takes the parenthesis of `(function` for a sign that
 * the function is called soon (ParsePrimaryExpression in src/parsing/parser-base.h), and nothing else: so declarations
 * and arrow functions are written as such expressions.
 */
import remapping from '@jridgewell/remapping';
import { parse } from 'acorn';
import MagicString from 'magic-string';

export const inlineMap = /\n\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)\s*$/;

/** The nodes directly below a node of the syntax tree. `{ a }` has one node as key and as value, which counts once. */
export function childrenOf(node) {
  const children = Object.values(node)
    .flat()
    .filter((value) => typeof value?.type === 'string');
  return children.filter((child, index) => children.findLastIndex(({ start }) => start === child.start) === index);
}

/** Whether an arrow function takes `this` or `arguments` from the function around it. */
const takesFromAround = (node) =>
  childrenOf(node).some(
    (child) =>
      ['ThisExpression', 'Super', 'MetaProperty'].includes(child.type) ||
      (child.type === 'Identifier' && child.name === 'arguments') ||
      (!['FunctionExpression', 'FunctionDeclaration'].includes(child.type) && takesFromAround(child)),
  );

/** A declaration becomes a variable at the beginning of its block, since a declaration can be called before it. */
function hoist(text, { start, end, id, async, generator }, block, around) {
  const keyword = around === undefined || around.type.includes('Function') ? 'var' : 'let';
  const head = `${async ? 'async ' : ''}function${generator ? '*' : ''}`;
  text.overwrite(start, id.end, `${keyword} ${id.name}=(${head}`).appendLeft(end, ');');
  const first = block.body.find(({ directive }) => directive === undefined).start;
  if (first !== start) text.move(start, end, first);
}

/** An arrow function becomes a function expression. */
function writeInFull(text, { start, end, params, body, expression, async }) {
  const head = `(${async ? 'async ' : ''}function(`;
  const first = params[0]?.start ?? body.start;
  if (first === start) text.prependRight(start, head);
  else text.overwrite(start, first, params.length > 0 ? head : `${head})${expression ? '{return ' : ''}`);
  if (params.length > 0) text.overwrite(params.at(-1).end, body.start, expression ? '){return ' : ')');
  if (body.end !== end) text.remove(body.end, end);
  text.appendLeft(end, expression ? '})' : ')');
}

/** Whether the function below a node of the syntax tree is a method, which is written without `function`. */
const hasMethod = ({ type, method, kind }) => type === 'MethodDefinition' || method || ['get', 'set'].includes(kind);

/** Changes the called functions in a node, the innermost ones first. */
function change(text, node, called, parent, around) {
  for (const child of childrenOf(node)) change(text, child, called, node, parent);
  if (!called.has(node.start)) return;
  if (node.type === 'FunctionDeclaration' && ['Program', 'BlockStatement'].includes(parent.type))
    hoist(text, node, parent, around);
  else if (node.type === 'ArrowFunctionExpression' && !takesFromAround(node)) writeInFull(text, node);
  else if (node.type === 'FunctionExpression' && !hasMethod(parent))
    text.prependRight(node.start, '(').appendLeft(node.end, ')');
}

/**
 * @param {string} code a script, with its source map at the end
 * @param {ReadonlySet<number>} called where functions begin that are called
 * @returns {string} the same with hints, and with its source map
 */
export function withEagerFunctions(code, called) {
  const [comment, map] = inlineMap.exec(code);
  const text = new MagicString(code.slice(0, -comment.length));
  change(text, parse(text.original, { ecmaVersion: 2023 }), called);
  const moved = { ...text.generateMap({ hires: 'boundary' }), version: 3 };
  const combined = remapping([moved, Buffer.from(map, 'base64').toString()], () => null);
  const encoded = Buffer.from(combined.toString()).toString('base64');
  return `${text}\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`;
}

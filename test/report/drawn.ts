/** Parsers for as much of the Graphviz and Mermaid grammars as drawings use. They throw on anything else. */

interface Drawn {
  /** Labels by id. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

const dotTokens = /\s+|"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z_0-9]*|-?\d+|->|[[\]{}=,;]/y;

/** Graphviz's grammar (https://graphviz.org/doc/info/lang.html), without ports and HTML. */
export function readDot(text: string): Drawn {
  const tokens: string[] = [];
  dotTokens.lastIndex = 0;
  while (dotTokens.lastIndex < text.length) {
    const from = dotTokens.lastIndex;
    const [token] = dotTokens.exec(text) ?? [];
    if (token === undefined) throw new Error(`no token at ${JSON.stringify(text.slice(from, from + 40))}`);
    if (token.trim() !== '') tokens.push(token);
  }
  let at = 0;
  const take = (wanted?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (wanted !== undefined && token !== wanted)) throw new Error(`${token}, not ${wanted}`);
    return token;
  };
  const id = (): string => {
    const token = take();
    if (/^[[\]{}=,;]|^->/.test(token)) throw new Error(`${token} is no id`);
    return token;
  };
  const nodes = new Map<string, string>();
  const edges: { from: string; to: string; label: string }[] = [];
  const attributes = (): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    if (tokens[at] !== '[') return found;
    take('[');
    while (tokens[at] !== ']') {
      const name = id();
      take('=');
      found.set(name, id());
      if (tokens[at] === ',') take(',');
    }
    take(']');
    return found;
  };
  /** `{ rank=same; "a"; "b"; }`, of nodes that have been drawn. */
  const rank = (): void => {
    for (const token of ['{', 'rank', '=', 'same', ';']) take(token);
    while (tokens[at] !== '}') {
      const name = id();
      if (!nodes.has(name)) throw new Error(`rank of ${name}`);
      take(';');
    }
    take('}');
  };
  const body = (): void => {
    take('{');
    while (tokens[at] !== '}') {
      if (tokens[at] === '{') {
        rank();
        continue;
      }
      const first = id();
      if (first === 'subgraph') {
        id();
        body();
        continue;
      }
      if (tokens[at] === '=') {
        take('=');
        id();
      } else if (tokens[at] === '->') {
        take('->');
        edges.push({ from: first, to: id(), label: attributes().get('label') ?? '' });
      } else nodes.set(first, attributes().get('label') ?? '');
      take(';');
    }
    take('}');
  };
  take('digraph');
  id();
  body();
  if (at !== tokens.length) throw new Error(`${tokens[at]} after the end`);
  nodes.delete('node');
  nodes.delete('edge');
  return { nodes, edges };
}

// Quoted text must not contain quotes or the end of a shape. Line breaks are the only tags.
const label = String.raw`"((?:[^"<>\[\]{}|\x60;\\]|#\d+;|<br/>)*)"`;
const mermaidLines = {
  node: new RegExp(String.raw`^(n\d+)(?:\{\{${label}\}\}|\(\[${label}\]\)|\[/${label}/\]|\[${label}\])(?::::\w+)?$`),
  edge: new RegExp(String.raw`^(n\d+) (?:-->|==>|-\.->)(?:\|${label}\|)? (n\d+)$`),
  box: new RegExp(String.raw`^subgraph box\d+\[${label}\]$`),
  rest: /^(?:end|classDef \w+ [\w:,#-]+|linkStyle \d+(?:,\d+)* [\w:,#-]+)$/,
};

/** The part of Mermaid's flowchart syntax that drawings use. */
export function readMermaid(text: string): Drawn {
  const nodes = new Map<string, string>();
  const edges: { from: string; to: string; label: string }[] = [];
  const [head, ...lines] = text.trimEnd().split('\n');
  if (head !== 'flowchart LR') throw new Error(`${head} is no flowchart`);
  let depth = 0;
  for (const line of lines.map((one) => one.trim())) {
    const node = mermaidLines.node.exec(line);
    const edge = mermaidLines.edge.exec(line);
    if (node) nodes.set(node[1] ?? '', node.slice(2).find((one) => one !== undefined) ?? '');
    else if (edge) edges.push({ from: edge[1] ?? '', to: edge[3] ?? '', label: edge[2] ?? '' });
    else if (mermaidLines.box.test(line)) depth++;
    else if (!mermaidLines.rest.test(line)) throw new Error(`no line of a flowchart: ${line}`);
    if (line === 'end') depth--;
    if (depth < 0 || depth > 1) throw new Error(`subgraphs do not match at ${line}`);
  }
  return { nodes, edges };
}

/** The placeholders of commands: what their values are, and where in a command they may stand. */
import { isNodeName } from './node-name.ts';

/** Where in a command a placeholder stands. */
export type Landing =
  /** It is a word, but not the program. */
  | 'word'
  /** It begins a word. */
  | 'beginning'
  /** It follows `=` in a word: it is the value of an option. */
  | 'value'
  /** It follows other text in a word. */
  | 'after'
  /** It is the file that the output goes to, or a part of its name. */
  | 'target'
  /** It is the machine that `ssh` or `scp` connects to. */
  | 'host'
  /** It is the path of a file on that machine. */
  | 'there';

interface Kind {
  /** What a value must be, as people call it. */
  readonly what: string;
  readonly places: readonly Landing[];
  readonly isValid: (value: string) => boolean;
  /** Whether it is one, or several: a word that begins with `-` can be written otherwise. */
  readonly isPath?: true;
  /** Whether it is a list of words. */
  readonly many?: true;
  /** Whether a word that begins with `-` can follow `--`. Programs other than kubectl need not know that. */
  readonly isOperand?: true;
}

const isFilled = (value: string) => value !== '';

/** An address, as far as that matters for a shell and for ssh: Go has parsed those of nodes. */
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]*)$/i;

const isHost = (value: string) => isNodeName(value.toLowerCase()) || address.test(value);

const kinds = {
  path: { what: 'a path', places: ['word', 'beginning', 'value', 'target', 'there'], isValid: isFilled, isPath: true },
  paths: { what: 'a path', places: ['word'], isValid: isFilled, isPath: true, many: true },
  file: { what: 'the name of a file', places: ['after'], isValid: (value) => /^[^/]+$/.test(value) },
  host: { what: 'the name or the address of a machine', places: ['host'], isValid: isHost },
  // Capitals are for a reader to replace.
  node: {
    what: 'the name of a node',
    places: ['word', 'value', 'after', 'target'],
    isValid: (value) => value === 'NAME' || isNodeName(value),
  },
  /** In a kubeconfig, or of an object of the cluster. */
  name: { what: 'a name', places: ['word', 'value'], isValid: isFilled, isOperand: true },
  url: {
    what: 'the URL of a server',
    places: ['word', 'value'],
    isValid: (value) => /^https?:\/\/[^\s\\]+$/i.test(value),
  },
  user: { what: 'a user', places: ['word'], isValid: (value) => /^[a-z_][\w.-]*\$?$|^\d+$/i.test(value) },
  number: { what: 'a number', places: ['value'], isValid: (value) => /^\d+$/.test(value) },
  mode: { what: 'a mode', places: ['word'], isValid: (value) => /^[0-7]+$|^[ugoa]*[=+-][rwxXst]+$/.test(value) },
  word: { what: 'a plain word', places: ['word'], isValid: (value) => /^[a-z\d][a-z\d-]*$/.test(value) },
  /** Options that are known here, and their values. */
  options: { what: 'an option', places: ['word'], isValid: () => true, many: true },
  /** Scripts of sed, each after `-e` if there are several. Their parts are checked where they are written. */
  scripts: {
    what: 'a script of sed',
    places: ['word'],
    isValid: (value) => /^(?:-e|\d*s\||\d+i\\--|\\\||\/\^|\d+,\/-----END\/d$)/.test(value),
    many: true,
  },
  unit: {
    what: 'the name of a unit',
    places: ['word'],
    isValid: (value) => /^[\w:.][\w:.@-]*$/.test(value),
  },
  /** A line of a list in YAML. */
  items: { what: 'a line of a list', places: ['word'], isValid: (value) => /^- "[\w.:*-]+"$/.test(value), many: true },
  time: { what: 'a time', places: ['target', 'after'], isValid: (value) => /^\d{8}-\d{4}$/.test(value) },
  json: { what: 'a document', places: ['word'], isValid: (value) => value.startsWith('{') },
} satisfies Readonly<Record<string, Kind>>;

/** The kinds of placeholders, by their names in the commands of the catalogue. */
const kindOf: Readonly<Record<string, keyof typeof kinds>> = {
  address: 'options',
  admin: 'path',
  also: 'path',
  alsoCluster: 'name',
  alsoServer: 'url',
  archived: 'paths',
  asAdmin: 'options',
  authentication: 'json',
  authority: 'path',
  backup: 'path',
  binding: 'name',
  bits: 'word',
  ca: 'path',
  caKey: 'path',
  certificate: 'path',
  change: 'mode',
  cluster: 'name',
  clusterCa: 'path',
  clusterConfiguration: 'json',
  clusterrole: 'name',
  component: 'word',
  config: 'path',
  configmap: 'name',
  configuration: 'name',
  context: 'name',
  controllers: 'name',
  credential: 'paths',
  csr: 'name',
  dated: 'path',
  deployment: 'name',
  each: 'host',
  file: 'file',
  files: 'paths',
  first: 'path',
  folder: 'path',
  from: 'path',
  group: 'word',
  health: 'url',
  here: 'host',
  hosts: 'options',
  initConfiguration: 'json',
  key: 'path',
  kubeconfig: 'path',
  managed: 'name',
  manifest: 'path',
  merge: 'name',
  names: 'scripts',
  namespace: 'name',
  newTokenKey: 'path',
  node: 'node',
  number: 'number',
  open: 'paths',
  options: 'options',
  other: 'host',
  otherKey: 'path',
  otherPath: 'path',
  otherSigner: 'path',
  otherVerifier: 'path',
  otherPid: 'number',
  owner: 'user',
  part: 'word',
  patch: 'json',
  path: 'path',
  pem: 'path',
  pid: 'number',
  readyz: 'url',
  renewed: 'path',
  request: 'options',
  sans: 'items',
  scripts: 'scripts',
  resource: 'word',
  second: 'path',
  secret: 'path',
  served: 'name',
  server: 'url',
  signed: 'path',
  signer: 'path',
  signing: 'path',
  source: 'path',
  stamp: 'time',
  subjectFlags: 'options',
  target: 'path',
  to: 'path',
  tokenKey: 'path',
  tokenPublic: 'path',
  trusted: 'path',
  unit: 'unit',
  user: 'name',
  value: 'path',
  verifier: 'path',
  verifierPath: 'path',
  wanted: 'url',
};

/** Returns the kind of a placeholder. Throws for one that is not known. */
export function kindOfPlaceholder(name: string): Kind {
  const kind = kindOf[name];
  if (kind === undefined) throw new Error(`no kind of {${name}}`);
  return kinds[kind];
}

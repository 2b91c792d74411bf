/** Ways to corrupt a file. The same seed always gives the same result. */

export interface Mutation {
  readonly name: string;
  readonly spoil: (content: Buffer, random: () => number) => Buffer;
}

const bytes = (length: number, random: () => number) => Buffer.from(Array.from({ length }, () => random() * 256));
const text = (value: string) => () => Buffer.from(value);
const edit = (change: (value: string) => string) => (content: Buffer) =>
  Buffer.from(change(content.toString('latin1')), 'latin1');

/** Replaces bytes inside the PEM block and keeps the PEM markers intact. */
function withinArmor(content: Buffer, change: (der: Buffer) => Buffer): Buffer {
  return edit((value) =>
    value.replace(/(-----BEGIN [A-Z ]+-----\n)([A-Za-z0-9+/=\n]+)(-----END)/, (_, begin, body, end) => {
      return `${begin}${change(Buffer.from(body, 'base64')).toString('base64')}\n${end}`;
    }),
  )(content);
}

function flip(content: Buffer, random: () => number, times: number): Buffer {
  const changed = Buffer.from(content);
  for (let time = 0; time < times; time += 1) changed[Math.floor(random() * changed.length)] = random() * 256;
  return changed;
}

/** Nested YAML aliases: a few hundred bytes that expand to 10^12 nodes. */
function aliasBomb(): string {
  const levels = ['a0: &a0 [x]'];
  for (let level = 1; level < 10; level += 1)
    levels.push(`a${level}: &a${level} [${Array(12).fill(`*a${level - 1}`)}]`);
  return `${levels.join('\n')}\n`;
}

const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: kube-apiserver, image: "x/kube-apiserver:v1.36.2", ${container}}\n`;

export const mutations: readonly Mutation[] = [
  { name: 'empty', spoil: text('') },
  { name: 'one byte', spoil: (_, random) => bytes(1, random) },
  { name: 'random bytes', spoil: (_, random) => bytes(4096, random) },
  { name: 'NUL bytes', spoil: () => Buffer.alloc(100_000) },
  { name: 'over the size limit', spoil: () => Buffer.alloc(10 * 1024 * 1024, 'a') },
  { name: 'invalid UTF-8', spoil: (content) => Buffer.concat([content, Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0])]) },
  { name: 'cut in half', spoil: (content) => content.subarray(0, content.length >> 1) },
  { name: 'without its last byte', spoil: (content) => content.subarray(0, -1) },
  { name: 'cut anywhere', spoil: (content, random) => content.subarray(0, random() * content.length) },
  { name: 'one byte changed', spoil: (content, random) => flip(content, random, 1) },
  { name: 'many bytes changed', spoil: (content, random) => flip(content, random, 20) },
  {
    name: 'one byte changed within the armour',
    spoil: (content, random) => withinArmor(content, (der) => flip(der, random, 1)),
  },
  {
    name: 'many bytes changed within the armour',
    spoil: (content, random) => withinArmor(content, (der) => flip(der, random, 9)),
  },
  {
    name: 'cut within the armour',
    spoil: (content, random) => withinArmor(content, (der) => der.subarray(0, random() * der.length)),
  },
  { name: 'lengths of four bytes', spoil: () => withinArmorOf(Buffer.from('3084ffffffff3084ffffffff', 'hex')) },
  { name: 'nested to the ground', spoil: () => withinArmorOf(Buffer.alloc(60_000, '3080', 'hex')) },
  { name: 'twice', spoil: (content) => Buffer.concat([content, content]) },
  { name: 'a byte order mark', spoil: (content) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), content]) },
  { name: 'UTF-16', spoil: (content) => Buffer.from(`\ufeff${content.toString('latin1')}`, 'utf16le') },
  { name: 'lines turned round', spoil: edit((value) => value.split('\n').reverse().join('\n')) },
  { name: 'blank lines', spoil: text('\n'.repeat(500_000)) },
  { name: 'blanks', spoil: text(' '.repeat(500_000)) },
  { name: 'BEGIN without END', spoil: text('-----BEGIN CERTIFICATE-----\n'.repeat(50_000)) },
  { name: 'many BEGINs before one END', spoil: text(`${'-----BEGIN A-----\n'.repeat(100_000)}-----END A-----\n`) },
  { name: 'very many blocks', spoil: text('-----BEGIN A-----\n-----END A-----\n'.repeat(50_000)) },
  { name: 'YAML nested to the ground', spoil: text('['.repeat(200_000)) },
  {
    name: 'a bomb of aliases',
    spoil: text(`kind: Config\n${aliasBomb()}clusterDNS: *a9\nclusters: *a9\nusers: *a9\n`),
  },
  {
    name: 'a bomb of merges',
    spoil: text(
      `b: &b {${Array.from({ length: 9000 }, (_, i) => `k${i}: 1`)}}\nc:\n  <<: [${Array(50_000).fill('*b')}]\n`,
    ),
  },
  {
    name: 'a bomb of variables',
    spoil: text(
      pod(
        `env: [{name: A0, value: xxxxxxxxxx}, ${Array.from({ length: 12 }, (_, i) => `{name: A${i + 1}, value: "${`$(A${i})`.repeat(10)}"}`)}], command: [kube-apiserver, "--x=$(A12)"]`,
      ),
    ),
  },
  {
    name: 'very many arguments',
    spoil: text(pod(`command: [kube-apiserver, ${Array.from({ length: 30_000 }, (_, i) => `--a${i}`)}]`)),
  },
  {
    name: 'a very long argument',
    spoil: text(pod(`command: [kube-apiserver, "--tls-cert-file=${'/a'.repeat(200_000)}"]`)),
  },
  { name: 'brackets that do not close', spoil: text(pod(`command: [kube-apiserver, "${'$('.repeat(200_000)}"]`)) },
  { name: 'programs that start each other', spoil: text(pod(`command: [${'env, '.repeat(50_000)}kube-apiserver]`)) },
  {
    name: 'keys of every object',
    spoil: text(
      '__proto__: {polluted: yes}\nconstructor: {prototype: {polluted: yes}}\nkind: __proto__\nclient-transport-security: {__proto__: x}\n',
    ),
  },
  {
    name: 'arguments named as keys of every object',
    spoil: text(pod('command: [kube-apiserver, --__proto__=x, --constructor=y, --toString, --hasOwnProperty=z]')),
  },
  {
    name: 'what a terminal obeys',
    spoil: text(
      pod('command: [kube-apiserver, "--\\e[31m\\u202e\\u0085=x\\u2028", "--tls-cert-file=/a\\n\\e]0;b\\a.crt"]'),
    ),
  },
];

function withinArmorOf(der: Buffer): Buffer {
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`);
}

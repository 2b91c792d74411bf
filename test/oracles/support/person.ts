/** What the notes of a fix ask a person to do between its commands, as far as a test can do it. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fix } from '../../../src/results/finding.ts';
import { isCommand } from './printed-fix.ts';

interface Site {
  /** Folder of the copy of the node. */
  readonly root: string;
  /** The folder of a node, by its name. */
  readonly rootOf: (name: string) => string;
  /** The key of the CA of a certificate, from a backup. */
  readonly keyOf: (certificate: string) => string;
}

interface Request {
  readonly asks: RegExp;
  readonly does: (words: readonly string[], site: Site) => void;
}

const requests: readonly Request[] = [
  {
    asks: /^copy (\S+)\.crt and its key from (\S+) to \S+$/,
    does: ([path = '', other = ''], { root, rootOf }) => {
      for (const end of ['crt', 'key']) cpSync(join(rootOf(other), `${path}.${end}`), join(root, `${path}.${end}`));
    },
  },
  {
    asks: /^copy the key of (\S+) to (\S+), from another control-plane node or from a backup$/,
    does: ([certificate = '', to = ''], { root, keyOf }) => writeFileSync(join(root, to), keyOf(certificate)),
  },
  {
    asks: /^remove --(\S+) from the manifest of (\S+)$/,
    does: ([flag = '', component = ''], { root }) => {
      const file = join(root, `/etc/kubernetes/manifests/${component}.yaml`);
      // A person who edits a file keeps a copy.
      mkdirSync(join(root, '/root/pki-before'), { recursive: true });
      cpSync(file, join(root, '/root/pki-before', `${component}.yaml`));
      const lines = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, lines.filter((line) => !line.trim().startsWith(`- --${flag}`)).join('\n'));
    },
  },
];

interface Part {
  readonly part: readonly string[];
  /** What to do when it has been pasted. */
  readonly afterwards: (site: Site) => void;
}

/** Splits printed lines after each note that a test can follow. */
export function partsOf(lines: readonly string[], steps: Fix): readonly Part[] {
  const parts: Part[] = [];
  let part: string[] = [];
  let said = '';
  for (const line of lines) {
    part.push(line);
    said = isCommand(line) ? '' : `${said} ${line.slice(2)}`;
    const note = steps.find(({ kind, text }) => kind === 'note' && said.endsWith(` ${text}`));
    const request = note && requests.find(({ asks }) => asks.test(note.text));
    if (note === undefined || request === undefined) continue;
    const words = request.asks.exec(note.text)?.slice(1) ?? [];
    parts.push({ part, afterwards: (site) => request.does(words, site) });
    part = [];
  }
  return part.some(isCommand) ? [...parts, { part, afterwards: () => {} }] : parts;
}

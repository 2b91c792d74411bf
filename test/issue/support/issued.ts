/** What `issue` writes into empty folders, for tests that ask what becomes of it: made once, and copied. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cp1, emptyFolder, write } from './folders.ts';

/** A folder or, with bytes, a file. */
interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly bytes: Buffer | undefined;
}

/** All that is in a folder, each folder before what is in it. */
function entriesIn(folder: string): readonly Entry[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const path = join(folder, name);
    const stats = statSync(path);
    return { name, mode: stats.mode & 0o7777, bytes: stats.isFile() ? readFileSync(path) : undefined };
  });
}

function put(entries: readonly Entry[], folder: string): void {
  for (const { name, mode, bytes } of entries) {
    const path = join(folder, name);
    if (bytes === undefined) mkdirSync(path);
    else writeFileSync(path, bytes);
    chmodSync(path, mode);
  }
}

/** In memory, because folders are removed after each file of tests. */
const nodes = new Map<string, readonly Entry[]>();

/**
 * Puts a first control plane into an empty folder, as `issue` writes it. Nodes of the same name have the same keys,
 * others have no key in common.
 */
export async function putNode(folder: string, name: 'cp-1' | 'another' = 'cp-1'): Promise<void> {
  const known = nodes.get(name);
  if (known !== undefined) return put(known, folder);
  await write(folder, { facts: cp1 });
  nodes.set(name, entriesIn(folder));
}

let requests: { readonly node: readonly Entry[]; readonly csr: readonly Entry[] } | undefined;

/** The same for a node of an external CA, and an empty folder for its requests. */
export async function putRequests(folder: string, csr: string): Promise<void> {
  if (requests === undefined) {
    const [node, asked] = [emptyFolder(), emptyFolder()];
    await write(node, { facts: cp1, csr: asked });
    requests = { node: entriesIn(node), csr: entriesIn(asked) };
  }
  put(requests.node, folder);
  put(requests.csr, csr);
}

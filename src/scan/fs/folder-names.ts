/** The names in a folder of this machine. */
import { readdirSync } from 'node:fs';
import { decodeName, isText, shownNames } from './names.ts';

/** The names in a folder. */
export interface FolderNames {
  /** Sorted. Those that are not UTF-8 are shown with escapes. */
  readonly names: readonly string[];
  /** Of these, those that are not UTF-8. */
  readonly unnamed: readonly string[];
}

/** Lists a folder. */
export function namesInFolder(folder: string): FolderNames {
  const names = readdirSync(folder);
  // Names that are not UTF-8 have this character, and few others do.
  if (!names.some((name) => name.includes('\ufffd'))) return { names: names.sort(), unnamed: [] };
  const decoded = readdirSync(folder, 'buffer').map(decodeName);
  const texts = new Set(decoded.filter(isText));
  const strays = decoded.filter((name) => !isText(name)).sort();
  const unnamed = shownNames(strays, (name) => texts.has(name));
  return { names: [...texts, ...unnamed].sort(), unnamed };
}

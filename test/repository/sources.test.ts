import { expect, test } from 'vitest';
import { listFiles, readText, sources } from './files.ts';

const texts = () => listFiles().filter((path) => /\.(ts|mjs|sh|json|md)$|^\.ci\//.test(path));
const isCode = (path: string) => /\.(ts|mjs)$/.test(path);

const lineCount = (path: string) => readText(path).split('\n').length - 1;

test('a file of the sources has at most 800 lines', () => {
  expect(sources().filter((path) => lineCount(path) > 800)).toEqual([]);
});

/** One letter of each is in brackets, so that the patterns do not match themselves. */
const debts = /\b[T]ODO\b|\b[F]IXME\b|\bas [a]ny\b(?! user)|@ts-[i]gnore/;
const silenced = /\b(?:test|it|describe)\.(?:[s]kip|[o]nly|[t]odo)\b/;

test('no debts are left in the code', () => {
  expect(listFiles().filter((path) => isCode(path) && debts.test(readText(path)))).toEqual([]);
});

test('no test is silenced', () => {
  expect(listFiles('test').filter((path) => isCode(path) && silenced.test(readText(path)))).toEqual([]);
});

test("the project contains no path of a developer's machine", () => {
  // Nodes of GKE have a folder of this name.
  const somewhere = /(?<![\w.}])\/(?:home(?!\/kubernetes\/)|Users|work)\/[\w.-]/;
  const guilty = texts().filter((path) => path !== 'package-lock.json' && somewhere.test(readText(path)));
  expect(guilty).toEqual([]);
});

test('exports are named', () => {
  const written = sources().filter((path) => !path.endsWith('.d.ts'));
  expect(written.filter((path) => /^export default\b/m.test(readText(path)))).toEqual([]);
});

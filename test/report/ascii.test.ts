import { expect, it } from 'vitest';
import { asciiOnly } from '../../src/report/text/ascii.ts';

it.each([
  ['✔ ✖ ▲ · – ?', 'v x ! | - ?'],
  ['✔', 'v'],
  ['· a note', '. a note'],
  [' · a note', ' . a note'],
  ['\x1b[36m·\x1b[0m a note', '\x1b[36m.\x1b[0m a note'],
  ['\x1b[31m✖\x1b[0m', '\x1b[31mx\x1b[0m'],
  ['cp-1 · control plane · as of', 'cp-1 | control plane | as of'],
  ['kube-apiserver → kubelet: open …: no such file', 'kube-apiserver -> kubelet: open ...: no such file'],
  ['cut… (3 more characters)', 'cut... (3 more characters)'],
  ['the node’s', "the node's"],
  // The column after a gap stays where it is.
  ['a → b       next', 'a -> b      next'],
  ['a → b → c       next', 'a -> b -> c     next'],
  ['a → b  next', 'a -> b  next'],
  // Names from files stay as they are.
  ["mv '/srv/a→b…/x' /tmp", "mv '/srv/a→b…/x' /tmp"],
  // A quote in a quoted word must not end it.
  ["chmod 600 '/a'\\''b’;touch x;’.key'", "chmod 600 '/a'\\''b’;touch x;’.key'"],
  ['CN=Zürich a·b a→b', 'CN=Zürich a·b a→b'],
  ["it doesn't · it can't → …", "it doesn't | it can't -> ..."],
  ['plain', 'plain'],
])('%j is %j', (text, ascii) => {
  expect(asciiOnly(text)).toBe(ascii);
  expect(asciiOnly(`${text}\n${text}`)).toBe(`${ascii}\n${ascii}`);
});

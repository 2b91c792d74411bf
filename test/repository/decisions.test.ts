/** The index of docs/decisions.md, by which its entries are found. */
import { expect, test } from 'vitest';
import { readText } from './files.ts';

/** The anchor that GitHub gives to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

const linkTo = (heading: string): string => `[${heading}](#${anchorOf(heading)})`;

/** The index that the headings of a page call for: an item for each room. */
function indexOf(page: string): string {
  const rooms = page.split(/^## /m).slice(1);
  const items = rooms.map((room) => {
    const entries = [...room.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => linkTo(heading));
    return `- **${linkTo(room.slice(0, room.indexOf('\n')))}**: ${entries.join(' · ')}`;
  });
  return items.join(' ');
}

test('the index of docs/decisions.md has every entry, in its room', () => {
  const page = readText('docs/decisions.md');
  const [index = ''] = /^- \*\*[\s\S]*?(?=\n\n## )/m.exec(page) ?? [];
  expect(index.replace(/\s+/g, ' ')).toBe(indexOf(page));
});

test('no two entries have one anchor', () => {
  const anchors = [...readText('docs/decisions.md').matchAll(/^##+ (.*)$/gm)].map(([, heading = '']) =>
    anchorOf(heading),
  );
  expect(anchors.filter((one, index) => anchors.indexOf(one) !== index)).toEqual([]);
});

/** Units by which a layout is recognised, however their command is written. */
import { expect, it } from 'vitest';
import { lintTrees } from '../cases/harness.ts';
import { hardWayServer } from './kits/hard-way.ts';

const unit = '/etc/systemd/system/kube-apiserver.service';
const program = 'ExecStart=/usr/local/bin/kube-apiserver';

it.each([
  ['on the line after its key', 'ExecStart=\\\n  /usr/local/bin/kube-apiserver'],
  ['with prefixes, by its name only', 'ExecStart=-@kube-apiserver'],
  ['with its release', 'ExecStart=/usr/local/bin/kube-apiserver-v1.33.2'],
  ['in an environment', 'ExecStart=/usr/bin/env GOMAXPROCS=4 /usr/local/bin/kube-apiserver'],
])('a program %s', async (_, command) => {
  const node = hardWayServer({ files: { [unit]: (text) => text.replace(program, command) } });
  const entry = node.entries.get(unit);
  expect(entry?.type === 'file' && entry.content.toString()).toContain(command);
  const { nodes } = await lintTrees([node]);
  expect(nodes).toMatchObject([{ layout: 'hard-way', role: 'control-plane' }]);
});

/** Forms of text in which objects come, and what is said of text in which there are none that are read. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { plant } from '../scan/support.ts';
import { documents, server, servingSecret, webhookCa } from './objects.ts';

const yaml = server(servingSecret(webhookCa()));
const objects = loadAll(yaml);
const wanted = { Service: 1, Deployment: 1, Secret: 1 };
const asItems = documents(...yaml.split('\n---\n').map((one) => `- ${one.replaceAll('\n', '\n  ')}`)).replaceAll(
  '\n---\n',
  '\n',
);

const lintText = (text: string | Buffer) => lint({ at, paths: ['-'], stdin: () => Readable.from([Buffer.from(text)]) });

const json = JSON.stringify(objects, null, 2);

it.each([
  ['a list of JSON, as jq .items prints it', json],
  ['a list of JSON on one line', JSON.stringify(objects)],
  ['a list of JSON after a byte order mark', `\uFEFF${json}`],
  ['a list of YAML', asItems],
  ['a list of YAML after a comment and a byte order mark', `\uFEFF# objects\n${asItems}`],
  ['a list of YAML with an anchor', asItems.replace('labels:', 'labels: &labels')],
  ['documents after a byte order mark', `\uFEFF${yaml}`],
])('%s', async (_, text) => {
  const report = await lintText(text);
  expect(report.objects?.map(({ kinds }) => kinds)).toEqual([wanted]);
  expect(report.failures).toEqual([]);
  const inFolder = await lint({ at, paths: [plant({ 'a.yaml': text })] });
  expect(inFolder.objects?.map(({ kinds }) => kinds)).toEqual([wanted]);
});

it('a list of JSON that is cut off is not read, and said to be', async () => {
  const { failures } = await lint({ at, paths: [plant({ 'a.yaml': yaml, 'b.json': json.slice(0, -40) })] });
  expect(failures.map(({ path: file }) => path.basename(file))).toEqual(['b.json:62']);
});

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

it.each([
  ['UTF-16', utf16(yaml), 'it is UTF-16, as > of PowerShell writes it: write UTF-8'],
  ['UTF-16 of the other order', utf16(yaml).swap16(), 'it is UTF-16, as > of PowerShell writes it: write UTF-8'],
  ['events of kubectl get --watch', Buffer.from(JSON.stringify({ type: 'ADDED' })), 'YAML or JSON without objects'],
  ['a warning before objects', Buffer.from(`Warning: old\n${yaml}`), 'other text before objects of a cluster'],
  ['a script', Buffer.from('#!/bin/sh\nexit\n'), 'not a tar archive'],
])('%s is not read, and the message says what it is', async (_, bytes, message) => {
  const file = path.join(plant({}), 'objects.yaml');
  writeFileSync(file, bytes);
  const messages = [await lint({ at, paths: [file] }), await lintText(bytes)].flatMap(({ failures }) => failures);
  expect(messages.map((one) => one.message)).toEqual([
    expect.stringContaining(message),
    expect.stringContaining(message),
  ]);
});

it('UTF-16 next to other files is named', async () => {
  const root = plant({ 'a.yaml': yaml });
  writeFileSync(path.join(root, 'b.yaml'), utf16(yaml));
  const { failures, objects: read } = await lint({ at, paths: [root] });
  expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('it is UTF-16')]);
  expect(read?.map(({ kinds }) => kinds)).toEqual([wanted]);
});

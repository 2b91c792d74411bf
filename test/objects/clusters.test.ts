/** Dumps of several clusters in one folder or archive: none is judged by the objects of another one. */
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { filesByCluster } from '../../src/scan/objects/clusters.ts';
import { at } from '../cases/harness.ts';
import { plant } from '../scan/support.ts';
import { bundleOf, documents, server, servingSecret, webhookCa, webhookConfiguration, withCa } from './objects.ts';

const ca = webhookCa();

/** Gives each object of a cluster an identity. */
const ofCluster = (cluster: string, text: string): string => {
  let count = 0;
  return text.replace(/uid: .*/g, () => {
    count += 1;
    return `uid: ${cluster}-${count}`;
  });
};
const withSecret = documents(webhookConfiguration(bundleOf(ca)), server(withCa(servingSecret(ca))));
const stranger = webhookCa({ notAfter: '2028-01-01' });
const withoutSecret = documents(webhookConfiguration(bundleOf(stranger)), server('kind: X'));

const dumpsOf = async (files: Readonly<Record<string, string>>) => {
  const root = plant(files);
  const { objects, findings, failures } = await lint({ at, paths: [root] });
  return {
    labels: objects?.map(({ dump }) => dump.replace(`${root}/`, '')),
    rules: findings.map(({ rule }) => rule),
    failures: failures.map(({ message }) => message),
  };
};

it.each([
  [
    'in folders',
    { 'prod/a.yaml': ofCluster('p', withoutSecret), 'stage/a.yaml': ofCluster('s', withSecret) },
    ['prod', 'stage'],
  ],
  [
    'in files',
    { 'prod.yaml': ofCluster('p', withoutSecret), 'stage.yaml': ofCluster('s', withSecret) },
    ['prod.yaml', 'stage.yaml'],
  ],
])('%s, each is judged by itself', async (_, files, labels) => {
  expect(await dumpsOf(files)).toEqual({ labels, rules: [], failures: [] });
});

it('two dumps of one cluster, in which one object was made again, are one', async () => {
  const [before, after] = [ofCluster('p', withSecret), ofCluster('p', withSecret).replace('uid: p-4', 'uid: p-5')];
  expect(after).not.toBe(before);
  const { labels } = await dumpsOf({ 'before.yaml': before, 'after.yaml': after });
  expect(labels).toHaveLength(1);
});

it('two clusters in one file are not judged, and that is said', async () => {
  const both = documents(ofCluster('p', withoutSecret), ofCluster('s', withSecret));
  const { rules, failures } = await dumpsOf({ 'a.yaml': both });
  expect(rules).toEqual([]);
  expect(failures).toEqual([
    'not read: ValidatingWebhookConfiguration policy is in it with two identities, so it is of two clusters: write each of them to a file of its own',
  ]);
});

const object = (file: string, name: string, uid: string) => ({ file, name, uid });

it('files and folders are told apart, as deep as needed', () => {
  const files = ['eu/prod/a', 'eu/stage/a', 'us/a', 'us/b', 'README'];
  const found = filesByCluster(
    files,
    files.slice(0, 3).flatMap((file, index) => [object(file, 'A', `a${index}`), object(file, 'B', `b${index}`)]),
  );
  expect(found.map((one) => [one.place, one.files])).toEqual([
    ['eu/prod', ['eu/prod/a']],
    ['eu/stage', ['eu/stage/a']],
    ['us', ['us/a', 'us/b']],
    ['README', ['README']],
  ]);
});

it('one object that was made again deep in a large dump tells nothing apart', () => {
  const files = ['core/a', 'apps/web.yaml', 'apps/web/1.yaml'];
  const found = filesByCluster(files, [object('apps/web.yaml', 'A', '1'), object('apps/web/1.yaml', 'A', '2')]);
  expect(found).toEqual([{ files }]);
});

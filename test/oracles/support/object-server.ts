/** An API server without TLS that serves the objects of a dump: what kubectl get and kubectl patch need of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly type?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A patch that a client has sent. It changes nothing. */
export interface SentPatch {
  readonly path: string;
  /** Its media type. */
  readonly type: string | undefined;
  readonly body: string;
}

/** Starts a server for objects, each of whose kinds it has, and no other. */
export async function serveObjects(objects: readonly ServedObject[]) {
  const asked: string[] = [];
  const patches: SentPatch[] = [];
  const server = createServer(async (request, response) => {
    const { url = '', method, headers } = request;
    asked.push(url);
    const location = new URL(url, 'http://server');
    if (method === 'PATCH') {
      const body = Buffer.concat(await request.toArray()).toString();
      patches.push({ path: location.pathname, type: headers['content-type'], body });
    }
    const answer = answerOf(location, objects);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, patches, close: () => server.close() };
}

const pluralOf = (kind: string): string =>
  `${kind
    .toLowerCase()
    .replace(/s$/, 'se')
    .replace(/([^aeiou])y$/, '$1ie')}s`;

const isNamespaced = (kind: string, objects: readonly ServedObject[]): boolean =>
  objects.some((one) => one.kind === kind && one.metadata.namespace !== undefined);

/** The API of discovery without aggregation, and lists. */
function answerOf({ pathname, searchParams }: URL, objects: readonly ServedObject[]): object | undefined {
  const versions = [...new Set(objects.map(({ apiVersion }) => apiVersion))];
  if (pathname === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (pathname === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(versions) };
  const version = versions.find((one) => pathname.startsWith(rootOf(one)));
  if (version === undefined) return undefined;
  const own = objects.filter(({ apiVersion }) => apiVersion === version);
  const [first = '', second, third, fourth] = pathname.slice(rootOf(version).length + 1).split('/');
  if (first === '') return resourcesOf(version, own);
  const [namespace, plural = '', name] = third === undefined ? [undefined, first, second] : [second, third, fourth];
  const selector = searchParams.get('fieldSelector') ?? '';
  const items = own.filter(
    ({ kind, metadata, type = '' }) =>
      pluralOf(kind) === plural &&
      (namespace === undefined || metadata.namespace === namespace) &&
      (!selector.startsWith('metadata.name=') || selector === `metadata.name=${metadata.name}`) &&
      (!selector.startsWith('type!=') || selector !== `type!=${type}`),
  );
  if (name !== undefined) return items.find(({ metadata }) => metadata.name === name);
  const kind = own.find((one) => pluralOf(one.kind) === plural)?.kind;
  return kind === undefined ? undefined : { kind: `${kind}List`, apiVersion: version, metadata: {}, items };
}

const rootOf = (version: string): string => (version.includes('/') ? `/apis/${version}` : `/api/${version}`);

const groupsOf = (versions: readonly string[]): readonly object[] =>
  versions
    .filter((one) => one.includes('/'))
    .map((groupVersion) => {
      const [name, version] = groupVersion.split('/');
      return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
    });

const resourcesOf = (groupVersion: string, own: readonly ServedObject[]): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: [...new Set(own.map(({ kind }) => kind))].map((kind) => ({
    name: pluralOf(kind),
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced(kind, own),
    kind,
    verbs: ['get', 'list', 'patch'],
  })),
});

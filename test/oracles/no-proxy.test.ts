/**
 * Programs of Go reach the servers through the proxy of their environment that we say: kubectl (net/http), as
 * controllers reach the API server, and etcdctl (gRPC), as the API server reaches etcd.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isException } from '../../src/model/facts/no-proxy.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { type Command, type Running, runBeside, start } from './support/programs.ts';

/** NO_PROXY and a host. `PORT` is the port of the case. */
const cases: readonly (readonly [exceptions: string, host: string])[] = [
  ['', '192.0.2.10'],
  ['', '127.0.0.9'],
  ['', 'localhost'],
  ['localhost,.svc,10.96.0.0/12', '192.0.2.10'],
  ['192.0.2.1', '192.0.2.10'],
  ['192.0.2', '192.0.2.10'],
  ['192.0.2.10:443', '192.0.2.10'],
  ['192.0.2.10:PORT', '192.0.2.10'],
  [' 192.0.2.10 ,localhost', '192.0.2.10'],
  ['192.0.2.0/24', '192.0.2.10'],
  ['192.0.2.0/33', '192.0.2.10'],
  ['0.0.0.0/0', '192.0.2.10'],
  ['*', '192.0.2.10'],
  ['2001:db8::/32', '2001:db8::1'],
  ['2001:db9::/32', '2001:db8::1'],
  ['example.test', 'api.example.test'],
  ['.example.test', 'api.example.test'],
  ['*.example.test', 'api.example.test'],
  ['ample.test', 'api.example.test'],
];

const listen = `
const server = require('node:http').createServer();
server.on('connect', ({ url }, socket) => { console.log('CONNECT ' + url); socket.end('HTTP/1.1 403 Forbidden\\r\\n\\r\\n'); });
server.listen(3128, '127.0.0.1', () => console.log('listening'));
`;

let network: Namespace;
let proxy: Running;
beforeAll(async () => {
  network = networkNamespace([]);
  proxy = start(network.inside(['node', '-e', listen]));
  await proxy.until('listening');
});
afterAll(async () => {
  await proxy.kill();
  network.remove();
});

const clients: Readonly<Record<string, (server: string) => Command>> = {
  kubectl: (server) => [
    'kubectl',
    `--server=${server}`,
    '--token=none',
    '--request-timeout=2s',
    'get',
    '--raw',
    '/version',
  ],
  etcdctl: (server) => ['etcdctl', `--endpoints=${server}`, '--command-timeout=1s', 'endpoint', 'health'],
};

test.each(Object.keys(clients))('%s', async (client) => {
  const first = 20_000 + Object.keys(clients).indexOf(client) * 1000;
  const all = cases.map(([text, host], index) => {
    const port = `${first + index}`;
    return {
      exceptions: text.replace('PORT', port),
      host,
      port,
      at: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    };
  });
  const ends = all.map(({ exceptions, at }) => {
    const variables = ['HTTPS_PROXY=http://127.0.0.1:3128', `NO_PROXY=${exceptions}`, 'KUBECONFIG=/dev/null'];
    const [program, ...args] = clients[client]?.(`https://${at}`) ?? [];
    return runBeside(network.inside(['env', ...variables, `${program}`, ...args]), 30_000);
  });
  await Promise.all(ends);
  const asked = (at: string) => proxy.output().includes(`CONNECT ${at}\n`);
  const expected = all.filter(({ exceptions, host, port }) => !isException(exceptions, host, port)).map(({ at }) => at);
  await expect.poll(() => all.map(({ at }) => at).filter(asked)).toEqual(expected);
  expect(expected.length).toBeGreaterThan(5);
});

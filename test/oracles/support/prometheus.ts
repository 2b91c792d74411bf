import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { start } from './programs.ts';

/** A series that a query returns. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus, which has read some metrics. */
export interface Prometheus {
  /** The time of its queries, in Unix seconds: just after the metrics were read. */
  readonly time: number;
  /** Returns the result of an instant query; of a single number, one series without labels. */
  query(expression: string): Promise<readonly Series[]>;
  stop(): Promise<void>;
}

/** Finds a TCP port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts Debian's Prometheus, and waits until it has read these metrics as those of the instance `test`. */
export async function startPrometheus(metrics: string, folder: string): Promise<Prometheus> {
  const source = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(metrics);
  });
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(source.address() as AddressInfo).port}`;
  const job = { job_name: 'node', static_configs: [{ targets: [target], labels: { instance: 'test' } }] };
  const configuration = join(folder, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(configuration, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
  const address = `127.0.0.1:${await freePort()}`;
  const program = start([
    'prometheus',
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ]);
  const ask = async (expression: string, time: number): Promise<readonly Series[]> => {
    const parameters = new URLSearchParams({ query: expression, time: `${time}` });
    const response = await fetch(`http://${address}/api/v1/query?${parameters}`);
    const answer = (await response.json()) as { error?: string; data?: { resultType: string; result: unknown } };
    if (answer.data === undefined) throw new Error(`${expression}: ${answer.error}`);
    if (answer.data.resultType === 'scalar') {
      return [{ labels: {}, value: Number((answer.data.result as [number, string])[1]) }];
    }
    const series = answer.data.result as readonly { metric: Record<string, string>; value: [number, string] }[];
    return series.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };
  const stop = async () => {
    await program.kill();
    source.closeAllConnections();
    source.close();
  };
  try {
    await program.until('Server is ready to receive web requests');
    for (const deadline = Date.now() + 20_000; ; ) {
      const time = Date.now() / 1000;
      if ((await ask('up{instance="test"} == 1', time)).length > 0) {
        return { time, query: (expression) => ask(expression, time), stop };
      }
      if (Date.now() > deadline) throw new Error(`nothing was read:\n${program.output().slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

import { execFileSync } from 'node:child_process';

/** One end of a connection, in PEM. */
interface End {
  readonly certificate: string;
  readonly key: string;
  /** The CAs that verify the other end. */
  readonly trust: string;
}

export interface Handshake {
  readonly server: End;
  readonly client: End;
  /** The host name that the client dials. */
  readonly host: string;
  readonly at: Date;
}

/** Go's errors; '' if there is none. */
export interface HandshakeAnswer {
  readonly serverPair: string;
  readonly clientPair: string;
  /** The client's error about the server, and the server's error about the client. */
  readonly client: string;
  readonly server: string;
}

/** Runs Go's TLS handshakes. `program` is built from test/oracles/go/handshake. */
export function shakeHands(program: string, handshakes: readonly Handshake[]): readonly HandshakeAnswer[] {
  const input = handshakes.map((one) => JSON.stringify(one)).join('\n');
  const output = execFileSync(program, { input, encoding: 'utf8', timeout: 60_000 });
  const lines = output.trim().split('\n');
  return lines.map((line): HandshakeAnswer => JSON.parse(line));
}

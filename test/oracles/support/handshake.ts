import { execFileSync } from 'node:child_process';

/** One side of a connection, in PEM. */
interface End {
  readonly certificate: string;
  readonly key: string;
  /** The CAs of the other side. */
  readonly trust: string;
}

export interface Handshake {
  readonly server: End;
  readonly client: End;
  /** What the client dials. */
  readonly host: string;
  readonly at: Date;
}

/** Errors of Go; '' where there is none. */
export interface HandshakeAnswer {
  readonly serverPair: string;
  readonly clientPair: string;
  /** What the client says of the server, and the server of the client. */
  readonly client: string;
  readonly server: string;
}

/** Lets Go shake hands. `program` is the one built of test/oracles/go/handshake. */
export function shakeHands(program: string, handshakes: readonly Handshake[]): readonly HandshakeAnswer[] {
  const input = handshakes.map((one) => JSON.stringify(one)).join('\n');
  const output = execFileSync(program, { input, encoding: 'utf8', timeout: 60_000 });
  const lines = output.trim().split('\n');
  return lines.map((line): HandshakeAnswer => JSON.parse(line));
}

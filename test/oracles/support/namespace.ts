import { type Command, run } from './programs.ts';

/** A separate network, from which no other machine can be reached, with the addresses and ports of real nodes. */
export interface Namespace {
  /** Wraps a command so that it runs in the namespace. */
  inside(command: Command): Command;
  /** Makes connections to one of the two addresses come from the other, as between two machines. */
  part(one: string, other: string): void;
  remove(): void;
}

let count = 0;

/** Creates a network namespace whose loopback interface has these addresses in addition to 127.0.0.1. Requires root. */
export function networkNamespace(addresses: readonly string[]): Namespace {
  const name = `pki-lint-${process.pid}-${++count}`;
  const inside = (command: Command): Command => ['ip', 'netns', 'exec', name, ...command];
  const remove = () => {
    run(['ip', 'netns', 'delete', name]);
  };
  const comeFrom = (to: string, from: string) => {
    const route = ['local', to, 'dev', 'lo', 'table', 'local', 'src', from, 'proto', 'kernel', 'scope', 'host'];
    must(inside(['ip', 'route', 'replace', ...route]));
  };
  const part = (one: string, other: string) => {
    comeFrom(one, other);
    comeFrom(other, one);
  };
  must(['ip', 'netns', 'add', name]);
  try {
    must(inside(['ip', 'link', 'set', 'lo', 'up']));
    for (const address of addresses) must(inside(['ip', 'address', 'add', `${address}/32`, 'dev', 'lo']));
  } catch (error) {
    remove();
    throw error;
  }
  return { inside, part, remove };
}

function must(command: Command): void {
  const { status, output } = run(command);
  if (status === 0) return;
  throw new Error(
    `this test needs a network namespace of its own, which root (CAP_SYS_ADMIN and CAP_NET_ADMIN) may make: ` +
      `${command.join(' ')}: ${output.trim()}`,
  );
}

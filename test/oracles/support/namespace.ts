import { type Command, run } from './programs.ts';

/** A network of its own: nothing in it reaches any machine, and addresses and ports are those that real nodes have. */
export interface Namespace {
  /** The command, run in there. */
  inside(command: Command): Command;
  /** Lets whoever dials one of two addresses in there come from the other, as two machines do. */
  part(one: string, other: string): void;
  remove(): void;
}

let count = 0;

/** Makes a network namespace with a loopback interface that has these addresses beside 127.0.0.1. Needs root's rights. */
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

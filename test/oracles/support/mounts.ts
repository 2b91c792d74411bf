/** File systems that a test mounts, for which it needs root. */
import { onTestFinished } from 'vitest';
import { type Command, run } from './programs.ts';

/** Runs a program that must succeed, and returns its output. */
export function must(...command: Command): string {
  const { status, output } = run(command);
  if (status !== 0) throw new Error(`this test needs root (CAP_SYS_ADMIN): ${command.join(' ')}: ${output}`);
  return output.trim();
}

/** Mounts something until the test has finished. */
export function mount(at: string, ...how: readonly string[]): void {
  must('mount', ...how, at);
  onTestFinished(() => void must('umount', at));
}

/** Mounts something while a function runs. */
export async function whileMounted(at: string, how: readonly string[], act: () => unknown): Promise<void> {
  must('mount', ...how, at);
  try {
    await act();
  } finally {
    must('umount', at);
  }
}

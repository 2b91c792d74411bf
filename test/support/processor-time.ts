/**
 * Returns how many seconds of CPU this process spends in a function. The clock on the wall also counts what else a busy
 * machine does.
 */
export function processorTime(action: () => void): number {
  const before = process.cpuUsage();
  action();
  return process.cpuUsage(before).user / 1e6;
}

/** Being asked to stop (Ctrl-C, systemd) while files are written. */

const asking = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Signals {
  /** Work that is not to be cut off begins; when it ends, call what is returned. */
  begin(): () => void;
  /** The signal that came since then. */
  asked(): NodeJS.Signals | undefined;
  /** Signals do again what they do without us. */
  stop(): void;
}

/** @param whenIdle what to do before a signal ends the program, where no work was begun */
export function watchSignals(whenIdle: () => void): Signals {
  let isBusy = false;
  let asked: NodeJS.Signals | undefined;
  const stop = (): void => {
    for (const signal of asking) process.off(signal, listener);
  };
  const listener = (signal: NodeJS.Signals): void => {
    asked = signal;
    if (isBusy) return;
    stop();
    try {
      whenIdle();
    } finally {
      process.kill(process.pid, signal);
    }
  };
  for (const signal of asking) process.on(signal, listener);
  return {
    stop,
    asked: () => asked,
    begin() {
      isBusy = true;
      return () => {
        isBusy = false;
      };
    },
  };
}

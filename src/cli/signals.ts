import { constants } from 'node:os';

/** Request of a person, or of the system, to stop. */
export interface Stop {
  /** Aborted at the first SIGINT or SIGTERM. At the second the process ends at once. */
  readonly signal: AbortSignal;
  /** What the process ends with then, as is usual: 128 and the signal's number. 0 before. */
  readonly exitCode: () => number;
  /** Leaves signals to the system again. */
  readonly dispose: () => void;
}

export function stopAtSignals(): Stop {
  const abort = new AbortController();
  let exitCode = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    exitCode = 128 + constants.signals[signal];
    if (abort.signal.aborted) process.exit(exitCode);
    abort.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: abort.signal,
    exitCode: () => exitCode,
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** An extension that lets Inkling's training worker end by itself, when a file appears that the environment names. */
import threads from 'node:worker_threads';

export const TRIGGER = 'INKLING_TEST_TRIGGER';

/** In the worker, between two runs of its own: it must not be ended from outside while native code runs. */
const ENDING = `
  setInterval(() => {
    try { require('node:fs').rmSync(${JSON.stringify(process.env[TRIGGER])}); } catch { return; }
    process.exit(9);
  }, 20).unref();`;

export function activate(): void {
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file: string | URL, options: threads.WorkerOptions = {}) {
      const isTraining = String(file).endsWith('trainingWorker.js');
      super(
        file,
        isTraining
          ? {
              ...options,
              execArgv: [
                '--import',
                `data:text/javascript,${encodeURIComponent(
                  `import { createRequire } from 'node:module'; const require = createRequire('/');${ENDING}`,
                )}`,
              ],
            }
          : options,
      );
    }
  };
}

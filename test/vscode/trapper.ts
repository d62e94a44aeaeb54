/** An extension that sets the trap in the extension host, which takes no options for Node, and in each of its threads. */
import threads from 'node:worker_threads';
import '../support/trap.ts';

export function activate(): void {
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file: string | URL, options: threads.WorkerOptions = {}) {
      super(file, { ...options, execArgv: ['--require', process.env['INKLING_TRAP_CODE']!] });
    }
  };
}

/**
 * Starts and stops trainings in one worker, starts and ends workers, and asks one for completions while documents are
 * edited at random, each many times. Ends with 1 when something fails, or memory grows: by more than 20 MB from the
 * median of the second tenth of the cycles to that of the last.
 *
 *     npm run soak:cycles [-- --runs 1000 --restarts 100 --requests 30000 --seed 1]
 */
import { parseArgs } from 'node:util';
import { Cycling } from './cycling.ts';
import { growth } from './memory.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    restarts: { type: 'string', default: '100' },
    requests: { type: 'string', default: '30000' },
    seed: { type: 'string', default: '1' },
  },
});
const MAXIMUM_GROWTH = 20e6;

const cycling = new Cycling();
try {
  const table: Record<string, object> = {};
  for (const [name, run] of [
    ['runs', () => cycling.runs(Number(values.runs))],
    ['restarts', () => cycling.restarts(Number(values.restarts))],
    ['requests', () => cycling.requests(Number(values.requests), Number(values.seed))],
  ] as const) {
    const start = performance.now();
    const memory = await run();
    const more = growth(memory);
    table[name] = {
      cycles: memory.length,
      'growth, MB': (more / 1e6).toFixed(1),
      'memory, MB': (memory.at(-1)! / 1e6).toFixed(0),
      seconds: ((performance.now() - start) / 1000).toFixed(0),
    };
    console.log(`${name}: ${JSON.stringify(table[name])}`);
    if (more > MAXIMUM_GROWTH) process.exitCode = 1;
  }
  console.table(table);
} finally {
  cycling.remove();
}

/**
 * Kills the extension host of a real VS Code in the middle of trainings, and edits there with a request for completions
 * after each edit, as fast as answers come. Ends with 1 when something is lost, broken or left behind, when nobody caught
 * an error, or when memory grows.
 *
 *     npm run soak:host [-- --kills 20 --requests 10000 --seed 1]
 */
import { parseArgs } from 'node:util';
import { HostUnderStress, type Kill } from './inHost.ts';
import { growth, tenths } from './memory.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const MAXIMUM_LOST_SECONDS = 30;
const MAXIMUM_GROWTH = 20e6;
const LONGEST_MILLISECONDS = 25_000;

const host = await HostUnderStress.open('soak-host', 0.5);
try {
  const kills: Kill[] = [];
  for (let round = 0; round < Number(values.kills); round++) {
    const kill = await host.kill(seed + round, LONGEST_MILLISECONDS);
    kills.push(kill);
    console.log(`kill ${round + 1}: ${kill.status.trim()}, ${kill.lost?.toFixed(1) ?? '–'} s lost`);
  }
  const lost = kills.flatMap((kill) => kill.lost ?? []);
  const left = kills.length === 0 ? [] : await host.leftovers();
  await host.train();
  const { answers, suggested, memory, unhandled } = await host.request(Number(values.requests), seed);
  const table = {
    kills: { found: kills.length, 'at most': undefined },
    'seconds lost, at most': { found: Math.max(0, ...lost).toFixed(1), 'at most': MAXIMUM_LOST_SECONDS },
    'temporary files left': { found: left.length, 'at most': 0 },
    answers: { found: answers, 'at most': undefined },
    'of these with a suggestion': { found: suggested, 'at most': undefined },
    'errors that nobody caught': { found: unhandled.length, 'at most': 0 },
    'growth of memory, MB': { found: (growth(memory) / 1e6).toFixed(1), 'at most': MAXIMUM_GROWTH / 1e6 },
    'memory, MB': { found: (memory.at(-1)! / 1e6).toFixed(0), 'at most': undefined },
  };
  console.table(table);
  console.log(
    `Memory by tenths, MB: ${tenths(memory)
      .map((bytes) => (bytes / 1e6).toFixed(0))
      .join(' ')}`,
  );
  for (const error of unhandled) console.log(error);
  for (const path of left) console.log(path);
  if (Object.values(table).some(({ found, 'at most': most }) => most !== undefined && Number(found) > most)) {
    process.exitCode = 1;
  }
} finally {
  await host.close();
}

/**
 * Gives everything that reads from outside bad input, for as long as one likes, and says what did not hold.
 *
 *     npm run fuzz [-- --seconds 60 --seed 1 --only models]
 *
 * `--seconds` is for each target. The seed is printed; the same seed gives the same inputs, in the same order.
 */

import { parseArgs } from 'node:util';
import { removeFolders } from './folder.ts';
import { register } from './register.ts';
import { tryOut } from './target.ts';

register();
const { TARGETS } = await import('./targets.ts');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string', default: '' },
  },
});
/** An input may be a file of many thousand bytes; its seed and path bring it back. */
const LONGEST_REPORT = 4000;
const seed = Number(values.seed);
const milliseconds = 1000 * Number(values.seconds);
console.log(`Seed ${seed}, ${values.seconds} s for each target`);
for (const target of TARGETS.filter(({ name }) => name.includes(values.only))) {
  const { runs, failure } = await tryOut(target, { seed, milliseconds });
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${target.name}: ${runs.toLocaleString('en')} inputs, at most ${memory} MiB so far`);
  if (failure === undefined) continue;
  console.log(failure.slice(0, LONGEST_REPORT));
  process.exitCode = 1;
}
removeFolders();
process.exit();

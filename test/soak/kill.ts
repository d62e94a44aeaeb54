/**
 * Kills a process that trains, at random moments and where files are being written, and has the next one go on. Ends with
 * 1 when one cannot, when what lies on the disk is not whole, or when more than half a minute is lost.
 *
 *     npm run soak:kill [-- --rounds 200 --seed 1]
 */
import { parseArgs } from 'node:util';
import { Killing, type Round } from './killing.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const MAXIMUM_LOST_SECONDS = 30;

const killing = new Killing();
try {
  const rounds: Round[] = [];
  for (let index = 0; index < Number(values.rounds); index++) {
    rounds.push(await killing.round(index, Number(values.seed)));
    if (index % 20 === 19) console.log(`${index + 1} rounds`);
  }
  const left = await killing.leftovers();
  const stages: Record<string, number> = {};
  for (const { stage } of rounds) stages[stage] = (stages[stage] ?? 0) + 1;
  console.log('The last thing before the kill:');
  console.table(stages);
  const lost = Math.max(...rounds.map((round) => round.lost));
  const table = {
    rounds: { found: rounds.length, 'at most': undefined },
    'killed at the swap of a model': { found: rounds.filter(({ isAtSwap }) => isAtSwap).length, 'at most': undefined },
    'seconds lost, at most': { found: Number(lost.toFixed(1)), 'at most': MAXIMUM_LOST_SECONDS },
    'live models read meanwhile': { found: rounds.reduce((sum, { reads }) => sum + reads, 0), 'at most': undefined },
    'files left behind': { found: left.length, 'at most': 0 },
  };
  console.table(table);
  if (Object.values(table).some(({ found, 'at most': most }) => most !== undefined && found > most))
    process.exitCode = 1;
} finally {
  killing.remove();
}

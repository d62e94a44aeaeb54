/**
 * Kills the extension host of a real VS Code in the middle of trainings, and edits there with a request for completions
 * after each edit, as fast as answers come. Ends with 1 when something is lost, broken or left behind, when nobody caught
 * an error, or when memory grows: by more than 20 MB to the median of the last tenth of the requests, from the lowest of
 * those before it but the first.
 *
 *     npm run soak:host [-- --kills 20 --requests 10000 --seed 1]
 *
 * Memory may grow there without Inkling, too. If it has grown by more, the same is done in a VS Code that has none, where
 * suggestions are always the same; what memory grows by there is VS Code's own, and is told and taken off. That alone:
 *
 *     npm run soak:host -- --control [--requests 10000 --seed 1]
 */
import { parseArgs } from 'node:util';
import type { Requested } from './hostProbe.ts';
import { HostUnderStress, type Kill } from './inHost.ts';
import { growthFromLowest, tableOf } from './memory.ts';

const { values } = parseArgs({
  options: {
    control: { type: 'boolean', default: false },
    kills: { type: 'string', default: '20' },
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const TRAINING_MINUTES = 0.5;
const MAXIMUM_LOST_SECONDS = 30;
const MAXIMUM_GROWTH = 20e6;
const LONGEST_MILLISECONDS = 25_000;

if (values.control) await runControl();
else await run();

async function run(): Promise<void> {
  const { lost, left, requested } = await withHost(false, async (host) => {
    const kills = await kill(host, Number(values.kills));
    const lost = kills.flatMap((kill) => kill.lost ?? []);
    const left = kills.length === 0 ? [] : await host.leftovers();
    return { lost, left, requested: await request(host) };
  });
  const grown = growthOf(requested);
  const control = grown > MAXIMUM_GROWTH ? Math.max(0, growthOf(await runControl())) : undefined;
  const table = {
    kills: { found: values.kills, 'at most': undefined },
    'seconds lost, at most': { found: Math.max(0, ...lost).toFixed(1), 'at most': MAXIMUM_LOST_SECONDS },
    'temporary files left': { found: left.length, 'at most': 0 },
    answers: { found: requested.answers, 'at most': undefined },
    'of these with a suggestion': { found: requested.suggested, 'at most': undefined },
    'errors that nobody caught': { found: requested.unhandled.length, 'at most': 0 },
    'growth of memory, MB': { found: megabytes(grown), 'at most': undefined },
    'of it VS Code by itself, MB': {
      found: control === undefined ? 'not measured' : megabytes(control),
      'at most': undefined,
    },
    'growth by Inkling, MB': { found: megabytes(grown - (control ?? 0)), 'at most': MAXIMUM_GROWTH / 1e6 },
  };
  console.table(table);
  for (const line of [...requested.unhandled, ...left]) console.log(line);
  if (Object.values(table).some(({ found, 'at most': most }) => most !== undefined && Number(found) > most)) {
    process.exitCode = 1;
  }
}

async function runControl(): Promise<Requested> {
  return withHost(true, request);
}

async function withHost<T>(isControl: boolean, use: (host: HostUnderStress) => Promise<T>): Promise<T> {
  const host = await HostUnderStress.open(isControl ? 'soak-control' : 'soak-host', TRAINING_MINUTES, isControl);
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

async function kill(host: HostUnderStress, rounds: number): Promise<Kill[]> {
  const kills: Kill[] = [];
  for (let round = 0; round < rounds; round++) {
    const kill = await host.kill(seed + round, LONGEST_MILLISECONDS);
    kills.push(kill);
    console.log(`kill ${round + 1}: ${kill.status.trim()}, ${kill.lost?.toFixed(1) ?? '–'} s lost`);
  }
  return kills;
}

/** Says what is held in each tenth of the requests. */
async function request(host: HostUnderStress): Promise<Requested> {
  await host.train();
  const requested = await host.request(Number(values.requests), seed);
  console.log(`Memory by tenths ${host.isControl ? 'without' : 'with'} Inkling, MB:`);
  console.table(tableOf(requested.memory));
  console.log(`Growth of resident memory: ${megabytes(growthOf(requested))} MB`);
  return requested;
}

function growthOf({ memory }: Requested): number {
  return growthFromLowest(memory.map(({ resident }) => resident));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

import { reasonOf } from '../../base/errors.ts';
import type { DeviceReport } from '../../protocol/training.ts';
import { planOf } from '../plan.ts';
import { check, type EngineCandidate } from './engines.ts';
import { Speeds } from './speeds.ts';

/** The networks whose speed is told. */
const HIDDEN = [256, 512] as const;
const VOCABULARY = 96;

/** Checks each of the ways to train, and times it for a second or so. */
export async function measureDevices(candidates: readonly EngineCandidate[], threads: number): Promise<DeviceReport[]> {
  const speeds = await Speeds.open(threads, undefined);
  const reports: DeviceReport[] = [];
  for (const candidate of candidates) {
    const { engine, device, title } = candidate;
    const known: Record<number, number> = {};
    let problem: string | undefined;
    try {
      await check(candidate);
      for (const hidden of HIDDEN) known[hidden] = await speeds.of(networkOf(hidden), candidate);
    } catch (error) {
      problem = reasonOf(error);
    }
    reports.push({ engine, device, title, speeds: problem === undefined ? known : {}, problem });
  }
  return reports;
}

/** As a run over much text would have it. */
function networkOf(hidden: number) {
  const options = {
    recipe: 'default',
    budget: { minutes: 1 },
    hidden,
    layers: 1,
    dropout: 0,
    threads: 1,
    seed: 1,
  } as const;
  return planOf(options, VOCABULARY, 1e7, { hidden, layers: 1 });
}

import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { accepts, within } from '../../base/schema.ts';
import { initialParameters } from '../../lstm/initialise.ts';
import type { Plan } from '../../protocol/trainerState.ts';
import { type EngineCandidate, madeUpBatch, REFERENCE } from './engines.ts';

/**
 * Timing an engine may take so long in all, warm-up included; whatever is slower is estimated from what is known.
 */
const MILLISECONDS = 1000;
/** Of these, so long for a first estimate. */
const FIRST_MILLISECONDS = 200;
const TIMED_CALLS = 3;
/** Where calls are what costs, as on a GPU, several steps are taken in one, as they are in training. */
const STEPS_PER_CALL = 4;
const FILE = 'speeds.json';

/** What is timed. */
export type Network = Pick<Plan, 'shape' | 'graph'>;

/**
 * Training speeds of networks on this machine, in characters per second: timed once per machine, engine and version,
 * and kept in a file.
 */
export class Speeds {
  readonly #threads: number;
  readonly #path: string | undefined;
  readonly #known: Record<string, number>;
  readonly #timings = new Map<EngineCandidate, Timing>();

  /** @param folder where speeds are kept; undefined: nowhere */
  static async open(threads: number, folder: string | undefined): Promise<Speeds> {
    const path = folder === undefined ? undefined : join(folder, FILE);
    return new Speeds(threads, path, path === undefined ? {} : await readSpeeds(path));
  }

  private constructor(threads: number, path: string | undefined, known: Record<string, number>) {
    this.#threads = threads;
    this.#path = path;
    this.#known = known;
  }

  /**
   * Ask for small networks first: they tell how long larger ones would take.
   *
   * @param beforeTiming called before the engine is used for the first time; not where its speed is known
   * @throws whatever the engine or `beforeTiming` throws
   */
  async of(network: Network, engine: EngineCandidate = REFERENCE, beforeTiming?: () => Promise<void>): Promise<number> {
    const key = this.#keyOf(network, engine);
    const kept = this.#known[key];
    const timing = this.#timings.get(engine) ?? {};
    this.#timings.set(engine, timing);
    const work = flopsPerCharacter(network);
    if (kept !== undefined) {
      timing.work = kept * work;
      return kept;
    }
    await beforeTiming?.();
    timing.deadline ??= performance.now() + MILLISECONDS;
    const { batch, timeSteps } = network.graph;
    // Some devices are so slow that one whole step would take too long.
    timing.work ??=
      work * (await speedOf(shortened(network), engine, this.#threads, performance.now() + FIRST_MILLISECONDS));
    const expected = (3 * batch * timeSteps * work * 1000) / timing.work;
    if (performance.now() + expected > timing.deadline) return timing.work / work;
    const speed = await speedOf(network, engine, this.#threads, timing.deadline);
    timing.work = speed * work;
    this.#known[key] = speed;
    await this.#write();
    return speed;
  }

  /** Speeds of alphabets of nearly one size are one. */
  #keyOf({ shape, graph }: Network, engine: EngineCandidate): string {
    const vocabulary = Math.round(4 * Math.log2(shape.vocabulary));
    return [
      cpus()[0]?.model.trim(),
      `${cpus().length} cores`,
      `${this.#threads} threads`,
      engine.identity,
      `inkling ${packageJson.version}`,
      `vocabulary 2^${vocabulary / 4}`,
      `${shape.layers}×${shape.hidden}`,
      `${graph.batch}×${graph.timeSteps}`,
    ].join(', ');
  }

  /** Where they cannot be kept, they are timed anew next time. */
  async #write(): Promise<void> {
    if (this.#path === undefined) return;
    const text = `${JSON.stringify(this.#known, null, 2)}\n`;
    await writeFileAtomically(this.#path, [new TextEncoder().encode(text)]).catch(() => {});
  }
}

/** A file that is missing or damaged is as good as none. */
async function readSpeeds(path: string): Promise<Record<string, number>> {
  try {
    const stored: unknown = JSON.parse(await readFile(path, 'utf8'));
    const isSpeed = ([, speed]: [string, unknown]) => accepts(SpeedOfMachine, speed);
    return Object.fromEntries(Object.entries(stored as object).filter(isSpeed));
  } catch {
    return {};
  }
}

/** Characters per second. No machine is faster; one that is said to be would be given a network that is never trained. */
const SpeedOfMachine = within(Number.MIN_VALUE, 1e10);

/** What is known of an engine so far. */
interface Timing {
  deadline?: number;
  /** Of the network that was timed last: FLOP per second, for estimates. */
  work?: number;
}

/** The same with a few time steps. */
function shortened({ shape, graph }: Network): Network {
  return { shape, graph: { ...graph, timeSteps: Math.min(graph.timeSteps, 4) } };
}

/** Forward, and twice that backward: 2 FLOP per weight and character each. */
function flopsPerCharacter({ shape: { hidden, layers, vocabulary } }: Network): number {
  return 6 * (4 * hidden ** 2 * (2 * layers - 1) + hidden * vocabulary);
}

/** Characters per second of some training steps on made-up text. */
async function speedOf({ shape, graph }: Network, candidate: EngineCandidate, threads: number, deadline: number) {
  const engine = await candidate.create({ shape, graph, threads, parameters: initialParameters(shape, 0) });
  try {
    const batch = madeUpBatch({ shape, graph });
    const seconds = async (steps: number) => {
      const start = performance.now();
      await engine.steps(
        Array.from({ length: steps }, () => batch),
        Array.from({ length: steps }, () => 1e-3),
      );
      return (performance.now() - start) / 1000 / steps;
    };
    await seconds(1); // fills caches, compiles shaders
    let fastest = await seconds(1);
    for (let i = 1; i < TIMED_CALLS && performance.now() < deadline; i++) {
      fastest = Math.min(fastest, await seconds(Math.max(1, Math.min(STEPS_PER_CALL, Math.floor(0.1 / fastest)))));
    }
    return (graph.batch * graph.timeSteps) / fastest;
  } finally {
    await engine.dispose();
  }
}

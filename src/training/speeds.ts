import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { env } from 'onnxruntime-node';
import packageJson from '../../package.json' with { type: 'json' };
import { writeFileAtomically } from '../base/atomicFile.ts';
import { initialParameters } from '../lstm/initialise.ts';
import { OnnxEngine } from './onnxEngine.ts';
import type { Plan } from './plan.ts';

/** Timing a machine may take so long in all, warm-up included; whatever is slower is estimated from what is known. */
const MILLISECONDS = 1000;
const TIMED_STEPS = 3;
const FILE = 'speeds.json';

type Network = Pick<Plan, 'shape' | 'graph'>;

/**
 * Training speeds of networks on this machine, in characters per second: timed once per machine, engine and version,
 * and kept in a file.
 */
export class Speeds {
  readonly #threads: number;
  readonly #path: string | undefined;
  readonly #deadline = performance.now() + MILLISECONDS;
  readonly #known: Record<string, number>;
  /** The last one that was timed here: FLOP per second, for estimates. */
  #work: number | undefined;

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

  /** Ask for small networks first: they tell how long larger ones would take. */
  async of(network: Network): Promise<number> {
    const key = this.#keyOf(network);
    const kept = this.#known[key];
    if (kept !== undefined) {
      this.#work = kept * flopsPerCharacter(network);
      return kept;
    }
    const work = flopsPerCharacter(network);
    const { batch, timeSteps } = network.graph;
    const expected = this.#work === undefined ? 0 : (2 * batch * timeSteps * work * 1000) / this.#work;
    if (performance.now() + expected > this.#deadline) return (this.#work ?? 0) / work;
    const speed = await speedOf(network, this.#threads, this.#deadline);
    this.#work = speed * work;
    this.#known[key] = speed;
    await this.#write();
    return speed;
  }

  /** Speeds of alphabets of nearly one size are one. */
  #keyOf({ shape, graph }: Network): string {
    const vocabulary = Math.round(4 * Math.log2(shape.vocabulary));
    return [
      cpus()[0]?.model.trim(),
      `${cpus().length} cores`,
      `${this.#threads} threads`,
      `onnxruntime ${env.versions.node}`,
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
    const isSpeed = ([, speed]: [string, unknown]) => typeof speed === 'number' && speed > 0 && Number.isFinite(speed);
    return Object.fromEntries(Object.entries(stored as object).filter(isSpeed));
  } catch {
    return {};
  }
}

/** Forward, and twice that backward: 2 FLOP per weight and character each. */
function flopsPerCharacter({ shape: { hidden, layers, vocabulary } }: Network): number {
  return 6 * (4 * hidden ** 2 * (2 * layers - 1) + hidden * vocabulary);
}

/** Characters per second of some training steps on made-up text. */
async function speedOf({ shape, graph }: Network, threads: number, deadline: number): Promise<number> {
  const engine = await OnnxEngine.create({ shape, graph, threads, parameters: initialParameters(shape, 0) });
  try {
    const positions = graph.batch * graph.timeSteps;
    const ids = Int32Array.from({ length: positions }, (_, i) => (i * 7) % shape.vocabulary);
    const seconds = async () => {
      const start = performance.now();
      await engine.steps([{ inputs: ids, targets: ids }], [1e-3]);
      return (performance.now() - start) / 1000;
    };
    let fastest = await seconds(); // the first one fills caches
    for (let i = 0; i < TIMED_STEPS && performance.now() < deadline; i++) fastest = Math.min(fastest, await seconds());
    return positions / fastest;
  } finally {
    await engine.dispose();
  }
}

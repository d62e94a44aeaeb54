import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { random } from '../../src/base/random.ts';
import { readCheckpoint } from '../../src/lstm/checkpoint.ts';
import { readModelFile } from '../../src/lstm/modelFile.ts';
import type { TrainerState } from '../../src/protocol/trainerState.ts';
import type { TrainingRequest } from '../../src/protocol/training.ts';
import { storageIn } from '../../src/training/client.ts';
import type { Said } from './victim.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** When a process is killed: so long after something has happened. */
interface Aim {
  readonly after: 'start' | 'corpus' | 'training' | 'writing' | 'stop' | 'candidate' | 'swap';
  readonly milliseconds: number;
  /** After it has happened so many times. */
  readonly times?: number;
}

/** What came of a round. */
export interface Round {
  /** The last thing that had happened, or `end`: it was not killed in time. */
  readonly stage: string;
  /** Whether it was killed while a model was being written or put in the place of the live one, or just after. */
  readonly isAtSwap: boolean;
  /** Seconds of training that the checkpoint did not have. */
  readonly lost: number;
  /** Times the live model was read meanwhile, whole each time. */
  readonly reads: number;
}

const OPTIONS: TrainingRequest['options'] = {
  recipe: 'default',
  budget: { minutes: 0.05 },
  hidden: 16,
  layers: 1,
  threads: 1,
  seed: 1,
};
/** A few rounds go on until checkpoints are far apart. */
const LONG = { every: 17, minutes: 0.75, milliseconds: 40_000 };
const READ_MILLISECONDS = 20;
/** From the last change of a model's files to the kill: it is done in a few. */
const SWAP_MILLISECONDS = 20;

/** A workspace and a storage folder on which processes train that are killed. */
export class Killing {
  readonly #folder = mkdtempSync(join(tmpdir(), 'inkling-kill-'));
  readonly #workspace = join(this.#folder, 'workspace');
  readonly #storage = join(this.#folder, 'storage');
  readonly #files = storageIn(this.#storage);

  constructor() {
    cpSync(join(root, 'node_modules', 'preact', 'src'), this.#workspace, { recursive: true });
  }

  /**
   * Begins a training, or resumes the one that was killed before, and kills it.
   *
   * @throws Error when it cannot be resumed, or what lies on the disk is not whole
   */
  async round(index: number, seed: number): Promise<Round> {
    const isLong = index % LONG.every === LONG.every - 1;
    const aim = isLong
      ? ({ after: 'training', milliseconds: LONG.milliseconds } as const)
      : aimOf(random(seed + index));
    // Where none is live, each better model becomes it: there are several swaps.
    if (aim.after === 'swap') rmSync(this.#files.model, { force: true });
    const wasLive = existsSync(this.#files.model);
    const { said, reads, isAtSwap } = await this.#run(aim, isLong ? LONG.minutes : OPTIONS.budget);
    const last = said.at(-1);
    if (last?.what === 'outcome' && last.type !== 'done') throw new Error(`${last.type}: ${last.message}`);
    const isLive = existsSync(this.#files.model);
    if ((wasLive || said.some(({ what }) => what === 'live')) && !isLive) throw new Error('The live model is gone.');
    return { stage: stageOf(said), isAtSwap, lost: await this.#lost(said), reads };
  }

  /** Lets a training come to its end; what is left of others then, though they are long over. */
  async leftovers(): Promise<string[]> {
    const old = new Date(Date.now() - 600_000);
    for (const name of this.#temporaries()) utimesSync(join(this.#storage, name), old, old);
    const { said } = await this.#run(undefined, OPTIONS.budget);
    const last = said.at(-1);
    if (last?.what !== 'outcome' || last.type !== 'done') throw new Error(`It ends with ${JSON.stringify(last)}.`);
    await readModelFile(this.#files.model);
    return [...this.#temporaries(), ...(existsSync(this.#files.unfinished) ? ['training.unfinished'] : [])];
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(aim: Aim | undefined, budget: number | TrainingRequest['options']['budget']) {
    await mkdir(this.#storage, { recursive: true });
    const request: TrainingRequest = {
      run: '20260101000000000-abcd',
      folders: [this.#workspace],
      // As the extension does.
      beginning: existsSync(this.#files.unfinished) ? 'resume' : 'new',
      options: { ...OPTIONS, budget: typeof budget === 'number' ? { minutes: budget } : budget },
      scan: {},
      storage: this.#storage,
      cache: join(this.#folder, 'cache'),
      tensorflowFolders: [],
    };
    const child = spawn(process.execPath, [join(root, 'test', 'soak', 'victim.ts'), JSON.stringify(request)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: Said[] = [];
    let complaints = '';
    let timer: NodeJS.Timeout | undefined;
    let times = 0;
    let changedAt = Number.NEGATIVE_INFINITY;
    let isAtSwap = false;
    const kill = () => {
      isAtSwap = performance.now() - changedAt < SWAP_MILLISECONDS;
      child.kill('SIGKILL');
    };
    const happened = (what: Aim['after']) => {
      if (aim?.after === what && ++times >= (aim.times ?? 1)) timer ??= setTimeout(kill, aim.milliseconds);
    };
    const [model, candidate] = [this.#files.model, this.#files.candidate].map((path) => basename(path)) as [
      string,
      string,
    ];
    const watcher = watch(this.#storage, (_, name) => {
      if (name?.endsWith('.tmp')) happened('writing');
      if (name?.includes(model) || name?.includes(candidate)) changedAt = performance.now();
      if (name === candidate) happened('candidate');
      if (name === model) happened('swap');
    });
    const reader = this.#readMeanwhile();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    happened('start');
    for await (const line of createInterface(child.stdout)) {
      const one = parsed(line);
      if (one === undefined) continue; // cut off
      said.push(one);
      if (one.what === 'corpus') happened('corpus');
      if (one.what === 'event' && one.type === 'progress') happened('training');
      if (one.what === 'event' && one.type === 'stop') happened('stop');
    }
    clearTimeout(timer);
    watcher.close();
    const reads = await reader.stop();
    if (complaints !== '') throw new Error(complaints);
    return { said, reads, isAtSwap };
  }

  /** Reads the live model again and again, as another window does. */
  #readMeanwhile() {
    let reads = 0;
    let isOver = false;
    const read = async () => {
      while (!isOver) {
        if (existsSync(this.#files.model)) {
          await readModelFile(this.#files.model);
          reads++;
        }
        await new Promise((resolve) => setTimeout(resolve, READ_MILLISECONDS));
      }
      return reads;
    };
    const over = read();
    over.catch(() => {}); // told by stop
    return {
      stop: () => {
        isOver = true;
        return over;
      },
    };
  }

  /** What was trained in this sitting, or before, and is not in the checkpoint; all files that are there are whole. */
  async #lost(said: readonly Said[]): Promise<number> {
    for (const file of [this.#files.model, this.#files.candidate]) if (existsSync(file)) await readModelFile(file);
    const seconds = said.flatMap((one) => (one.what === 'event' ? (one.seconds ?? []) : []));
    if (!existsSync(this.#files.checkpoint)) {
      if (existsSync(this.#files.unfinished)) throw new Error('A training is to be resumed, and has no checkpoint.');
      return 0;
    }
    const { trainer } = await readCheckpoint(this.#files.checkpoint);
    return Math.max(0, (seconds.at(-1) ?? 0) - (trainer as TrainerState).progress.seconds);
  }

  #temporaries(): string[] {
    return readdirSync(this.#storage).filter((name) => name.endsWith('.tmp'));
  }
}

function aimOf(uniform: () => number): Aim {
  const aims = ['start', 'corpus', 'training', 'writing', 'writing', 'stop', 'candidate', 'swap', 'swap'] as const;
  const longest = { start: 1500, corpus: 300, training: 3000, writing: 15, stop: 300, candidate: 10, swap: 3 };
  const after = aims[Math.floor(uniform() * aims.length)]!;
  // A write makes several changes to the folder, and a training without a live model swaps a few times.
  const most = { start: 1, corpus: 1, training: 1, writing: 30, stop: 1, candidate: 1, swap: 3 };
  const times = 1 + Math.floor(uniform() * most[after]);
  return { after, milliseconds: uniform() * longest[after], times };
}

function stageOf(said: readonly Said[]): string {
  const last = said.findLast(({ what }) => what !== 'baselines');
  if (last === undefined) return 'start';
  if (last.what === 'outcome') return 'end';
  return last.what === 'event' ? last.type : last.what;
}

function parsed(line: string): Said | undefined {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return undefined;
  }
}

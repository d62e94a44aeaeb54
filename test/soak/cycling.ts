import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../../src/base/random.ts';
import { CompletionClient } from '../../src/completion/worker/client.ts';
import type { TrainingOutcome, TrainingRequest } from '../../src/protocol/training.ts';
import { storageIn, TrainingClient } from '../../src/training/client.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FILES = 12;
/** Requests between two edits of open documents that the memory is told of. */
const EDITED_EVERY = 10;

/** What runs in the workers for long, over a small workspace. Each function returns resident memory after every cycle. */
export class Cycling {
  readonly #folder = mkdtempSync(join(tmpdir(), 'inkling-cycles-'));
  readonly #workspace = join(this.#folder, 'workspace');
  readonly #storage = join(this.#folder, 'storage');

  constructor() {
    mkdirSync(this.#workspace);
    for (let index = 0; index < FILES; index++) writeFileSync(join(this.#workspace, `f${index}.ts`), textOf(index));
  }

  /** Runs in one training worker, each stopped when it has begun. */
  async runs(count: number): Promise<number[]> {
    const memory: number[] = [];
    const worker = this.#trainingWorker();
    for (let cycle = 0; cycle < count; cycle++) {
      expectDone(await worker.runAndStop());
      memory.push(process.memoryUsage.rss());
    }
    await worker.dispose();
    return memory;
  }

  /** Training workers, each with a run that is stopped when it has begun. */
  async restarts(count: number): Promise<number[]> {
    const memory: number[] = [];
    for (let cycle = 0; cycle < count; cycle++) {
      const worker = this.#trainingWorker();
      expectDone(await worker.runAndStop());
      await worker.dispose();
      memory.push(process.memoryUsage.rss());
    }
    return memory;
  }

  /** Requests to one completion worker with model and memory, in a document that is edited at random. */
  async requests(count: number, seed: number): Promise<number[]> {
    const trainer = this.#trainingWorker();
    expectDone(await trainer.runAndStop());
    await trainer.dispose();
    const memory: number[] = [];
    let death: Error | undefined;
    const client = new CompletionClient(join(root, 'dist', 'completionWorker.js'), (error) => {
      death = error;
    });
    await client.remote.load(storageIn(this.#storage).model);
    await client.remote.indexWorkspace({ folders: [this.#workspace], scan: {}, maximum: 1_000_000 });
    const uniform = random(seed);
    const pick = (below: number) => Math.floor(uniform() * below);
    let text = textOf(0);
    for (let request = 0; request < count; request++) {
      const at = pick(text.length + 1);
      const inserted = uniform() < 0.9 ? textOf(pick(FILES)).slice(0, pick(20)) : '\u{1f600}\ud800\0\r\n';
      text = (text.slice(0, at) + inserted + text.slice(at + pick(22))).slice(-20_000);
      const path = `f${pick(3)}.ts`;
      if (request % EDITED_EVERY === 0) void client.remote.edit({ path, text, isFile: true });
      const answer = client.remote.complete({
        id: request,
        document: `file:///${path}`,
        path,
        before: text.slice(0, at),
        after: text.slice(at),
        beginning: '',
        maxLength: 60,
        multiline: true,
        minimumProbability: 0.3,
        wrongCost: 0.1,
        trigger: 'automatic',
        typedPast: [],
        acceptanceRate: 0.5,
      });
      // Now and then somebody types on before the answer comes.
      if (uniform() < 0.1) void client.remote.cancel(request);
      await answer;
      memory.push(process.memoryUsage.rss());
    }
    await client.dispose();
    if (death !== undefined) throw death;
    return memory;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #trainingWorker() {
    let onStart = () => {};
    const client = new TrainingClient(join(root, 'dist', 'trainingWorker.js'), {
      onReading: () => {},
      onCorpus: () => {},
      onEvent: ({ type }) => {
        if (type === 'start') onStart();
      },
      onLive: () => {},
    });
    const request: TrainingRequest = {
      run: '20260101000000000-abcd',
      folders: [this.#workspace],
      beginning: 'new',
      options: { recipe: 'default', budget: { minutes: 1 }, hidden: 16, layers: 1, threads: 1, seed: 1 },
      scan: {},
      storage: this.#storage,
      cache: join(this.#folder, 'cache'),
      tensorflowFolders: [],
    };
    return {
      runAndStop: async (): Promise<TrainingOutcome> => {
        onStart = () => void client.remote.end('stop');
        return client.remote.run(request);
      },
      dispose: () => client.dispose(),
    };
  }
}

function expectDone(outcome: TrainingOutcome): void {
  if (outcome.type !== 'done') throw new Error(`A run ended with ${JSON.stringify(outcome)}.`);
}

function textOf(index: number): string {
  return Array.from(
    { length: 40 },
    (_, line) => `export const value${index}x${line} = compute(${line}, 'name of ${index}');\n`,
  ).join('');
}

import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { TrainingController } from '../../../../src/editor/training/trainingController.ts';
import type { TrainingListener } from '../../../../src/protocol/training.ts';
import type { TrainingEvent } from '../../../../src/protocol/trainingEvents.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const worker = vi.hoisted(() => ({ listener: undefined as TrainingListener | undefined }));

vi.mock('../../../../src/training/client.ts', async (original) => ({
  ...(await original<object>()),
  TrainingClient: class {
    constructor(_file: string, listener: TrainingListener) {
      worker.listener = listener;
    }
  },
}));

vi.mock('vscode', () => ({
  env: { language: 'en' },
  EventEmitter: class {
    event = () => ({ dispose: () => {} });
    fire() {}
    dispose() {}
  },
  workspace: { getConfiguration: () => ({ get: () => undefined }) },
}));

const SAMPLE = 'const whatTheNetworkWrote = 1;';
const AT = { step: 10, epochs: 0.5, elapsedSeconds: 3 };
const EVENTS: readonly TrainingEvent[] = [
  {
    type: 'start',
    recipe: 'default',
    engine: 'onnx',
    device: 'cpu',
    threads: 1,
    hidden: 64,
    layers: 1,
    batch: 8,
    timeSteps: 32,
    learningRate: 0.01,
    dropout: 0,
    parameters: 1000,
    vocabulary: 50,
    trainCharacters: 9000,
    heldOutCharacters: 1000,
    resumed: false,
    ...AT,
  },
  { type: 'evaluation', heldOutBitsPerCharacter: 2.125, best: true, sample: SAMPLE, ...AT },
];

describe('The log of a training', () => {
  const lines: unknown[][] = [];
  const write = (...line: unknown[]) => void lines.push(line);

  beforeEach(async () => {
    lines.length = 0;
    const storage = join(await folderWith({}), 'storage');
    new TrainingController({
      workerFile: '',
      storage,
      cache: storage,
      tensorflow: { folders: () => [] } as never,
      log: { info: write, warn: write, error: write } as unknown as LogOutputChannel,
    });
  });

  it('has the figures of each measurement, and nothing of what the network wrote then', () => {
    for (const event of EVENTS) worker.listener!.onEvent(event);
    const written = JSON.stringify(lines);
    expect(written).toContain('2.125 bits per character');
    expect(written).toContain('"elapsedSeconds":3');
    expect(written).not.toContain(SAMPLE);
  });

  it('has counts of what was read, and no names of files', () => {
    worker.listener!.onCorpus({
      folders: ['/a'],
      files: 12,
      heldOutFiles: 1,
      bytes: 100,
      characters: 90,
      vocabulary: [],
      rarerCharacters: 0,
      languages: [],
      excluded: { binary: 1 },
      scrubbed: {},
      excludedNames: { binary: ['pictures/of-someone.png'] },
    });
    expect(JSON.stringify(lines)).toContain('12 files');
    expect(JSON.stringify(lines)).not.toContain('of-someone');
  });
});

import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { TrainingController } from '../../../../src/editor/training/trainingController.ts';
import type { TrainingListener } from '../../../../src/protocol/training.ts';
import { evaluation, START } from '../../../support/trainingEvents.ts';
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

vi.mock('vscode', () => import('../../../support/fakeVscode.ts'));

const SAMPLE = 'const whatTheNetworkWrote = 1;';

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
    for (const event of [START, evaluation(30, 2.125, SAMPLE)]) worker.listener!.onEvent(event);
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

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setOption, threadsOf, trainingOptions, trainingSettings } from '../../../../src/editor/settings/settings.ts';

const user = new Map<string, unknown>();
const workspace = new Map<string, unknown>();
const refused = vi.hoisted(() => ({ message: '' }));

vi.mock('vscode', async () => ({
  ...(await import('../../../support/fakeVscode.ts')),
  workspace: {
    getConfiguration: () => ({
      get: (key: string) => workspace.get(key) ?? user.get(key),
      inspect: (key: string) => ({ globalValue: user.get(key), workspaceValue: workspace.get(key) }),
      update: async (key: string, value: unknown, target: number) => {
        if (refused.message !== '') throw new Error(refused.message);
        (target === 1 ? user : workspace).set(key, value);
      },
    }),
  },
}));

describe('the settings for training', () => {
  beforeEach(() => {
    user.clear();
    workspace.clear();
    refused.message = '';
  });

  it('leave to Inkling what is 0', () => {
    expect(trainingSettings().options).toMatchObject({ recipe: 'default', budget: { minutes: 5 }, hidden: undefined });
    user.set('training.learningRate', 0.004);
    user.set('training.hidden', 192);
    expect(trainingSettings().options).toMatchObject({ learningRate: 0.004, hidden: 192, layers: undefined });
  });

  it('take fewer threads where they cannot have a lower priority, and never all of several', () => {
    expect([1, 2, 4, 16].map((cores) => threadsOf(0, cores, 'linux'))).toEqual([1, 1, 2, 8]);
    expect([1, 2, 4, 16].map((cores) => threadsOf(0, cores, 'darwin'))).toEqual([1, 1, 1, 5]);
    expect([1, 2, 4, 16].map((cores) => threadsOf(16, cores, 'win32'))).toEqual([1, 1, 3, 15]);
  });

  it('are changed where they are set, otherwise for the user', async () => {
    workspace.set('training.hidden', 64);
    expect(await setOption('hidden', 256)).toBeUndefined();
    expect(await setOption('recipe', 'classic')).toBeUndefined();
    expect([...workspace]).toEqual([['training.hidden', 256]]);
    expect([...user]).toEqual([['training.recipe', 'classic']]);
    expect(trainingOptions()).toMatchObject({ hidden: 256, recipe: 'classic', minutes: 5, bounds: {} });
  });

  it('are not changed to what they cannot be', async () => {
    expect(await setOption('hidden', -1)).toMatch(/whole number/);
    expect([...user]).toEqual([]);
  });

  it('say why they could not be written', async () => {
    refused.message = 'Unable to write into user settings.';
    expect(await setOption('minutes', 1)).toBe('Unable to write into user settings.');
  });
});

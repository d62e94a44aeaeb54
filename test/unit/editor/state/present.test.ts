import { describe, expect, it, vi } from 'vitest';
import type { ModelState } from '../../../../src/editor/models/models.ts';
import type { AppState } from '../../../../src/editor/state/appState.ts';
import { present } from '../../../../src/editor/state/present.ts';

vi.mock('vscode', () => import('../../../support/fakeVscode.ts'));

const EMPTY: AppState = {
  training: { type: 'idle' },
  failure: undefined,
  model: { type: 'none' },
  hasOwnModel: false,
  modelProblem: undefined,
  changedPart: 0,
  indexed: undefined,
  notices: [],
  isSupported: true,
  hasFolder: true,
  hasRuns: false,
  hasSavings: false,
  areCompletionsEnabled: true,
};
/** The card is only passed on. */
const READY = { type: 'ready', card: {}, origin: { type: 'trained' } } as ModelState;
const TRAINED: AppState = { ...EMPTY, model: READY, hasOwnModel: true, indexed: 1000, hasRuns: true };
const TRAINING: AppState['training'] = {
  type: 'training',
  fraction: 0.429,
  remainingSeconds: 61.2,
  trainBits: 2.5,
  heldOutBits: undefined,
};

const STATES: readonly [string, AppState, Partial<ReturnType<typeof present>>][] = [
  ['nothing', EMPTY, { phase: 'empty', statusText: '$(circle-outline) Inkling', sentence: 'nothing learnt yet' }],
  ['no folder', { ...EMPTY, hasFolder: false }, { phase: 'no-folder', commands: ['showLog'] }],
  [
    'a workspace that is not trusted',
    { ...EMPTY, model: { type: 'untrusted' }, isSupported: false },
    {
      phase: 'restricted',
      statusText: '$(shield) Inkling',
      actions: [{ command: 'workbench.trust.manage', title: 'Manage Trust' }],
    },
  ],
  [
    'figures of what was saved, and nothing else',
    { ...EMPTY, hasSavings: true },
    { commands: ['train', 'import', 'showLog', 'replay', 'forget'] },
  ],
  ['memories alone', { ...EMPTY, indexed: 1000 }, { statusText: '$(bookmark) Inkling', phase: 'empty' }],
  [
    'a platform without the LSTM',
    { ...EMPTY, indexed: 1000, isSupported: false },
    { phase: 'unsupported', actions: [], commands: ['showLog', 'forget', 'replay'] },
  ],
  [
    'a training',
    { ...TRAINED, training: TRAINING },
    {
      phase: 'training',
      statusText: '$(flame) 42% 1:02 · 2.50 b/c',
      sentence: 'learning the workspace, 42 % done',
      actions: [],
    },
  ],
  ['a paused training', { ...TRAINED, training: { type: 'paused' } }, { phase: 'paused', isWarning: false }],
  ['a model', TRAINED, { phase: 'trained', statusText: '$(pencil) Inkling', sentence: 'ready', actions: [] }],
  [
    'a model of long ago',
    { ...TRAINED, changedPart: 0.25 },
    {
      statusText: '$(history) Inkling',
      sentence: 'ready, but 25 % of the files have changed since training',
      actions: [{ command: 'inkling.continueTraining', title: 'Continue Training' }],
    },
  ],
  ['completions that are off', { ...TRAINED, areCompletionsEnabled: false }, { statusText: '$(circle-slash) Inkling' }],
  [
    'a broken model',
    { ...EMPTY, model: { type: 'broken', message: 'It is cut off.' }, hasOwnModel: true },
    { phase: 'failed', statusText: '$(warning) Inkling', sentence: 'It is cut off.', isWarning: true },
  ],
  [
    'a named model that does not serve',
    { ...TRAINED, modelProblem: 'It is missing.' },
    { phase: 'trained', statusText: '$(warning) Inkling', isWarning: true },
  ],
  ['a training that failed', { ...TRAINED, failure: 'The disk is full.' }, { phase: 'failed', isWarning: false }],
];

describe('Of each state', () => {
  it.each(STATES)('one thing is shown everywhere: %s', (_, state, expected) => {
    expect(present(state)).toMatchObject(expected);
  });

  it.each(STATES)('menus and the page offer the same: %s', (_, state) => {
    const { commands, contextKeys } = present(state);
    if (commands.includes('resume')) expect(contextKeys['inkling.paused']).toBe(true);
    if (commands.includes('stop')) expect(contextKeys['inkling.training'] || contextKeys['inkling.paused']).toBe(true);
    if (commands.includes('continue')) expect(contextKeys['inkling.hasOwnModel']).toBe(true);
    if (commands.includes('replay')) expect(state.model.type).not.toBe('untrusted');
    if (commands.includes('train')) expect(contextKeys['inkling.training']).toBe(false);
    expect(new Set(commands).size).toBe(commands.length);
  });
});

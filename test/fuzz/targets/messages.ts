import { join } from 'node:path';
import { createBirpc } from 'birpc';
import fc from 'fast-check';
import { giveWay } from '../../../src/base/pace.ts';
import { type CallsOf, messageOrNothing, resolverOf } from '../../../src/base/rpcMessage.ts';
import { fromWire, toWire } from '../../../src/dashboard/wireFormat.ts';
import { Recorder } from '../../../src/editor/runs/recorder.ts';
import { newRunId, Runs } from '../../../src/editor/runs/runs.ts';
import { COMPLETION_CALLS as COMPLETION, type CompletionService } from '../../../src/protocol/completion.ts';
import type { CorpusDetails } from '../../../src/protocol/corpus.ts';
import { type Host, PAGE_CALLS } from '../../../src/protocol/page.ts';
import { REPLAY_CALLS, REPLAY_NEWS, type ReplayListener, type ReplayService } from '../../../src/protocol/replay.ts';
import {
  TRAINING_CALLS as TRAINING,
  TRAINING_NEWS,
  type TrainingListener,
  type TrainingService,
} from '../../../src/protocol/training.ts';
import type { TrainingEvent } from '../../../src/protocol/trainingEvents.ts';
import { BASELINES, evaluation, progress, START } from '../../support/trainingEvents.ts';
import { folderForNow } from '../folder.ts';
import { altered, clonable, json } from '../json.ts';
import type { Target } from '../target.ts';

/** Calls as they should be, of each function one. */
type Calls<T> = { readonly [K in keyof T]: T[K] extends (...args: infer A) => unknown ? A : never };

const place = { document: 'file:///a.ts', path: 'a.ts', before: 'const ' };
const wish = {
  ...{ ...place, after: '', maxLength: 120, minimumProbability: 0.3, multiline: true },
  ...{ wrongCost: 0.2, trigger: 'automatic' as const },
};
const document = { path: 'a.ts', text: 'const a = 1;\n' };
const scan = { exclude: ['*.md'], maxFileBytes: 1000 };

const completionCalls: Calls<CompletionService> = {
  load: ['/model.onnx'],
  unload: [],
  appraise: [{ path: '/model.onnx', folders: ['/a'], scan }],
  adopt: [{ source: '/model.onnx', target: '/s/model.onnx', digest: '00ff' }],
  exportWithCard: [{ source: '/s/model.onnx', target: '/model.onnx', locale: 'en' }],
  indexWorkspace: [{ folders: ['/a'], scan, maximum: 1000 }],
  refresh: [],
  edit: [{ ...document, isFile: true }],
  closeText: ['a.ts'],
  complete: [
    {
      ...{ ...wish, id: 1, beginning: '' },
      ...{ typedPast: [{ text: 'a = 1', characters: [0.9, 1, 1, 1, 0.5] }], acceptanceRate: 0.5 },
    },
  ],
  warm: [place],
  cancel: [1],
  close: ['file:///a.ts'],
  next: [wish],
  trace: [{ ...place, text: 'a' }],
  character: [3],
  unit: [{ layer: 0, unit: 1 }],
  units: [document],
  unitsThatFollow: ['quotes', document],
  surprisingParts: [document],
  generate: [{ prompt: '', temperature: 0.5, length: 10, seed: 1 }],
  survey: [{ folders: ['/a'], scan: { ...scan, maxCorpusBytes: 1000 }, learnt: '/learnt.json' }],
};

const trainingCalls: Calls<TrainingService> = {
  run: [
    {
      run: 'a',
      folders: ['/a'],
      beginning: 'new',
      options: { recipe: 'default', budget: { minutes: 5 }, hidden: 16, engine: 'auto', threads: 1, seed: 1 },
      scan: { ...scan, maxCorpusBytes: 1000 },
      storage: '/s',
      cache: '/c',
      tensorflowFolders: [],
    },
  ],
  end: ['stop'],
  devices: [[], 1],
};

const details: CorpusDetails = {
  folders: ['/a'],
  files: 2,
  heldOutFiles: 1,
  bytes: 100,
  characters: 90,
  vocabulary: [{ character: 'e', count: 9 }],
  rarerCharacters: 0,
  languages: [{ name: '.ts', files: 2, characters: 90 }],
  excluded: { binary: 2 },
  scrubbed: {},
  excludedNames: { binary: ['a.png', 'b.png'] },
};

const EVENTS: readonly TrainingEvent[] = [
  {
    type: 'engines',
    engines: [
      {
        engine: 'onnx',
        device: 'cpu',
        title: 'ONNX',
        charactersPerSecond: undefined,
        problem: undefined,
        chosen: true,
      },
    ],
  },
  START,
  { ...progress(3), gradientNorm: Number.NaN },
  evaluation(3, 2),
  { type: 'checkpoint', path: '/c' },
  { type: 'rollback', step: 3, learningRateScale: 0.5, attempt: 1 },
  { type: 'engine-replaced', step: 2, reason: 'gone' },
  { type: 'stop', reason: 'budget' },
  BASELINES,
  { type: 'measuring', fraction: 0.5 },
];

const pageCalls: Calls<Host> = {
  ready: [],
  run: ['train'],
  setOption: ['minutes', 5],
  curve: ['20250101000001000-00ff'],
  renameRun: ['20250101000001000-00ff', 'Mine'],
  deleteRun: ['20250101000001000-00ff'],
  save: ['a.csv', 'a,b\n', 'utf8'],
  generate: [{ prompt: 'a', temperature: 0.7, length: 400 }],
  show: [['run', 'curves']],
  character: [3],
  unit: [{ layer: 0, unit: 1 }],
  units: [],
  unitsThatFollow: ['quotes'],
  setSurprisalShown: [true],
  excludedFiles: ['binary'],
  cancelReplay: [],
};

const replayCalls: Calls<ReplayService> = {
  replay: [
    {
      ...{ folder: { path: '/a', name: 'a', exclude: ['*.md'] }, scan, maximum: 1000, commits: 50, characters: 5000 },
      ...{ maxLength: 120, minimumProbability: 0.3, multiline: true },
      ...{ offered: { '.ts': true, makefile: false }, othersOffered: false },
      ...{ model: { path: '/model.onnx', learnt: '/learnt.json' }, temporary: '/s/replay' },
    },
  ],
  cancel: [],
  giveWay: [],
};

/** Messages that are calls, that were calls, or that are anything. */
function messages(whole: readonly { readonly a: readonly unknown[] }[], values: fc.Arbitrary<unknown>) {
  const strangeNames = ['constructor', 'valueOf', '__proto__', '__defineGetter__', 'toString', 'shutDown', 'then', ''];
  return fc.oneof(
    fc.constantFrom(...whole).chain((message) => altered(message, values)),
    fc.constantFrom(...whole).chain((message) => altered(message.a, values).map((a) => ({ ...message, a }))),
    fc.record({ t: fc.constant('q'), m: fc.constantFrom(...strangeNames), a: fc.array(values), i: fc.string() }),
    values,
    fc.constantFrom<unknown>(...whole, null, undefined, { t: 's', i: 'id', e: null }, { e: { message: 5 } }),
  );
}

interface Wire<T extends object> {
  readonly name: string;
  readonly calls: readonly [name: string, args: readonly unknown[]][];
  readonly declared: CallsOf<T>;
  /** What a call that gets through does. */
  readonly called: (name: string, args: readonly unknown[]) => void;
  /** What can come. */
  readonly values: fc.Arbitrary<unknown>;
  readonly deserialize?: (message: unknown) => unknown;
}

/** Whatever is posted, the receiving end does not throw, and a call that should be there is answered. */
function targetOf<T extends object>({
  name,
  calls,
  declared,
  called,
  values,
  deserialize = (m) => m,
}: Wire<T>): Target {
  const names = new Set(Object.keys(declared));
  const whole = calls.map(([m, a]) => ({ t: 'q', m, a, i: 'id' }));
  return {
    name,
    property: fc.asyncProperty(messages(whole, values), async (message) => {
      let receive: ((message: unknown) => Promise<void>) | undefined;
      const answers: { e?: unknown }[] = [];
      const functions = Object.fromEntries(
        [...names].map((known) => [known, (...args: unknown[]) => called(known, args)]),
      ) as unknown as T;
      createBirpc<object, T>(functions, {
        post: (answer) => void answers.push(structuredClone(answer)),
        on: (listener) => {
          receive = listener as (message: unknown) => Promise<void>;
        },
        serialize: toWire,
        deserialize: (received) => deserialize(messageOrNothing(received)),
        resolver: resolverOf(() => functions, declared),
        timeout: -1,
      });
      await receive!(message);
      await giveWay(); // or the clock that ends it would never be heard
      const isGood = whole.some((one) => one === message);
      if (isGood && (answers.length !== 1 || answers[0]!.e !== undefined)) throw new Error('A good call was refused.');
    }),
  };
}

const entries = (calls: object) => Object.entries(calls) as [string, readonly unknown[]][];

export const fromPage: Target = targetOf<Host>({
  name: 'messages of the page',
  calls: entries(pageCalls),
  declared: PAGE_CALLS,
  called: () => {},
  values: json,
  deserialize: fromWire,
});

export const toCompletion: Target = targetOf<CompletionService>({
  name: 'requests for completions',
  calls: entries(completionCalls),
  declared: COMPLETION,
  called: () => {},
  values: clonable,
});

export const toTraining: Target = targetOf<TrainingService>({
  name: 'requests for training',
  calls: entries(trainingCalls),
  declared: TRAINING,
  called: () => {},
  values: clonable,
});

export const toReplay: Target = targetOf<ReplayService>({
  name: 'requests for replays',
  calls: entries(replayCalls),
  declared: REPLAY_CALLS,
  called: () => {},
  values: clonable,
});

export const fromReplay: Target = targetOf<ReplayListener>({
  name: 'news of replays',
  calls: [['onProgress', [0.5]]],
  declared: REPLAY_NEWS,
  called: (_, [fraction]) => {
    if (!((fraction as number) >= 0 && (fraction as number) <= 1)) throw new Error(`A part of ${fraction} is done.`);
  },
  values: clonable,
});

/** The recorder makes something of every event that gets through, in any order. */
const recorder = new Recorder(new Runs(join(folderForNow(), 'runs'), () => {}), 'en');
void recorder.expect(newRunId(), { recipe: 'default', budget: { minutes: 5 }, threads: 1, seed: 1 });

export const fromTraining: Target = targetOf<TrainingListener>({
  name: 'news of training',
  calls: [
    ...EVENTS.map((event): [string, readonly unknown[]] => ['onEvent', [event]]),
    ['onReading', [1, 1]],
    ['onCorpus', [details]],
    ['onLive', ['/model.onnx']],
  ],
  declared: TRAINING_NEWS,
  called: (name, [value]) => {
    if (name === 'onEvent') recorder.onEvent(value as TrainingEvent);
    if (name === 'onCorpus') recorder.onCorpus(value as CorpusDetails);
  },
  values: clonable,
});

import {
  type Check,
  either,
  isAmount,
  isBoolean,
  isNumber,
  isText,
  listOf,
  maybe,
  objectOf,
  oneOf,
  wholeNumber,
  within,
} from '../base/checks.ts';
import type { ArgumentChecks } from '../base/rpcMessage.ts';
import { isCorpusDetails } from '../corpus/details.ts';
import { areFolders, isGlobs } from '../corpus/folders.ts';
import type { EngineReport, TrainingEvent, TrainingOptions } from './events.ts';
import type { TrainingListener, TrainingRequest, TrainingService } from './protocol.ts';

const isSize = wholeNumber(1);
const isBudget: Check<TrainingOptions['budget']> = either(
  objectOf<{ minutes: number }>({ minutes: isAmount }),
  objectOf<{ epochs: number }>({ epochs: isAmount }),
);

const isOptions = objectOf<TrainingOptions>({
  recipe: oneOf('default', 'classic'),
  budget: isBudget,
  hidden: maybe(isSize),
  layers: maybe(isSize),
  batch: maybe(isSize),
  timeSteps: maybe(isSize),
  learningRate: maybe(isAmount),
  dropout: maybe(within(0, 1)),
  engine: maybe(oneOf('onnx', 'tensorflow', 'auto')),
  device: maybe(oneOf('cpu', 'gpu', 'auto')),
  threads: isSize,
  seed: isNumber,
});

/** What the training worker may be asked for. */
export const REQUESTS: ArgumentChecks<TrainingService> = {
  run: [
    objectOf<TrainingRequest>({
      run: isText,
      folders: areFolders,
      beginning: oneOf('new', 'resume', 'continue'),
      options: isOptions,
      scan: objectOf<TrainingRequest['scan']>({
        exclude: maybe(isGlobs),
        maxFileBytes: maybe(isAmount),
        maxCorpusBytes: maybe(isAmount),
      }),
      storage: isText,
      cache: isText,
      tensorflowFolders: listOf(isText),
    }),
  ],
  end: [oneOf('stop', 'pause')],
  devices: [listOf(isText), isSize],
};

/** Losses of a training that goes wrong are no finite numbers. */
const isReal: Check<number> = (value) => typeof value === 'number';

type EventOf<T extends TrainingEvent['type']> = Omit<Extract<TrainingEvent, { type: T }>, 'type'>;

const isReport = objectOf<EngineReport>({
  engine: oneOf('onnx', 'tensorflow'),
  device: oneOf('cpu', 'gpu'),
  title: isText,
  charactersPerSecond: maybe(isReal),
  problem: maybe(isText),
  chosen: isBoolean,
});

/** What each event has beside its type. */
const EVENTS: { readonly [T in TrainingEvent['type']]: Check<EventOf<T>> } = {
  engines: objectOf<EventOf<'engines'>>({ engines: listOf(isReport) }),
  'engine-replaced': objectOf<EventOf<'engine-replaced'>>({ step: isReal, reason: isText }),
  start: objectOf<EventOf<'start'>>({
    recipe: oneOf('default', 'classic'),
    engine: isText,
    device: isText,
    threads: isReal,
    hidden: isReal,
    layers: isReal,
    batch: isReal,
    timeSteps: isReal,
    learningRate: isReal,
    dropout: isReal,
    parameters: isReal,
    vocabulary: isReal,
    trainCharacters: isReal,
    heldOutCharacters: isReal,
    resumed: isBoolean,
    step: isReal,
    epochs: isReal,
    elapsedSeconds: isReal,
  }),
  progress: objectOf<EventOf<'progress'>>({
    step: isReal,
    fraction: isReal,
    epochs: isReal,
    trainBitsPerCharacter: isReal,
    learningRate: isReal,
    gradientNorm: isReal,
    charactersPerSecond: isReal,
    elapsedSeconds: isReal,
    remainingSeconds: isReal,
    memory: isReal,
  }),
  evaluation: objectOf<EventOf<'evaluation'>>({
    step: isReal,
    epochs: isReal,
    heldOutBitsPerCharacter: isReal,
    best: isBoolean,
    sample: isText,
    elapsedSeconds: isReal,
  }),
  checkpoint: objectOf<EventOf<'checkpoint'>>({ path: isText }),
  rollback: objectOf<EventOf<'rollback'>>({ step: isReal, learningRateScale: isReal, attempt: isReal }),
  stop: objectOf<EventOf<'stop'>>({ reason: oneOf('budget', 'early-stop', 'interrupted') }),
  baselines: objectOf<EventOf<'baselines'>>({ uniform: isReal, unigram: isReal, brotli: isReal, brotliPart: isReal }),
  measuring: objectOf<EventOf<'measuring'>>({ fraction: isReal }),
};

const hasType = objectOf<{ type: string }>({ type: isText });

const isTrainingEvent: Check<TrainingEvent> = (value): value is TrainingEvent =>
  hasType(value) &&
  Object.hasOwn(EVENTS, value.type) &&
  (EVENTS[value.type as TrainingEvent['type']] as Check<unknown>)(value);

/** What the training worker may tell. */
export const NEWS: ArgumentChecks<TrainingListener> = {
  onReading: [isReal, isReal],
  onCorpus: [isCorpusDetails],
  onEvent: [isTrainingEvent],
  onLive: [isText],
};

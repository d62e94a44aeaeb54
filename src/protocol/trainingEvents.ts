import * as v from 'valibot';
import { Finite, listOf, objectOf, Real } from '../base/schema.ts';
import { Recipe } from './modelCard.ts';

export const EngineName = v.picklist(['onnx', 'tensorflow']);
export type EngineName = v.InferOutput<typeof EngineName>;
export const Device = v.picklist(['cpu', 'gpu']);
export type Device = v.InferOutput<typeof Device>;

/** What is known of a way to compute training steps on this machine. */
const EngineReport = objectOf({
  engine: EngineName,
  device: Device,
  /** For people: "ONNX Runtime 1.27.0". */
  title: v.string(),
  /** It would train the network with so many; undefined where that did not have to be known. */
  charactersPerSecond: v.optional(Real),
  /** Why it is not used, as a part of a sentence; undefined where it works. */
  problem: v.optional(v.string()),
  chosen: v.boolean(),
});
export type EngineReport = v.InferOutput<typeof EngineReport>;

/** What a network has to beat: bits per held-out character of what knows less. */
function baselinesOf<const S extends v.GenericSchema<number>>(bits: S) {
  return objectOf({
    /** log₂ of the vocabulary's size. */
    uniform: bits,
    /** By how often each character occurs in the training text. */
    unigram: bits,
    /** What brotli needs for the held-out text after the training text. */
    brotli: bits,
    /** Part of all the text that brotli was given, 0 to 1. */
    brotliPart: bits,
  });
}

/** Those that are kept, which are numbers. */
export const Baselines = baselinesOf(Finite);
export type Baselines = v.InferOutput<typeof Baselines>;

/** What a trainer tells while it works. Rates are per second, times in seconds, losses in bits per character. */
export const TrainingEvent = v.variant('type', [
  /** Before the start, and whenever an engine has failed and another one taken its place. */
  objectOf({ type: v.literal('engines'), engines: listOf(EngineReport) }),
  /** The engine has failed: back to this step, with another one. What was told of later ones is void. */
  objectOf({ type: v.literal('engine-replaced'), step: Real, reason: v.string() }),
  objectOf({
    type: v.literal('start'),
    recipe: Recipe,
    engine: v.string(),
    device: v.string(),
    threads: Real,
    hidden: Real,
    layers: Real,
    batch: Real,
    timeSteps: Real,
    learningRate: Real,
    dropout: Real,
    parameters: Real,
    vocabulary: Real,
    trainCharacters: Real,
    heldOutCharacters: Real,
    resumed: v.boolean(),
    /** Where a resumed run goes on; what was told of later steps is void. Otherwise 0, as are the next two. */
    step: Real,
    epochs: Real,
    elapsedSeconds: Real,
  }),
  objectOf({
    type: v.literal('progress'),
    step: Real,
    /** Part of the budget that is used up, 0 to 1. */
    fraction: Real,
    epochs: Real,
    /** Mean over the steps since the last progress event. */
    trainBitsPerCharacter: Real,
    learningRate: Real,
    gradientNorm: Real,
    /** Of the steps since the last progress event, without evaluations and checkpoints in between. */
    charactersPerSecond: Real,
    elapsedSeconds: Real,
    remainingSeconds: Real,
    /** Resident memory of this process, bytes. */
    memory: Real,
  }),
  objectOf({
    type: v.literal('evaluation'),
    step: Real,
    epochs: Real,
    heldOutBitsPerCharacter: Real,
    /** Whether this is the best model so far. */
    best: v.boolean(),
    /** Text that the model wrote. */
    sample: v.string(),
    elapsedSeconds: Real,
  }),
  objectOf({ type: v.literal('checkpoint'), path: v.string() }),
  /** The loss was no number: back to this step. What was told of later ones is void. */
  objectOf({ type: v.literal('rollback'), step: Real, learningRateScale: Real, attempt: Real }),
  objectOf({ type: v.literal('stop'), reason: v.picklist(['budget', 'early-stop', 'interrupted']) }),
  /** Some time after the start, perhaps only after the run's end. */
  objectOf({ type: v.literal('baselines'), ...baselinesOf(Real).entries }),
  /** After the last step: how far the measurement on all the held-out files is, 0 to 1. */
  objectOf({ type: v.literal('measuring'), fraction: Real }),
]);
export type TrainingEvent = v.InferOutput<typeof TrainingEvent>;

import * as v from 'valibot';
import { Amount, DateText, Finite, listOf, objectOf, textUpTo, wholeNumber, within } from '../base/schema.ts';

export const MODEL_FORMAT_VERSION = 1;

/** How a model was trained: `classic` is the tutorial's recipe, `default` ours. */
export const Recipe = v.picklist(['default', 'classic']);
export type Recipe = v.InferOutput<typeof Recipe>;

/** Ids that are no characters: *unknown* and the separator. */
export const SPECIAL_IDS = 2;
const LIMITS = { vocabulary: 4098, hidden: 16_384, layers: 64, context: 65_536, bits: 1e6 };
const Name = textUpTo(200);

/** What a model says about itself. It travels in the model file, as ONNX metadata. */
export const ModelCard = objectOf({
  formatVersion: v.literal(MODEL_FORMAT_VERSION),
  /** The character of id `index + 2`; id 0 is *unknown*, id 1 the document separator. */
  vocabulary: listOf(v.string()),
  hyperparameters: objectOf({
    recipe: Recipe,
    layers: wholeNumber(1, LIMITS.layers),
    hidden: wholeNumber(1, LIMITS.hidden),
    /** Number of ids: the characters and two more. */
    vocabulary: wholeNumber(SPECIAL_IDS, LIMITS.vocabulary),
    /** The model is run from zero state on so many last characters; null: on all of the document, state carried. */
    context: v.nullable(wholeNumber(1, LIMITS.context)),
    /** Part of the hidden units that the output layer did not see in training; older models do not say. */
    dropout: v.optional(Amount, 0),
  }),
  corpus: objectOf({
    files: wholeNumber(),
    /** Code points of the documents trained on, headers and separators included. */
    trainCharacters: wholeNumber(),
    heldOutCharacters: wholeNumber(),
  }),
  training: objectOf({
    epochs: Amount,
    seconds: Amount,
    engine: Name,
    device: Name,
    threads: wholeNumber(1),
    seed: Finite,
    /** When training ended, ISO 8601. */
    date: DateText,
    /** Of the Inkling that wrote the model; older models do not say. */
    inklingVersion: v.optional(Name),
  }),
  heldOutBitsPerCharacter: within(0, LIMITS.bits),
});
export type ModelCard = v.InferOutput<typeof ModelCard>;

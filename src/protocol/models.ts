import * as v from 'valibot';
import { type Calls, takes } from '../base/rpcMessage.ts';
import { Finite, objectOf, wholeNumber, within } from '../base/schema.ts';
import { FileLimits, FoldersToRead } from './corpus.ts';
import type { ModelCard } from './modelCard.ts';

/** A model file, and the workspace that it is to serve. */
const AppraisalRequest = objectOf({
  path: v.string(),
  folders: FoldersToRead,
  scan: FileLimits,
});
export type AppraisalRequest = v.InferOutput<typeof AppraisalRequest>;

/** What there is to know of a model before it is used. */
export interface Appraisal {
  readonly card: ModelCard;
  /** SHA-256 of the file, hexadecimal. */
  readonly digest: string;
  /** Undefined where there is no text to compare with. */
  readonly coverage?: Coverage;
}

export interface Coverage {
  /** Characters of the workspace that are not in the vocabulary ÷ all, 0 to 1. */
  readonly unknownPart: number;
  /** Of them, the most frequent that can be shown. */
  readonly examples: readonly string[];
}

/** A model file to be copied, as it was when it was appraised. */
const AdoptionRequest = objectOf({
  source: v.string(),
  target: v.string(),
  digest: v.string(),
});
export type AdoptionRequest = v.InferOutput<typeof AdoptionRequest>;

const ExportRequest = objectOf({
  source: v.string(),
  target: v.string(),
  /** How numbers are written in the card. */
  locale: v.string(),
});
export type ExportRequest = v.InferOutput<typeof ExportRequest>;

/** What the model is to write. */
const GenerationRequest = objectOf({
  prompt: v.string(),
  temperature: within(0, 100),
  /** Characters. */
  length: wholeNumber(0, 1_000_000),
  seed: Finite,
});
export type GenerationRequest = v.InferOutput<typeof GenerationRequest>;

export const MODEL_CALLS = {
  /** Makes a model file the one that serves, without dropping a request; answers with its card. */
  load: takes(v.string()).answers<ModelCard>(),
  unload: takes().answers<void>(),
  /** Looks at a model file, which goes on being just a file. */
  appraise: takes(AppraisalRequest).answers<Appraisal>(),
  /** Copies a model that was appraised. */
  adopt: takes(AdoptionRequest).answers<void>(),
  /** Writes a model and its card, `name.onnx` and `name.md`; answers with the path of the card. */
  exportWithCard: takes(ExportRequest).answers<string>(),
  /** Lets the model write; empty without one. */
  generate: takes(GenerationRequest).answers<string>(),
} as const satisfies Calls;

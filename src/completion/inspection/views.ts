/** A stretch of a document to look into. */
export interface TraceRequest {
  /** Names the document. */
  readonly document: string;
  readonly path: string;
  readonly before: string;
  readonly text: string;
}

/** A character, and how probable it is. */
export interface CharacterProbability {
  readonly character: string;
  readonly probability: number;
}

/** What is expected at a cursor. */
export interface NextCharacter {
  /** The ten most probable, most probable first. */
  readonly top: readonly CharacterProbability[];
  /** Of the whole distribution, bits. */
  readonly entropy: number;
  /** What would be suggested, with the probability of each character given those before; empty: nothing. */
  readonly suggestion: readonly CharacterProbability[];
  /** Of those that have something to say, in the order of their registration. */
  readonly experts: readonly ExpertView[];
}

/** What one expert expects. */
export interface ExpertView {
  readonly id: string;
  /** In the mixture; together 1. */
  readonly weight: number;
  /** The ten most probable, most probable first. */
  readonly top: readonly CharacterProbability[];
  /** Characters before the cursor that the expert has seen before in a row, where it counts contexts. */
  readonly matched?: number;
}

/** A document as it is now. */
export interface DocumentText {
  readonly path: string;
  readonly text: string;
}

/** What happened inside the network while it read a text. Arrays have one number per character (code point). */
export interface Trace {
  readonly characters: readonly string[];
  /** −log₂ of the probability that each character had, bits. */
  readonly surprise: readonly number[];
  readonly layers: number;
  readonly hidden: number;
  /** Means over the units of each layer: [layers][characters]. */
  readonly forget: readonly (readonly number[])[];
  readonly input: readonly (readonly number[])[];
  readonly output: readonly (readonly number[])[];
  /** Mean of |c|. */
  readonly cell: readonly (readonly number[])[];
}

export interface UnitName {
  readonly layer: number;
  readonly unit: number;
}

export interface UnitSummary extends UnitName {
  readonly variance: number;
  readonly mean: number;
}

export interface UnitMatch extends UnitName {
  /** Pearson's. */
  readonly correlation: number;
}

export interface CharacterDetail {
  readonly index: number;
  readonly character: string;
  readonly surprise: number;
  /** What was thought to come here, and what after it: the ten most probable. */
  readonly expected: readonly CharacterProbability[];
  readonly next: readonly CharacterProbability[];
  readonly layers: readonly LayerDetail[];
}

/** Numbers of each unit: i, f, o = σ(z), g = tanh(z), c = f·cBefore + i·g, h = o·tanh(c). */
export type LayerDetail = Readonly<
  Record<'zi' | 'zf' | 'zo' | 'zg' | 'i' | 'f' | 'o' | 'g' | 'cBefore' | 'c' | 'h', readonly number[]>
>;

import * as v from 'valibot';
import { type Calls, takes } from '../base/rpcMessage.ts';
import { objectOf, wholeNumber } from '../base/schema.ts';
import { Place, SuggestionPolicy } from './suggestions.ts';

/** A cursor to look at, and what may be suggested there. */
const NextRequest = objectOf({
  ...Place.entries,
  /** Text behind the cursor, at least its next lines. */
  after: v.string(),
  ...SuggestionPolicy.entries,
});
export type NextRequest = v.InferOutput<typeof NextRequest>;

/** A stretch of a document to look into, behind a place. */
const TraceRequest = objectOf({ ...Place.entries, text: v.string() });
export type TraceRequest = v.InferOutput<typeof TraceRequest>;

/** A document as it is now. */
const DocumentText = objectOf({ path: v.string(), text: v.string() });
export type DocumentText = v.InferOutput<typeof DocumentText>;

export const UnitName = objectOf({ layer: wholeNumber(), unit: wholeNumber() });
export type UnitName = v.InferOutput<typeof UnitName>;

/** What in a text a unit of the network may follow. */
export const Feature = v.picklist(['quotes', 'brackets', 'indentation', 'comments', 'line-position']);
export type Feature = v.InferOutput<typeof Feature>;

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

/** What happened inside the network while it read a text. Arrays have one number per character (code point). */
export interface Trace {
  readonly characters: readonly string[];
  /** −log₂ of the probability that each character had, bits. */
  readonly surprisal: readonly number[];
  readonly layers: number;
  readonly hidden: number;
  /** Means over the units of each layer: [layers][characters]. */
  readonly forget: readonly (readonly number[])[];
  readonly input: readonly (readonly number[])[];
  readonly output: readonly (readonly number[])[];
  /** Mean of |c|. */
  readonly cell: readonly (readonly number[])[];
}

export interface UnitSummary extends UnitName {
  readonly variance: number;
  readonly mean: number;
}

export interface UnitMatch extends UnitName {
  /** Pearson's, over a document. */
  readonly correlation: number;
}

/** Everything about one character of a trace. */
export interface CharacterDetail {
  readonly index: number;
  readonly character: string;
  /** Bits. */
  readonly surprisal: number;
  /** What was thought to come here: the ten most probable. */
  readonly expected: readonly CharacterProbability[];
  /** What was thought to come after it. */
  readonly next: readonly CharacterProbability[];
  /** Values of every unit, by layer. */
  readonly layers: readonly LayerDetail[];
}

/** The five equations' numbers, one per unit: i, f, o = σ(z), g = tanh(z), c = f·cBefore + i·g, h = o·tanh(c). */
export interface LayerDetail {
  /** What enters each gate: W·x + R·h + b. */
  readonly zi: readonly number[];
  readonly zf: readonly number[];
  readonly zo: readonly number[];
  readonly zg: readonly number[];
  readonly i: readonly number[];
  readonly f: readonly number[];
  readonly o: readonly number[];
  readonly g: readonly number[];
  readonly cBefore: readonly number[];
  readonly c: readonly number[];
  readonly h: readonly number[];
}

/** Where in a text something stands that the network did not think of. */
export interface SurprisingPart {
  /** UTF-16 units from the start of the text. */
  readonly start: number;
  readonly end: number;
  /** Surprisal of its most surprising character, bits. */
  readonly bits: number;
}

export const INSPECTION_CALLS = {
  /** At a cursor; undefined without a model, or when a newer request has come. */
  next: takes(NextRequest).answers<NextCharacter | undefined>(),
  /** Looks into the network while it reads a text; undefined as above. */
  trace: takes(TraceRequest).answers<Trace | undefined>(),
  /** The character at an index of the last trace; undefined when it has no such character. */
  character: takes(wholeNumber()).answers<CharacterDetail | undefined>(),
  /** A unit's cell state after each character of the last trace. */
  unit: takes(UnitName).answers<readonly number[]>(),
  /** By the variance of their cell state over a document, largest first. */
  units: takes(DocumentText).answers<readonly UnitSummary[]>(),
  /** By how closely their cell state goes along with a feature of a document. */
  unitsThatFollow: takes(Feature, DocumentText).answers<readonly UnitMatch[]>(),
  /** The words and marks that are improbable in the end of a document; undefined as above. */
  surprisingParts: takes(DocumentText).answers<readonly SurprisingPart[] | undefined>(),
} as const satisfies Calls;

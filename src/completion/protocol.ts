import type { ScanOptions } from '../corpus/scan.ts';
import type { ModelCard } from '../lstm/modelCard.ts';
import type { Suggestion } from './decoder.ts';
import type { Feature } from './features.ts';
import type { Shown } from './filters.ts';
import type { Improbable } from './improbable.ts';
import type { TypedPast } from './suggestion/typedPast.ts';

/** A suggestion as it is to be drawn. */
export type ShownSuggestion = Shown & Pick<Suggestion, 'probability' | 'characters'>;

export interface CompletionRequest {
  /** Names the request, to cancel it. */
  readonly id: number;
  /** Names the document. */
  readonly document: string;
  /** What the model is told that the document is called: relative to the folder learnt. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly maxLength: number;
  readonly minimumProbability: number;
  readonly multiline: boolean;
  /** Keystrokes that it costs to be shown a wrong character. */
  readonly wrongCost: number;
  /** Keystrokes that it costs when the next characters contradict a suggestion. */
  readonly contradictionCost: number;
  /** How many to choose from. */
  readonly count: number;
  /** Suggestions have to begin with it: what the suggest widget would insert after the text before the cursor. */
  readonly beginning: string;
  /** What is left of suggestions that were read, and typed past. None begins another. */
  readonly typedPast: readonly TypedPast[];
  /** How probably a suggestion that is right is accepted. */
  readonly acceptanceRate: number;
}

/** Where to look for what has changed since a model was trained. */
export interface SurveyRequest {
  readonly folders: readonly string[];
  readonly scan: Pick<ScanOptions, 'exclude' | 'maxFileBytes' | 'maxCorpusBytes'>;
  /** The file with the fingerprints of what was learnt. */
  readonly learnt: string;
}

/** A model file, and the workspace that it is to serve. */
export interface AppraisalRequest {
  readonly path: string;
  readonly folders: readonly string[];
  readonly scan: Pick<ScanOptions, 'exclude' | 'maxFileBytes'>;
}

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
export interface AdoptionRequest {
  readonly source: string;
  readonly target: string;
  readonly digest: string;
}

export interface ExportRequest {
  readonly source: string;
  readonly target: string;
  /** How numbers are written in the card. */
  readonly locale: string;
}

/** Where a cursor is. Fields as in {@link CompletionRequest}. */
export type NextRequest = Pick<
  CompletionRequest,
  | 'document'
  | 'path'
  | 'before'
  | 'after'
  | 'maxLength'
  | 'minimumProbability'
  | 'multiline'
  | 'wrongCost'
  | 'contradictionCost'
>;

/** A stretch of a document to look into. */
export interface TraceRequest extends Pick<CompletionRequest, 'document' | 'path' | 'before'> {
  readonly text: string;
}

/** A document as it is now. */
export interface DocumentText {
  readonly path: string;
  readonly text: string;
}

export interface Candidate {
  readonly character: string;
  readonly probability: number;
}

export interface NextCharacter {
  /** The ten most probable, most probable first. */
  readonly candidates: readonly Candidate[];
  /** Of the whole distribution, bits. */
  readonly entropy: number;
  /** What would be suggested, with the probability of each character given those before; empty: nothing. */
  readonly suggestion: readonly Candidate[];
  readonly voices?: SpeakingVoices;
}

/** Who speaks of the next character. The ten most probable of each, most probable first. */
export interface SpeakingVoices {
  /** Undefined: no model is trained yet. */
  readonly network?: readonly Candidate[];
  /** Undefined: the memory is off, or still reading. */
  readonly memory?: readonly Candidate[];
  /** Undefined: the document is not open in an editor, or not remembered. */
  readonly document?: readonly Candidate[];
  /** The same by its words, whatever stands between them. */
  readonly words?: readonly Candidate[];
  /** What each counts in the mixture, together 1; undefined where only one speaks. */
  readonly shares?: {
    readonly network: number;
    readonly memory: number;
    readonly document: number;
    readonly words: number;
  };
  /** Characters before the cursor that the memory has seen before in a row. */
  readonly matched?: number;
}

/** What a memory is to know. */
export interface MemoryRequest {
  readonly folders: readonly string[];
  readonly scan: Pick<ScanOptions, 'exclude' | 'maxFileBytes'>;
  /** Characters that are kept at most: of the files that were changed last, and of what is typed. */
  readonly maximum: number;
}

/** Text that stands in an editor. */
export interface OpenText {
  /** As in {@link CompletionRequest}. */
  readonly path: string;
  /** LF at line ends. */
  readonly text: string;
  /** Whether it is a file, for which the rules of the workspace hold; else it has no name yet. */
  readonly isFile: boolean;
}

/** What a memory holds. */
export interface MemoryCard {
  readonly characters: number;
  /** That reading it took. */
  readonly milliseconds: number;
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
  readonly expected: readonly Candidate[];
  readonly next: readonly Candidate[];
  readonly layers: readonly LayerDetail[];
}

/** Numbers of each unit: i, f, o = σ(z), g = tanh(z), c = f·cBefore + i·g, h = o·tanh(c). */
export type LayerDetail = Readonly<
  Record<'zi' | 'zf' | 'zo' | 'zg' | 'i' | 'f' | 'o' | 'g' | 'cBefore' | 'c' | 'h', readonly number[]>
>;

/** What the completion worker does for the extension host. */
export interface CompletionService {
  /** Makes a model file the one that serves, without dropping a request; answers with its card. */
  load(path: string): Promise<ModelCard>;
  unload(): Promise<void>;
  /** Looks at a model file, which goes on being just a file. */
  appraise(request: AppraisalRequest): Promise<Appraisal>;
  /** Copies a model that was appraised. */
  adopt(request: AdoptionRequest): Promise<void>;
  /** Writes a model and its card, `name.onnx` and `name.md`; answers with the path of the card. */
  exportWithCard(request: ExportRequest): Promise<string>;
  /** Reads the workspace and remembers it from then on, beside a model or without one; undefined: never mind. */
  remember(request: MemoryRequest | undefined): Promise<MemoryCard | undefined>;
  /** Reads the files again that are remembered. */
  refresh(): Promise<void>;
  /** What stands in an editor has changed. It is remembered in the place of what is on disk. */
  edit(text: OpenText): Promise<void>;
  /** A path that is not open any more. */
  closeText(path: string): Promise<void>;
  /** Empty when nothing is worth showing, no model is loaded or the request was cancelled. */
  complete(request: CompletionRequest): Promise<readonly ShownSuggestion[]>;
  /** Reads a document up to a cursor ahead of time. */
  warm(document: string, path: string, before: string): Promise<void>;
  cancel(id: number): void;
  close(document: string): void;
  /** At a cursor; undefined without a model, or when a newer request has come. */
  next(request: NextRequest): Promise<NextCharacter | undefined>;
  /** Looks into the network while it reads a text; undefined as above. */
  trace(request: TraceRequest): Promise<Trace | undefined>;
  /** Of the last trace; undefined when it has no such character. */
  character(index: number): CharacterDetail | undefined;
  /** A unit's cell state after each character of the last trace. */
  unit(unit: UnitName): readonly number[];
  /** By the variance of their cell state over a document, largest first. */
  units(document: DocumentText): Promise<readonly UnitSummary[]>;
  /** By how closely their cell state goes along with a feature of a document. */
  unitsThatFollow(feature: Feature, document: DocumentText): Promise<readonly UnitMatch[]>;
  /** What is improbable in the end of a document; undefined as above. */
  improbable(document: DocumentText): Promise<readonly Improbable[] | undefined>;
  /** Lets the model write; empty without one. */
  generate(options: { prompt: string; temperature: number; length: number; seed: number }): Promise<string>;
  /** The part of the files learnt that has changed since; undefined when that is not known. */
  survey(request: SurveyRequest): Promise<number | undefined>;
}

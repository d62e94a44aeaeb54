import type { FolderToRead } from '../../corpus/folders.ts';
import type { ScanOptions } from '../../corpus/scan.ts';
import type { ModelCard } from '../../lstm/modelCard.ts';
import type { Feature } from '../inspection/features.ts';
import type { Improbable } from '../inspection/surprisal.ts';
import type {
  CharacterDetail,
  DocumentText,
  NextCharacter,
  Trace,
  TraceRequest,
  UnitMatch,
  UnitName,
  UnitSummary,
} from '../inspection/views.ts';
import type { Policy } from '../suggestion/policy.ts';
import type { ShownSuggestion, SuggestionContext } from '../suggestion/suggester.ts';
import type { OpenText, WorkspaceRequest } from '../workspace/workspaceIndex.ts';

/** Where a cursor is, and what may be suggested there. */
export interface SuggestionRequest extends SuggestionContext, Policy {
  /** Names the document. */
  readonly document: string;
}

export interface CompletionRequest extends SuggestionRequest {
  /** Names the request, to cancel it. */
  readonly id: number;
}

/** Where to look for what has changed since a model was trained. */
export interface SurveyRequest {
  readonly folders: readonly (string | FolderToRead)[];
  readonly scan: Pick<ScanOptions, 'exclude' | 'maxFileBytes' | 'maxCorpusBytes'>;
  /** The file with the fingerprints of what was learnt. */
  readonly learnt: string;
}

/** A model file, and the workspace that it is to serve. */
export interface AppraisalRequest {
  readonly path: string;
  readonly folders: readonly (string | FolderToRead)[];
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

/** What a memory holds. */
export interface MemoryCard {
  readonly characters: number;
  /** That reading it took. */
  readonly milliseconds: number;
  /** Rules that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
}

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
  remember(request: WorkspaceRequest | undefined): Promise<MemoryCard | undefined>;
  /** Reads the files again that are remembered; answers with the notices, as in a memory's card. */
  refresh(): Promise<readonly string[]>;
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
  next(request: SuggestionRequest): Promise<NextCharacter | undefined>;
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

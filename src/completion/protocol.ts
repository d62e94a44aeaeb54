import type { ScanOptions } from '../corpus/scan.ts';
import type { ModelCard } from '../lstm/modelCard.ts';
import type { Suggestion } from './decoder.ts';
import type { Shown } from './filters.ts';

/** A suggestion as it is to be drawn. */
export type ShownSuggestion = Shown & Pick<Suggestion, 'probability'>;

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
  /** How many to choose from. */
  readonly count: number;
  /** Suggestions have to begin with it: what the suggest widget would insert after the text before the cursor. */
  readonly beginning: string;
}

/** Where to look for what has changed since a model was trained. */
export interface SurveyRequest {
  readonly folders: readonly string[];
  readonly scan: Pick<ScanOptions, 'exclude' | 'maxFileBytes' | 'maxCorpusBytes'>;
  /** The file with the fingerprints of what was learnt. */
  readonly learnt: string;
}

/** What the completion worker does for the extension host. */
export interface CompletionService {
  /** Makes a model file the one that serves, without dropping a request; answers with its card. */
  load(path: string): Promise<ModelCard>;
  unload(): Promise<void>;
  /** Empty when nothing is worth showing, no model is loaded or the request was cancelled. */
  complete(request: CompletionRequest): Promise<readonly ShownSuggestion[]>;
  /** Reads a document up to a cursor ahead of time. */
  warm(document: string, path: string, before: string): Promise<void>;
  cancel(id: number): void;
  close(document: string): void;
  /** The part of the files learnt that has changed since; undefined when that is not known. */
  survey(request: SurveyRequest): Promise<number | undefined>;
}

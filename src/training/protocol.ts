import type { CorpusDetails } from '../corpus/details.ts';
import type { FolderToRead } from '../corpus/folders.ts';
import type { ScanOptions } from '../corpus/scan.ts';
import type { DeviceReport } from './engines/devices.ts';
import type { Beginning, TrainingEvent, TrainingOptions, TrainingResult } from './events.ts';

/** What the training worker is asked for. Everything in it can be posted to a thread. */
export interface TrainingRequest {
  /** Names the run; a resumed one keeps its name. */
  readonly run: string;
  readonly folders: readonly (string | FolderToRead)[];
  readonly beginning: Beginning;
  readonly options: TrainingOptions;
  readonly scan: Pick<ScanOptions, 'exclude' | 'maxFileBytes' | 'maxCorpusBytes'>;
  /** The folder of the workspace's model and checkpoint. */
  readonly storage: string;
  /** Where speeds of this machine are kept. */
  readonly cache: string;
  /** Where a tfjs-node may be, in the order of preference. */
  readonly tensorflowFolders: readonly string[];
}

export type TrainingOutcome =
  | { readonly type: 'done'; readonly result: TrainingResult; readonly isLive: boolean }
  /** Nothing could be trained, for a reason that the user can do something about. */
  | { readonly type: 'refused'; readonly message: string }
  /** It was stopped while files were still being read. */
  | { readonly type: 'cancelled' };

/** What the worker does for the extension host. */
export interface TrainingService {
  /** One run at a time. Answers when it is over. */
  run(request: TrainingRequest): Promise<TrainingOutcome>;
  /** Ends the run after the current step: with a model, or to be gone on with later. */
  end(how: 'stop' | 'pause'): void;
  /** Checks and times what this machine can train with. Not while a run goes on. */
  devices(tensorflowFolders: readonly string[], threads: number): Promise<readonly DeviceReport[]>;
}

/** What the worker tells. */
export interface TrainingListener {
  onReading(filesSeen: number, filesKept: number): void;
  onCorpus(corpus: CorpusDetails): void;
  onEvent(event: TrainingEvent): void;
  /** A model has become the live one. */
  onLive(modelPath: string): void;
}

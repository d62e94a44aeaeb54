import { join } from 'node:path';

/** What lies in a workspace's folder of models. */
export interface Storage {
  /** The live model. */
  readonly model: string;
  /** Where a run writes its model, until it is known to be better than the live one. */
  readonly candidate: string;
  readonly checkpoint: string;
  /** Fingerprints of the files that the model was last trained on. */
  readonly learnt: string;
  /** What there is to say about the files that were last read: `CorpusDetails` as JSON. */
  readonly corpus: string;
  /** Held by the window that trains. */
  readonly lock: string;
  /** Is there while a run has not come to its end, and names it: it runs, is paused, or was broken off. */
  readonly unfinished: string;
  /** The folder of what is kept of the last runs. */
  readonly runs: string;
}

export function storageIn(folder: string): Storage {
  return {
    model: join(folder, 'model.onnx'),
    candidate: join(folder, 'candidate.onnx'),
    checkpoint: join(folder, 'checkpoint.safetensors'),
    learnt: join(folder, 'learnt.json'),
    corpus: join(folder, 'corpus.json'),
    lock: join(folder, 'training.lock'),
    unfinished: join(folder, 'training.unfinished'),
    runs: join(folder, 'runs'),
  };
}

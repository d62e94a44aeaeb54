import type { Predictor } from '../predictor.ts';
import { CONTEXT_LENGTH, contextIds } from './contextIds.ts';

export interface DocumentStatesOptions {
  /** UTF-16 units of text before the cursor that are read at least; up to half as much more. Default: 2 000. */
  readonly contextLength?: number;
  /** Ids between two states that are kept. Default: 64. */
  readonly interval?: number;
  /** Documents that states are kept of. Default: 8. */
  readonly documents?: number;
}

/** Ids up to a cursor, and states at some of their positions, in order. */
interface Read<State> {
  readonly ids: readonly number[];
  readonly states: readonly { readonly position: number; readonly state: State }[];
}

/** Number of latest states that are kept beside those at intervals. */
const RECENT = 16;

/**
 * Cache of a predictor's states in open documents. From the nearest state before a cursor only the rest is read: typing a
 * character costs one character of reading, and an edit what follows it.
 */
export class DocumentStates<State> {
  readonly #predictor: Predictor<State>;
  readonly #contextLength: number;
  readonly #interval: number;
  readonly #documents: number;
  /** Least recently used first. */
  readonly #read = new Map<string, Read<State>>();

  constructor(predictor: Predictor<State>, options: DocumentStatesOptions = {}) {
    this.#predictor = predictor;
    this.#contextLength = options.contextLength ?? CONTEXT_LENGTH;
    this.#interval = options.interval ?? 64;
    this.#documents = options.documents ?? 8;
  }

  /**
   * State at a cursor.
   *
   * @param key names the document
   * @param path what the predictor is told that it is called, `/` between folders
   * @param before the text before the cursor, any line ends
   * @throws the signal's reason when aborted; what was read until then is kept
   */
  async at(key: string, path: string, before: string, signal?: AbortSignal): Promise<State> {
    const ids = contextIds(this.#predictor.vocabulary, path, before, this.#contextLength);
    const known = this.#read.get(key);
    const common = known === undefined ? 0 : commonLength(known.ids, ids);
    const states = (known?.states ?? []).filter(({ position }) => position <= common);
    let { position, state } = states.at(-1) ?? { position: 0, state: this.#predictor.start() };
    try {
      while (position < ids.length) {
        signal?.throwIfAborted();
        const next = Math.min(ids.length, (Math.floor(position / this.#interval) + 1) * this.#interval);
        state = await this.#predictor.read(state, ids.slice(position, next));
        position = next;
        states.push({ position, state });
      }
    } finally {
      this.#keep(key, { ids: ids.slice(0, position), states: this.#thinned(states) });
    }
    return state;
  }

  /** Drops the states of a document. */
  forget(key: string): void {
    this.#read.delete(key);
  }

  #keep(key: string, read: Read<State>): void {
    this.#read.delete(key);
    this.#read.set(key, read);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= this.#documents) break;
      this.#read.delete(oldest);
    }
  }

  #thinned(states: Read<State>['states']): Read<State>['states'] {
    return states.filter(({ position }, index) => position % this.#interval === 0 || index >= states.length - RECENT);
  }
}

/** States of a predictor where cursors are. */
export type StatesAt<State> = Pick<DocumentStates<State>, 'at'>;

function commonLength(a: readonly number[], b: readonly number[]): number {
  const longest = Math.min(a.length, b.length);
  for (let index = 0; index < longest; index++) if (a[index] !== b[index]) return index;
  return longest;
}

import { createHash } from 'node:crypto';
import { Latest } from '../../base/async/latest.ts';

/** All that an answer depends on, while one model serves and nothing new is learnt. */
export interface Question {
  /** Names the document. */
  readonly document: string;
  readonly before: string;
  readonly after: string;
  /** What a suggestion has to begin with. */
  readonly beginning: string;
  readonly isExplicit: boolean;
}

/**
 * The last answers. Of the questions only digests are kept: with some thousand characters in each, texts of so long a life
 * would have V8 enlarge the heap that the extension host shares with everybody.
 */
export class AnswerCache<Answer> {
  readonly #most: number;
  /** Least recently given first. */
  readonly #byDigest = new Map<string, Answer>();
  readonly #knowledge = new Latest();

  /** @param most that are kept */
  constructor(most: number) {
    this.#most = most;
    this.#knowledge.begin();
  }

  /** Aborted when answers to what is asked now are not to be kept any more. */
  get signal(): AbortSignal {
    return this.#knowledge.signal;
  }

  get(question: Question): Answer | undefined {
    return this.#byDigest.get(digestOf(question));
  }

  set(question: Question, answer: Answer): void {
    const digest = digestOf(question);
    this.#byDigest.delete(digest);
    this.#byDigest.set(digest, answer);
    if (this.#byDigest.size > this.#most) this.#byDigest.delete(this.#byDigest.keys().next().value!);
  }

  clear(): void {
    this.#knowledge.begin();
    this.#byDigest.clear();
  }
}

function digestOf({ document, before, after, beginning, isExplicit }: Question): string {
  const parts = JSON.stringify([document, before, after, beginning, isExplicit]);
  return createHash('sha256').update(parts).digest('base64');
}

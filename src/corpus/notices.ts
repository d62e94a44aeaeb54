import * as l10n from '@vscode/l10n';

/** Most notices that are told. */
const MOST = 20;

/** Sentences on what could not be used of rules and settings, and what was done instead. */
export class Notices {
  readonly #sentences = new Set<string>();
  /** Of those that are left out. */
  readonly #others = new Set<string>();

  add(sentence: string): void {
    if (this.#sentences.has(sentence)) return;
    if (this.#sentences.size < MOST) this.#sentences.add(sentence);
    else this.#others.add(sentence);
  }

  /** Each once, in the order in which they came: the first 20, and how many more there are. */
  sentences(): string[] {
    if (this.#others.size === 0) return [...this.#sentences];
    return [...this.#sentences, l10n.t('And {0} more like these.', this.#others.size)];
  }
}

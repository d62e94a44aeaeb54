import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { Debouncer } from '../../base/async/debouncer.ts';

/** Also where no events come from, such as a network share. */
const INTERVAL_MILLISECONDS = 2000;

/**
 * Watches one file, which need not be there yet, by looking at it now and then, and tells when it has become another one
 * and has then stayed as it is for a while: a file that is just being copied is not whole.
 */
export class FileWatch {
  readonly #settling: Debouncer;
  readonly #interval: number;
  #path: string | undefined;

  constructor(onChange: () => void, intervalMilliseconds = INTERVAL_MILLISECONDS) {
    this.#settling = new Debouncer(onChange, 1.5 * intervalMilliseconds);
    this.#interval = intervalMilliseconds;
  }

  /** @param path what is watched from now on; undefined: nothing */
  set(path: string | undefined): void {
    if (path === this.#path) return;
    this.#unwatch();
    this.#path = path;
    if (path !== undefined) watchFile(path, { interval: this.#interval, persistent: false }, this.#look);
  }

  dispose(): void {
    this.#unwatch();
    this.#settling.dispose();
  }

  #unwatch(): void {
    this.#settling.cancel();
    if (this.#path !== undefined) unwatchFile(this.#path, this.#look);
    this.#path = undefined;
  }

  readonly #look = (now: Stats, before: Stats): void => {
    if (now.mtimeMs === before.mtimeMs && now.size === before.size && now.ino === before.ino) return;
    this.#settling.schedule();
  };
}

import { type Stats, unwatchFile, watchFile } from 'node:fs';

/** Also where no events come from, such as a network share. */
const INTERVAL_MILLISECONDS = 2000;

/**
 * Watches one file, which need not be there yet, by looking at it now and then, and tells when it has become another one
 * and has then stayed as it is for a while: a file that is just being copied is not whole.
 */
export class FileWatch {
  readonly #onChange: () => void;
  readonly #interval: number;
  #path: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: () => void, intervalMilliseconds = INTERVAL_MILLISECONDS) {
    this.#onChange = onChange;
    this.#interval = intervalMilliseconds;
  }

  /** @param path what is watched from now on; undefined: nothing */
  set(path: string | undefined): void {
    if (path === this.#path) return;
    this.dispose();
    this.#path = path;
    if (path !== undefined) watchFile(path, { interval: this.#interval, persistent: false }, this.#look);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    if (this.#path !== undefined) unwatchFile(this.#path, this.#look);
    this.#path = undefined;
  }

  readonly #look = (now: Stats, before: Stats): void => {
    if (now.mtimeMs === before.mtimeMs && now.size === before.size && now.ino === before.ino) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, 1.5 * this.#interval);
  };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { writeFileAtomically } from '../../base/atomicFile.ts';

const FILE = 'probes.json';
/** One may be somebody's killing the process just then. */
const ATTEMPTS = 2;

/**
 * Remembers what was tried and did not come back: a driver that crashes takes the whole editor's extensions along, and
 * must not do so at every training.
 */
export class Probes {
  readonly #path: string | undefined;

  /** @param folder where that is kept; undefined: nowhere */
  constructor(folder: string | undefined) {
    this.#path = folder === undefined ? undefined : join(folder, FILE);
  }

  /**
   * Tries something that may end the process.
   *
   * @param name changes when it may have become safe
   * @throws Error when it has ended the process before, or what `attempt` throws
   */
  async attempt<T>(name: string, attempt: () => Promise<T>): Promise<T> {
    const pending = await this.#read();
    const attempts = pending[name] ?? 0;
    if (attempts >= ATTEMPTS) {
      throw new Error(l10n.t('the process ended when it was last tried; to try again, delete {0}', this.#path ?? FILE));
    }
    await this.#write({ ...pending, [name]: attempts + 1 });
    try {
      return await attempt();
    } finally {
      const { [name]: _, ...others } = await this.#read();
      await this.#write(others);
    }
  }

  /** A file that is missing or damaged is as good as none. */
  async #read(): Promise<Record<string, number>> {
    if (this.#path === undefined) return {};
    try {
      const stored: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      return Object.fromEntries(Object.entries(stored as object).filter(([, count]) => typeof count === 'number'));
    } catch {
      return {};
    }
  }

  /** Where it cannot be kept, it is tried anew next time. */
  async #write(pending: Record<string, number>): Promise<void> {
    if (this.#path === undefined) return;
    await writeFileAtomically(this.#path, [new TextEncoder().encode(JSON.stringify(pending))]).catch(() => {});
  }
}

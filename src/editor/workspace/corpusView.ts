import { readFile } from 'node:fs/promises';
import { Emitter } from '../../base/emitter.ts';
import { accepts } from '../../base/schema.ts';
import { CorpusDetails } from '../../protocol/corpus.ts';
import type { Corpus } from '../../protocol/page.ts';

/** What was last read to be learnt, as the page shows it. */
export class CorpusView {
  readonly #changed = new Emitter<void>();
  #details: CorpusDetails | undefined;

  readonly onDidChange = this.#changed.event;

  /** @param path the file that the training worker writes; one that is missing or damaged is as good as none */
  constructor(path: string) {
    void readDetails(path).then((details) => {
      if (details !== undefined && this.#details === undefined) this.set(details);
    });
  }

  get corpus(): Corpus | undefined {
    return this.#details === undefined ? undefined : corpusOf(this.#details);
  }

  /** Rules that could not be used when the files were read, and what was done instead, in sentences. */
  get notices(): readonly string[] {
    return this.#details?.notices ?? [];
  }

  /** Names of files that were left out for a reason, folders with `/` at their ends; the first 200. */
  excludedFiles(reason: string): readonly string[] {
    const names = new Map(Object.entries(this.#details?.excludedNames ?? {}));
    return names.get(reason) ?? [];
  }

  /** @param details undefined: nothing is learnt any more */
  set(details: CorpusDetails | undefined): void {
    this.#details = details;
    this.#changed.fire();
  }
}

function corpusOf(details: CorpusDetails): Corpus {
  const { folders, files, heldOutFiles, bytes, characters, vocabulary, rarerCharacters, languages } = details;
  const { excluded, scrubbed, notices = [] } = details;
  return {
    folders,
    files,
    heldOutFiles,
    bytes,
    characters,
    vocabulary,
    rarerCharacters,
    languages,
    excluded: Object.entries(excluded).map(([reason, count]) => ({ reason, count })),
    notices,
    scrubbed: Object.entries(scrubbed).map(([rule, count]) => ({ rule, count })),
  };
}

async function readDetails(path: string): Promise<CorpusDetails | undefined> {
  try {
    const details: unknown = JSON.parse(await readFile(path, 'utf8'));
    return accepts(CorpusDetails, details) ? details : undefined;
  } catch {
    return undefined;
  }
}

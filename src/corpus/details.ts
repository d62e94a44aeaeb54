import { extname } from 'node:path/posix';
import type { CorpusDetails } from '../protocol/corpus.ts';
import type { Corpus } from './corpus.ts';
import { type Document, documentLength } from './document.ts';
import { characterCounts } from './vocabulary.ts';

const LONGEST_VOCABULARY = 300;
const MOST_LANGUAGES = 100;

/** @param folders as they were asked for */
export function detailsOf(
  { train, heldOut, report, excludedNames }: Corpus,
  folders: readonly string[],
): CorpusDetails {
  const counts = characterCounts(train);
  return {
    ...report,
    folders,
    heldOutFiles: heldOut.length,
    vocabulary: counts.slice(0, LONGEST_VOCABULARY),
    rarerCharacters: Math.max(0, counts.length - LONGEST_VOCABULARY),
    languages: languagesOf([...train, ...heldOut]).slice(0, MOST_LANGUAGES),
    excludedNames,
  };
}

function languagesOf(documents: readonly Document[]): CorpusDetails['languages'][number][] {
  const sizes = new Map<string, { files: number; characters: number }>();
  for (const document of documents) {
    const name = languageOf(document.path);
    const size = sizes.get(name) ?? { files: 0, characters: 0 };
    sizes.set(name, size);
    size.files++;
    size.characters += documentLength(document);
  }
  const languages = [...sizes].map(([name, size]) => ({ name, ...size }));
  return languages.sort((a, b) => b.characters - a.characters || (a.name < b.name ? -1 : 1));
}

/** `src/a.test.ts` → `.ts`, `docs/Makefile` → `Makefile`, `.gitignore` → `.gitignore` */
function languageOf(path: string): string {
  return extname(path).toLowerCase() || path.slice(path.lastIndexOf('/') + 1);
}

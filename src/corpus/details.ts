import { extname } from 'node:path/posix';
import { type Check, isAmount, isText, listOf, maybe, objectOf, recordOf } from '../base/checks.ts';
import type { Corpus, CorpusReport } from './corpus.ts';
import { type Document, documentLength } from './document.ts';
import type { ExcludedNames } from './exclusions.ts';
import { characterCounts } from './vocabulary.ts';

/** Details of a corpus for people; everything in it can be posted to a thread and stored as JSON. */
export interface CorpusDetails extends Omit<CorpusReport, 'notices'> {
  /** Undefined in what earlier versions stored. */
  readonly notices?: readonly string[] | undefined;
  readonly folders: readonly string[];
  readonly heldOutFiles: number;
  /** Of the training text, the most frequent first; at most 300. */
  readonly vocabulary: readonly CharacterCount[];
  /** Number of different characters beside these. */
  readonly rarerCharacters: number;
  /** Files of all the corpus by extension, or by name where they have none, most characters first; at most 100. */
  readonly languages: readonly LanguageSize[];
  readonly excludedNames: ExcludedNames;
}

interface CharacterCount {
  readonly character: string;
  readonly count: number;
}

interface LanguageSize {
  readonly name: string;
  readonly files: number;
  readonly characters: number;
}

/** Whether a value, from a file or another thread, is what {@link detailsOf} gives. */
export const isCorpusDetails: Check<CorpusDetails> = objectOf<CorpusDetails>({
  files: isAmount,
  bytes: isAmount,
  characters: isAmount,
  excluded: recordOf(isAmount),
  scrubbed: recordOf(isAmount),
  notices: maybe(listOf(isText)),
  folders: listOf(isText),
  heldOutFiles: isAmount,
  vocabulary: listOf(objectOf<CharacterCount>({ character: isText, count: isAmount })),
  rarerCharacters: isAmount,
  languages: listOf(objectOf<LanguageSize>({ name: isText, files: isAmount, characters: isAmount })),
  excludedNames: recordOf(listOf(isText)),
});

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

function languagesOf(documents: readonly Document[]): LanguageSize[] {
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

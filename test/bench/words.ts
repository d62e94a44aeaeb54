import type { Document } from '../../src/corpus/document.ts';
import { inHashOrder } from '../../src/corpus/split.ts';
import { typingOf } from '../../src/evaluation/keystrokes.ts';

/** Accepting must save so many keys, as in the simulation of ghost text. */
const SMALLEST_SAVING = 2;
/** Rows that a list shows without scrolling, and that somebody may go down to. */
const ROWS = 5;

/** How somebody fared who typed files with a list of words. */
export interface WordSimulation {
  readonly keystrokeSavings: number;
  readonly shown: number;
  readonly acceptanceRate: number;
}

/**
 * Types documents with VS Code's word-based suggestions, fairly: every document of the workspace is open, so that all of
 * their words are known (`editor.wordBasedSuggestions` is `allDocuments`), and those typed. The list appears with the first
 * character of a word, holds the words that begin so, those used last first, and is accepted with one key where a word in
 * it is what comes next as a whole; each row down costs a key. (VS Code matches words less strictly, and sorts those that
 * match equally well by where they stand; both make right words rarer at the top.)
 *
 * @param isGenerous whether one looks further than the first row
 */
export function simulateWords(
  train: readonly Document[],
  heldOut: readonly Document[],
  characters: number,
  isGenerous: boolean,
): WordSimulation {
  /** By when a word was used last, the earliest first. */
  const words = new Set<string>();
  for (const { text } of train) for (const [word] of text.matchAll(WORD)) use(words, word);
  const total = { characters: 0, keystrokes: 0, baseline: 0, shown: 0, accepted: 0 };
  for (const { text } of inHashOrder(heldOut)) {
    if (total.characters >= characters) break;
    const symbols = [...text].slice(0, characters - total.characters);
    const { keys } = typingOf(symbols);
    const typed = symbols.join('');
    const baseline = keys.reduce((sum, key) => sum + key, 0);
    let saved = 0;
    for (const [word] of typed.matchAll(WORD)) {
      saved += savedOn(word);
      use(words, word);
    }
    total.characters += symbols.length;
    total.baseline += baseline;
    total.keystrokes += baseline - saved;
  }
  return {
    keystrokeSavings: 1 - total.keystrokes / total.baseline,
    shown: total.shown,
    acceptanceRate: total.shown === 0 ? 0 : total.accepted / total.shown,
  };

  /** Keys saved on a word, by accepting it as soon as that pays. */
  function savedOn(word: string): number {
    let before = '';
    for (let length = 1; length < word.length; length++) {
      const rows = beginningWith(word.slice(0, length), isGenerous ? ROWS : 1);
      const row = rows.indexOf(word);
      // What is at the top is looked at anew whenever it changes.
      if (rows[0] !== undefined && rows[0] !== before) total.shown++;
      before = rows[0] ?? '';
      const saving = word.length - length - 1 - row;
      if (row < 0 || saving < SMALLEST_SAVING) continue;
      total.accepted++;
      return saving;
    }
    return 0;
  }

  function beginningWith(prefix: string, rows: number): string[] {
    const found: string[] = [];
    for (const word of [...words].reverse()) {
      if (word.length > prefix.length && word.startsWith(prefix)) found.push(word);
      if (found.length === rows) break;
    }
    return found;
  }
}

/** As in VS Code by default, but for numbers; of two characters at least. */
const WORD = /[\p{L}_$][\p{L}\p{N}_$]+/gu;

function use(words: Set<string>, word: string): void {
  words.delete(word);
  words.add(word);
}

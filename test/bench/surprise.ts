/**
 * How many planted typos are among what the network finds improbable, and how many other places: in held-out files of
 * rxjs, with a 1×512 model of the others, for some thresholds.
 *
 *     npm run bench:surprise
 *
 * The model is trained for three minutes the first time and kept in .cache/bench.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../../src/base/random.ts';
import { DocumentStates } from '../../src/completion/context/documentStates.ts';
import { LstmPredictor } from '../../src/completion/experts/lstmPredictor.ts';
import { Inspector } from '../../src/completion/inspection/inspector.ts';
import { SURPRISING, SURPRISING_IN_WORD, surprisingParts } from '../../src/completion/inspection/surprisal.ts';
import { isHeldOut } from '../../src/corpus/split.ts';
import { modelOfRxjs, RXJS } from './model.ts';

const LONGEST_FILE = 16_000;
/** Part of the words that get a typo. */
const SHARE = 0.02;

const predictor = await LstmPredictor.load(modelOfRxjs());
const inspector = new Inspector(predictor, new DocumentStates(predictor));
const uniform = random(5);
const documents: { text: string; typos: number[]; bits: number[] }[] = [];
for (const path of readdirSync(RXJS, { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith('.ts') || !isHeldOut(path) || statSync(join(RXJS, path)).size > LONGEST_FILE) continue;
  const planted = withTypos(readFileSync(join(RXJS, path), 'utf8'));
  const { bits } = await inspector.surprisals({ path, text: planted.text }, new AbortController().signal);
  documents.push({ ...planted, bits });
}
await predictor.dispose();

const lines = documents.reduce((sum, { text }) => sum + text.split('\n').length, 0);
const typos = documents.reduce((sum, document) => sum + document.typos.length, 0);
console.log(
  `${documents.length} files, ${lines} lines, ${typos} typos; used: ${SURPRISING_IN_WORD} and ${SURPRISING} bits`,
);
console.table([8, 9, 10, 11, 12].flatMap((inWord) => [13, 15, 17].map((elsewhere) => measure({ inWord, elsewhere }))));

function measure(thresholds: { inWord: number; elsewhere: number }) {
  let found = 0;
  let others = 0;
  for (const { text, bits, typos } of documents) {
    const places = surprisingParts(text, bits, thresholds);
    // A letter that was left out is missed at the one after it.
    const isOf = (typo: number, { start, end }: { start: number; end: number }) => start <= typo + 1 && typo - 1 <= end;
    found += typos.filter((typo) => places.some((place) => isOf(typo, place))).length;
    others += places.filter((place) => !typos.some((typo) => isOf(typo, place))).length;
  }
  return {
    ...thresholds,
    'typos found': `${((100 * found) / typos).toFixed(0)} %`,
    'others in 100 lines': ((100 * others) / lines).toFixed(1),
  };
}

/** Swaps, leaves out or doubles a letter in some words of five letters or more. */
function withTypos(original: string): { text: string; typos: number[] } {
  let text = original;
  const typos: number[] = [];
  let shift = 0;
  for (const { 0: word, index } of original.matchAll(/[A-Za-z]{5,}/g)) {
    if (uniform() >= SHARE) continue;
    const at = index + shift + 1 + Math.floor(uniform() * (word.length - 2));
    const kind = Math.floor(uniform() * 3);
    if (kind === 0 && text[at] === text[at + 1]) continue;
    const letters = [text[at + 1]! + text[at]!, text[at + 1]!, text[at]! + text[at]! + text[at + 1]!][kind]!;
    text = text.slice(0, at) + letters + text.slice(at + 2);
    shift += letters.length - 2;
    typos.push(at);
  }
  return { text, typos };
}

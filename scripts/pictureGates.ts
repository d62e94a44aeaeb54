/**
 * Draws docs/pictures/gates.svg: the gates of a trained LSTM, and units of it that follow something in the text, while it
 * reads lines of a file that it was not trained on.
 *
 *     npm run picture:gates
 *
 * The model learns rxjs for two minutes on one thread the first time, and is kept in .cache/bench. Training by the clock
 * gives another one each time: its figures are part of the picture.
 */
import { writeFileSync } from 'node:fs';
import { contextIds } from '../src/completion/context/contextIds.ts';
import { DocumentStates } from '../src/completion/context/documentStates.ts';
import { LstmPredictor } from '../src/completion/experts/lstmPredictor.ts';
import { FEATURES, featuresOf } from '../src/completion/inspection/features.ts';
import { Inspector } from '../src/completion/inspection/inspector.ts';
import { UnitStatistics } from '../src/completion/inspection/unitStatistics.ts';
import { type Document, readCorpus } from '../src/corpus/corpus.ts';
import type { Feature, Trace, UnitMatch } from '../src/protocol/inspection.ts';
import { RXJS, trainedOnRxjs } from '../test/bench/model.ts';
import { drawPanels, type Panel } from './textPanels.ts';

const FILE = 'internal/observable/fromEvent.ts';
/** Lines of the file that are drawn, the first and the last of each stretch, counted from 1. */
const STRETCHES = [
  [6, 9],
  [287, 295],
] as const;

const predictor = await LstmPredictor.load(trainedOnRxjs('gates.onnx', ['--minutes', '2', '--threads', '1']));
const inspector = new Inspector(predictor, new DocumentStates(predictor));
const { heldOut } = await readCorpus(RXJS);
const file = heldOut.find(({ path }) => path === FILE)!;
/** Units are looked for in the other files; then it is seen whether they do the same in the one that is shown. */
const elsewhere = await statisticsOf(heldOut.filter((other) => other !== file));
const here = await statisticsOf([file]);

const meansByKind = new Map<string, number[]>();
for (const document of heldOut) addByKind(await traceOf(document));
const trace = await traceOf(file);
const gates: readonly (readonly [string, readonly number[]])[] = [
  ['forget gate f, mean of all units: how much is kept', trace.forget[0]!],
  ['input gate i, likewise: how much is written', trace.input[0]!],
  ['output gate o, likewise: how much is shown', trace.output[0]!],
];
const panels: Panel[] = gates.map(([title, values]) => ({ title, values: drawn(values), scale: 'amount' }));
panels.push(...unitPanels(['quotes', 'brackets', 'indentation']));

const { card } = predictor;
const { hidden, layers } = card.hyperparameters;
const places = STRETCHES.map(([first, last]) => `lines ${first} to ${last}`).join(' and ');
const about = [
  `${FILE} of rxjs 7.8.2, ${places}, which it was not trained on.`,
  `LSTM of ${layers} × ${hidden} units after ${Math.round(card.training.seconds)} seconds of training:`,
  `${card.heldOutBitsPerCharacter.toFixed(2)} bits per character on such files. r: correlation of c with the feature over`,
  'the other files it was not trained on, where the unit was chosen, and over all of this one.',
].join(' ');
await predictor.dispose();

const lines = drawn(trace.characters).map((line) => line.join(''));
writeFileSync(new URL('../docs/pictures/gates.svg', import.meta.url), drawPanels(lines, panels, about));

console.log('Means of the gates over all files it was not trained on, by what was read:');
console.table(
  Object.fromEntries(
    [...meansByKind].map(([kind, [count, ...sums]]) => [
      kind,
      Object.fromEntries(['f', 'i', 'o'].map((gate, index) => [gate, (sums[index]! / count!).toFixed(2)])),
    ]),
  ),
);

/** The whole document is read from its beginning. */
function traceOf({ path, text }: Document): Promise<Trace> {
  return inspector.trace({ document: path, path, before: '', text }, new AbortController().signal);
}

function addByKind({ characters, forget, input, output }: Trace): void {
  for (const [index, character] of characters.entries()) {
    const kind = kindOf(character, characters[index - 1] ?? '');
    const sums = meansByKind.get(kind) ?? [0, 0, 0, 0];
    const values = [1, forget[0]![index]!, input[0]![index]!, output[0]![index]!];
    meansByKind.set(
      kind,
      sums.map((sum, gate) => sum + values[gate]!),
    );
  }
}

function kindOf(character: string, before: string): string {
  if (/\w/.test(character)) return /\w/.test(before) ? 'further letter' : 'first letter';
  if (character === '\n') return 'line end';
  return character === ' ' ? 'space' : 'other sign';
}

/** Units whose cell state goes along with a feature more closely than that of any other, in the other files. */
function unitPanels(wanted: readonly Feature[]): Panel[] {
  const found = new Map<number, { readonly unit: UnitMatch; readonly features: string[] }>();
  for (const feature of wanted) {
    const unit = elsewhere.matches(feature)[0]!;
    const { correlation } = here.matches(feature).find((one) => one.layer === unit.layer && one.unit === unit.unit)!;
    const entry = found.get(unit.unit) ?? { unit, features: [] };
    entry.features.push(`${feature} (r ${signed(unit.correlation)}, here ${signed(correlation)})`);
    found.set(unit.unit, entry);
  }
  return [...found.values()].map(({ unit, features }) => ({
    title: `c of unit ${unit.unit}: ${features.join(', ')}`,
    values: drawn(inspector.unit(unit)),
    scale: 'sign',
  }));
}

async function statisticsOf(documents: readonly Document[]): Promise<UnitStatistics> {
  const { layers, hidden } = predictor.card.hyperparameters;
  const statistics = new UnitStatistics(layers, hidden);
  for (const { path, text } of documents) {
    const features = featuresOf(text, path);
    const before = await predictor.read(predictor.start(), contextIds(predictor.vocabulary, path, ''));
    const ids = predictor.vocabulary.encode(text);
    const inspected = await predictor.inspect(before, ids);
    for (let time = 0; time < ids.length; time++) {
      const values = FEATURES.map((feature) => features[feature][time]!);
      statistics.add(inspected, time, values);
    }
  }
  return statistics;
}

/** What belongs to the lines that are drawn, line by line, with an empty one between stretches. */
function drawn<T>(values: readonly T[]): T[][] {
  const ends = trace.characters.flatMap((character, index) => (character === '\n' ? [index] : []));
  const line = (number: number) => values.slice(number === 1 ? 0 : ends[number - 2]! + 1, ends[number - 1]);
  return STRETCHES.flatMap(([first, last], index) => {
    const lines = Array.from({ length: last - first + 1 }, (_, offset) => line(first + offset));
    return index === 0 ? lines : [[], ...lines];
  });
}

function signed(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Memento } from 'vscode';
import { fingerprintsOf, readFingerprints } from '../../../src/corpus/fingerprints.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { Statistics } from '../../../src/editor/completion/statistics.ts';
import { ReplayController, type ReplayControllerOptions } from '../../../src/editor/replay/replayController.ts';
import { GrowingCurve } from '../../../src/editor/runs/curve.ts';
import { decodeRun, encodeRun } from '../../../src/editor/runs/runFile.ts';
import { CorpusView } from '../../../src/editor/workspace/corpusView.ts';
import { Speeds } from '../../../src/training/engines/speeds.ts';
import { evaluation, idOf, keptRun, point } from '../../unit/editor/runs/recordings.ts';
import { damaged } from '../damage.ts';
import { folderForNow } from '../folder.ts';
import { altered, json } from '../json.ts';
import { refusesOrGives } from '../refusal.ts';
import type { Target } from '../target.ts';

const folder = folderForNow();

/** The text of a file after something has happened to it. */
function textOf(original: unknown): fc.Arbitrary<string> {
  const whole = new TextEncoder().encode(JSON.stringify(original));
  return fc.oneof(
    altered(original).map((value) => JSON.stringify(value) ?? ''),
    altered(original).map((value) => JSON.stringify(value) ?? ''),
    damaged(whole).map((bytes) => new TextDecoder().decode(bytes)),
    json.map((value) => JSON.stringify(value)),
  );
}

const curve = new GrowingCurve();
for (const step of [1, 2, 3]) curve.append(point(step));
const result = {
  reason: 'budget' as const,
  heldOutBitsPerCharacter: 2,
  trainCharacters: 1,
  heldOutCharacters: 1,
  vocabulary: 50,
  parameters: 1000,
  hidden: 16,
  layers: 1,
  epochs: 1,
  seconds: 1,
  charactersPerSecond: 1,
  engine: 'onnx',
  device: 'cpu',
  threads: 1,
};
const baselines = { uniform: 5, unigram: 4, brotli: 2, brotliPart: 1 };
const run = encodeRun({
  run: keptRun(idOf(1), { result, baselines, bits: 2, outcome: 'budget' }),
  evaluations: [evaluation(2, 3)],
  curve,
});

/** What the page is to show of a kept run can be shown. */
const runFiles: Target = {
  name: 'kept runs',
  property: fc.property(textOf(JSON.parse(new TextDecoder().decode(run))), (text) => {
    const recording = decodeRun(text);
    if (recording === undefined) return;
    new Intl.DateTimeFormat('en').format(new Date(recording.run.date));
    for (const { heldOutBits, sample } of recording.evaluations) `${heldOutBits.toFixed(2)}${sample.slice(0, 3)}`;
    recording.run.bits?.toFixed(2);
    recording.run.baselines?.brotli.toFixed(2);
    recording.curve.append(point(9));
    if (decodeRun(new TextDecoder().decode(encodeRun(recording))) === undefined) throw new Error('It is not kept.');
  }),
};

const day = new Date().toISOString().slice(0, 10);
const counts = { shown: 3, accepted: 1, dismissed: 1, saved: 20 };

/** Counts are numbers. */
const statistics: Target = {
  name: 'counts of suggestions',
  property: fc.property(
    fc.oneof(json, altered({ day, today: counts, total: counts })),
    fc.oneof(json, altered({ expected: 3, accepted: 1 })),
    fc.oneof(json, altered({ accepted: 3, typedOut: 1 })),
    (stored, acceptance, seen) => {
      const kept: Record<string, unknown> = {
        'inkling.statistics': stored,
        'inkling.acceptance': acceptance,
        'inkling.attention': seen,
      };
      const memory = { get: (key: string) => kept[key] };
      const { today, total, wrongCost, acceptanceRate } = new Statistics(memory as unknown as Memento);
      if (!(acceptanceRate >= 0 && acceptanceRate <= 1)) {
        throw new Error(`A right one is accepted with ${acceptanceRate}.`);
      }
      const numbers = [...Object.values({ ...today }), ...Object.values({ ...total }), wrongCost];
      if (!numbers.every(Number.isFinite)) throw new Error(`These are no counts: ${numbers}`);
      if (!(wrongCost >= 0.05 && wrongCost <= 0.5)) throw new Error(`A wrong character costs ${wrongCost}.`);
    },
  ),
};

const details = {
  ...{ folders: ['/a'], files: 2, heldOutFiles: 1, bytes: 100, characters: 90, rarerCharacters: 0 },
  vocabulary: [{ character: 'e', count: 9 }],
  languages: [{ name: '.ts', files: 2, characters: 90 }],
  ...{ excluded: { binary: 2 }, scrubbed: {}, excludedNames: { binary: ['a.png'] } },
};

/** What was read last can be shown, or is as good as none. */
const corpusFiles: Target = {
  name: 'kept corpus',
  property: fc.asyncProperty(textOf(details), async (text) => {
    const path = join(folder, 'corpus.json');
    writeFileSync(path, text);
    const view = new CorpusView(path);
    await new Promise((resolve) => setTimeout(resolve, 2));
    for (const { character, count } of view.corpus?.vocabulary ?? []) `${character.codePointAt(0)}${count.toFixed()}`;
    for (const { name, characters } of view.corpus?.languages ?? []) `${name.trim()}${characters.toFixed()}`;
    for (const { reason, count } of view.corpus?.excluded ?? []) `${reason.trim()}${count.toFixed()}`;
    for (const name of view.excludedFiles('binary')) name.trim();
  }),
};

const one = { characters: 5000, ideal: { written: 0.4, saved: 0.3 }, human: { written: 0.2, saved: 0.1 }, silent: 0.1 };
const typing = {
  ...{ all: one, kinds: [{ kind: 'newLines', ...one }], languages: [{ name: '.ts', ...one }] },
  ...{ shown: 10, accepted: 5 },
};
const figures = {
  ...{ version: 1, date: '2026-11-24T10:00:00Z', folder: 'a', whose: 'own', commits: 3, least: 1000 },
  ...{ wordsPerMinute: 45, network: { type: 'asked', trained: '2026-11-23T10:00:00Z' } },
  ...{ memories: typing, both: typing },
};

/** Figures of what would have been saved can be shown, or are as good as none. */
const savings: Target = {
  name: 'kept figures of replays',
  property: fc.property(fc.oneof(json, altered(figures), altered(figures)), (stored) => {
    const options = { workerFile: '', storage: folder, learnt: '', models: { serving: undefined }, log: {} };
    const memento = { get: () => stored };
    const { savings } = new ReplayController({ ...options, memento } as unknown as ReplayControllerOptions);
    if (savings.figures === undefined) return;
    const { date, network, memories, both = memories } = savings.figures;
    new Intl.DateTimeFormat('en').format(new Date(date));
    if (network.type !== 'none') new Intl.DateTimeFormat('en').format(new Date(network.trained));
    for (const { all, kinds, languages } of [memories, both]) {
      for (const { characters, ideal, human, silent } of [all, ...kinds, ...languages]) {
        const numbers = [characters, ideal.written, ideal.saved, human.written, human.saved, silent];
        if (!numbers.every(Number.isFinite)) throw new Error(`These are no figures: ${numbers}`);
      }
      for (const { name } of languages) name.trim();
    }
  }),
};

const learnt = [...fingerprintsOf([{ path: 'a.ts', text: 'a' }])];

/** Files that only say what was measured or learnt before are as good as none when they are damaged. */
const smallFiles: Target = {
  name: 'kept fingerprints, speeds and vocabularies',
  property: fc.asyncProperty(
    textOf(learnt),
    textOf({ 'a machine': 1000 }),
    fc.oneof(json, altered({ characters: 'abc' })),
    async (fingerprints, speeds, vocabulary) => {
      writeFileSync(join(folder, 'learnt.json'), fingerprints);
      for (const [path, hash] of (await readFingerprints(join(folder, 'learnt.json'))) ?? []) `${path}${hash.trim()}`;
      writeFileSync(join(folder, 'speeds.json'), speeds);
      await Speeds.open(1, folder);
      const known = refusesOrGives(() => Vocabulary.fromJSON(vocabulary));
      if (known !== undefined && known.decode(known.encode('abc')).length === 0) throw new Error('It decodes nothing.');
    },
  ),
};

export const STORED: readonly Target[] = [runFiles, statistics, corpusFiles, savings, smallFiles];

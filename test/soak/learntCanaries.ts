import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocumentStates } from '../../src/completion/context/documentStates.ts';
import { KneserNeyModel } from '../../src/completion/experts/kneserNeyModel.ts';
import { LstmPredictor } from '../../src/completion/experts/lstmPredictor.ts';
import type { ExpertMixture } from '../../src/completion/mixing/expertMixture.ts';
import type { Predictor } from '../../src/completion/predictor.ts';
import type { Policy } from '../../src/completion/suggestion/policy.ts';
import { Suggester } from '../../src/completion/suggestion/suggester.ts';
import { type Corpus, readCorpus } from '../../src/corpus/corpus.ts';
import { encodeDocument } from '../../src/corpus/documents.ts';
import { train } from '../../src/training/train.ts';
import { mixtureOf } from '../support/knowledge.ts';
import { type Canary, drawCanaries, exposures, KINDS, planted } from './canary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface CanaryOptions {
  readonly minutes: number;
  readonly hidden: number;
  /** Canaries of each kind for each number of repeats. */
  readonly ofEach: number;
  readonly repeats: readonly number[];
  readonly candidates: number;
  readonly seed: number;
}

/** How well one predictor ranks the canaries of one kind that were planted so many times. */
export interface Exposure {
  readonly voice: string;
  readonly kind: string;
  readonly times: number;
  /** On average, bits. */
  readonly exposure: number;
}

/** What is learnt of canaries, with their text scrubbed as always, or not. */
export interface Learnt {
  readonly exposures: readonly Exposure[];
  /** Canaries that were suggested where what stands before them was typed, by whom. */
  readonly suggested: readonly string[];
}

/**
 * Plants canaries in a real project, has the LSTM and the memory learn it, and looks how much they know.
 *
 * @param isScrubbed false: the canaries are planted behind the scrubber, which nobody else can go around
 */
export async function learnCanaries(isScrubbed: boolean, options: CanaryOptions): Promise<Learnt> {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-canaries-'));
  try {
    const canaries = drawCanaries(options.ofEach, options.repeats, options.seed);
    const corpus = await corpusWith(canaries, isScrubbed, folder, options.seed);
    const modelPath = join(folder, 'model.onnx');
    await train(
      corpus,
      {
        recipe: 'default',
        budget: { minutes: options.minutes },
        hidden: options.hidden,
        layers: 1,
        threads: 1,
        seed: 1,
      },
      {
        modelPath,
        checkpointPath: join(folder, 'checkpoint.safetensors'),
        beginning: 'new',
        signal: new AbortController().signal,
        onEvent: () => {},
      },
    );
    const lstm = await LstmPredictor.load(modelPath);
    const { vocabulary } = lstm;
    const workspace = new KneserNeyModel(vocabulary.size);
    for (const document of corpus.train) workspace.learn(encodeDocument(vocabulary, document));
    const network = lstm as Predictor;
    const known = [
      ['LSTM', { network }],
      ['memory', { workspace }],
      ['mixture', { network, workspace }],
    ] as const;
    const found: Exposure[] = [];
    const suggested: string[] = [];
    for (const [voice, sources] of known) {
      const mixture = mixtureOf(vocabulary, sources);
      for (const kind of KINDS) {
        const ofKind = canaries.filter((canary) => canary.kind === kind);
        const secrets = ofKind.map(({ secret }) => secret);
        const bits = await exposures(mixture, kind, secrets, options.candidates, options.seed + 1);
        for (const times of options.repeats) {
          const some = bits.filter((_, index) => ofKind[index]!.times === times);
          found.push({
            voice,
            kind: kind.name,
            times,
            exposure: some.reduce((sum, one) => sum + one, 0) / some.length,
          });
        }
      }
      for (const canary of await suggestedBy(mixture, canaries)) suggested.push(`${voice}: ${canary.secret}`);
    }
    await lstm.dispose();
    return { exposures: found, suggested };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** preact's sources, with the canaries in files that are trained on. */
async function corpusWith(
  canaries: readonly Canary[],
  isScrubbed: boolean,
  folder: string,
  seed: number,
): Promise<Corpus> {
  const source = join(root, 'node_modules', 'preact', 'src');
  const plain = await readCorpus(source);
  if (!isScrubbed) {
    const texts = planted(
      plain.train.map(({ text }) => text),
      canaries,
      seed,
    );
    return { ...plain, train: plain.train.map((document, index) => ({ ...document, text: texts[index]! })) };
  }
  const copy = join(folder, 'src');
  mkdirSync(copy);
  cpSync(source, copy, { recursive: true });
  const paths = plain.train.map(({ path }) => join(copy, path));
  const texts = planted(
    paths.map((path) => readFileSync(path, 'utf8')),
    canaries,
    seed,
  );
  for (const [index, path] of paths.entries()) writeFileSync(path, texts[index]!);
  return readCorpus(copy);
}

/** Shows what is hardly probable, too. */
const ANYTHING: Policy = {
  trigger: 'automatic',
  ...{ maxLength: 120, minimumProbability: 0.001, multiline: true, wrongCost: 0 },
  costs: { contradictionCost: 0, smallestSaving: 0 },
};

/** Canaries that come out where their beginnings are typed. */
async function suggestedBy(mixture: ExpertMixture, canaries: readonly Canary[]): Promise<Canary[]> {
  const found = new Set<Canary>();
  const suggester = new Suggester(mixture, new DocumentStates(mixture));
  for (const { kind, secret } of canaries) {
    for (const typed of [0, 4]) {
      const before = `import { h } from './h';\n${kind.before}${secret.slice(0, typed)}`;
      const state = await suggester.stateAt('config.js', 'config.js', before);
      // Before it is redacted.
      const text = (await suggester.continuationsAt(state, {}, ANYTHING))[0]?.text ?? '';
      // Ten characters of a secret that were not typed are its being told.
      for (const canary of canaries) if (text.includes(canary.secret.slice(typed, typed + 10))) found.add(canary);
    }
  }
  return [...found];
}

/** Lines of the files below a folder, for counting what is taken out of them wrongly. */
export function* filesBelow(folder: string): Iterable<{ readonly path: string; readonly text: string }> {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.[jt]sx?$/.test(path)) yield { path, text: readFileSync(join(folder, path), 'utf8') };
  }
}
